"""What a tablet is told about how to behave towards this server.

Thresholds of law are not here: they are dated reference data (`rule_parameters`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.models import Agency, Device
from server.services import parameters, site_contacts
from server.work import Work
from shared import rfc3339
from shared.localtime import local_day

FROM_PARAMETERS = (
    "push_batch",
    "sync_interval_s",
    "image_pixels",
    "wifi_only_media",
    "app_least",
    "app_wanted",
)


def of(work: Work, device: Device) -> dict[str, Any]:
    """The settings of one tablet, as they travel."""
    agency = work.session.get_one(Agency, device.agency_id)
    values = parameters.values(work, agency, local_day(work.now))
    return told(work, device.status, device.lease_until, values)


def told(
    work: Work, status: str, lease_until: datetime, values: Mapping[str, Any]
) -> dict[str, Any]:
    """The same, when its standing and its agency's thresholds are known."""
    return {
        "status": status,
        "lease_until": rfc3339.write(lease_until),
        "retain_days": values["retain_days"],
        "push_bytes": work.settings.max_json_bytes,
        "contact_key": site_contacts.key(work),
        "evidence_bytes": work.settings.max_evidence_bytes,
        **{name: values[name] for name in FROM_PARAMETERS},
    }
