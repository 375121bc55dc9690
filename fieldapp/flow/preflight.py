"""The look at the tablet before a visit (R46), as `visit_opened` records it. It decides nothing."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from fieldapp.flow.desk import Desk
from shared.events.envelope import Fix
from shared.reference import References


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """`clock_offset_ms` is server minus wall, None while no server has been heard.

    `certificate_checked_hours` is the age of the oldest status among the officers.
    """

    battery_percent: int | None
    free_bytes: int
    clock_offset_ms: int | None
    clock_suspect: bool
    fix: Fix | None
    certificate_checked_hours: int | None

    def as_payload(self) -> dict[str, Any]:
        """As `visit_opened` records it; the fix itself stands in the envelope."""
        said = asdict(self)
        del said["clock_suspect"], said["fix"]
        return {**said, "has_fix": self.fix is not None}


def look(desk: Desk, refs: References, officer_ids: Collection[str]) -> Preflight:
    moment = desk.held.timekeeper.moment()
    return Preflight(
        battery_percent=desk.ports.device.battery_percent(),
        free_bytes=desk.ports.device.free_bytes(),
        clock_offset_ms=moment.server_offset_ms,
        clock_suspect=moment.suspect,
        fix=desk.ports.location.fix(),
        certificate_checked_hours=_oldest_hours(refs, officer_ids, moment.corrected),
    )


def _oldest_hours(refs: References, officer_ids: Collection[str], now: datetime) -> int | None:
    checked = [refs.officers[id_].checked_at for id_ in officer_ids if id_ in refs.officers]
    known = [moment for moment in checked if moment is not None]
    if not known or len(known) < len(officer_ids):
        return None
    return max(0, (now - min(known)) // timedelta(hours=1))
