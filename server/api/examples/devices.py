"""Examples of /devices: a tablet is enrolled, a second officer joins, it is lost.

Proofs and certificates hold under the keys of the golden vectors; nobody was ever given the code.
"""

from collections.abc import Mapping
from typing import Any

from server.api.example import Example
from server.api.examples.cast import (
    ADMIN,
    AGENCY_ID,
    EPOCH,
    SECOND_ADMIN,
    TABLET_ID,
    VISIT_ID,
    WANG,
)
from server.api.examples.signed import (
    CODE,
    DEVICE_CERTIFICATE,
    DEVICE_PROOF,
    ENROLMENT_ID,
    ENROLMENT_TEXT,
    KEY_SET,
    LIS_CERTIFICATE,
    LIS_PROOF,
    WANGS_CERTIFICATE,
    WANGS_PROOF,
)

SETTINGS = {
    "status": "active",
    "lease_until": "2026-11-27T01:30:00Z",
    "retain_days": 30,
    "push_batch": 200,
    "push_bytes": 1_048_576,
    "evidence_bytes": 67_108_864,
    "image_pixels": 12_000_000,
    "sync_interval_s": 300,
    "wifi_only_media": False,
    "app_least": "1.0.0",
    "app_wanted": "1.0.2",
    "contact_key": {
        "id": "f202601013ddfdc",
        "public": "eQmtHUhl3LLh4EzBux8exVxn_hR6FZR8X-1xDui59wo",
    },
}
ENROLLING = {"Idempotency-Key": ENROLMENT_ID}
LINE: dict[str, Any] = {
    "id": TABLET_ID,
    "agency_id": AGENCY_ID,
    "name": "执法二大队 1 号平板",
    "model": "MatePad 11",
    "status": "active",
    "app_version": "1.0.0",
    "enrolled_at": "2026-03-02T06:00:00+00:00",
    "lease_until": "2026-11-27T01:30:00+00:00",
    "last_seen_at": "2026-11-20T01:34:00+00:00",
    "last_device_seq": 43,
}
UNSYNCED = {"visits": [VISIT_ID], "missing": [[44, 46]]}
ORDER: dict[str, Any] = {
    "id": "01a1fbd4-f500-7fa5-bc83-2a51a22ba4d7",
    "device_id": TABLET_ID,
    "form": "lost",
    "reason": "乘公交车时遗失，已报案",
    "proposed_by": ADMIN,
    "proposed_at": "2026-11-21T02:00:00+00:00",
    "confirmed_by": None,
    "confirmed_at": None,
}
CONFIRMED = {
    **ORDER,
    "confirmed_by": SECOND_ADMIN,
    "confirmed_at": "2026-11-21T02:10:00+00:00",
}
RETIRED = {
    **ORDER,
    "form": "retired",
    "reason": "屏幕损坏",
    "confirmed_by": ADMIN,
    "confirmed_at": "2026-11-21T02:00:00+00:00",
}

EXAMPLES: Mapping[str, Example] = {
    "devices.Enrolments.post": Example(
        sent={"officer_id": WANG, "device_id": None},
        told={
            "enrolment_id": ENROLMENT_ID,
            "officer_id": WANG,
            "device_id": None,
            "text": ENROLMENT_TEXT,
            "expires_at": "2026-03-02T06:05:00+00:00",
        },
    ),
    "devices.Enrol.post": Example(
        asked=ENROLLING,
        sent={
            "enrolment_id": ENROLMENT_ID,
            "code": CODE,
            "device": {
                **DEVICE_PROOF,
                "name": LINE["name"],
                "model": LINE["model"],
                "certificate": None,
            },
            "officer": WANGS_PROOF,
            "sealed_store_key": "intl-1.example-of-a-sealed-key",
            "app_version": "1.0.0",
        },
        told={
            "device_id": TABLET_ID,
            "device_certificate": DEVICE_CERTIFICATE,
            "officer_certificate": WANGS_CERTIFICATE,
            "key_set": KEY_SET,
            "epoch": EPOCH,
            "lease_until": "2026-03-09T06:00:00+00:00",
            "settings": {**SETTINGS, "lease_until": "2026-03-09T06:00:00Z"},
        },
    ),
    "devices.Officers.post": Example(
        asked=ENROLLING,
        sent={
            "enrolment_id": ENROLMENT_ID,
            "code": CODE,
            "officer": LIS_PROOF,
            "app_version": "1.0.0",
        },
        told={
            "officer_certificate": LIS_CERTIFICATE,
            "key_set": KEY_SET,
            "lease_until": "2026-03-09T06:00:00+00:00",
        },
    ),
    "devices.Devices.get": Example(asked={"limit": 100}, told={"devices": [LINE], "next": None}),
    "devices.OneDevice.get": Example(told={**LINE, "unsynced": UNSYNCED}),
    "devices.Retire.post": Example(sent={"reason": "屏幕损坏"}, told=RETIRED),
    "devices.Lost.post": Example(
        sent={"reason": ORDER["reason"]}, told={**ORDER, "unsynced": UNSYNCED}
    ),
    "devices.ConfirmLost.post": Example(told=CONFIRMED),
}
