"""Ten events of one visit on one tablet, as the vectors have them: every shape of the envelope.

What is in them fits the schemas; whether the visit is lawful does not matter here.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from shared import chain, rfc3339
from shared.events.kinds import OFFICER_SIGNED
from tests.vectors import keys

USCC = "91370100MA3255YCX0"
FIX: dict[str, Any] = {
    "lat": 36.6683,
    "lon": 117.0207,
    "acc_m": 12.5,
    "crs": "WGS84",
    "provider": "gps",
    "age_ms": 850,
    "mock": False,
}
CONTENT_HASH = "a3" * 32
STROKES = [[[0, 0, 0], [500, 480, 120], [1000, 20, 260]], [[510, 500, 900], [512, 640, 960]]]

STEPS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    (
        "visit_opened",
        keys.WANG_ID,
        {
            "preflight": {
                "battery_percent": 83,
                "free_bytes": 8_000_000_000,
                "clock_offset_ms": -40,
                "has_fix": True,
                "certificate_checked_hours": None,
            },
            "references": [{"kind": "task", "id": "t-1", "version": 3}],
            "provisional_no": "T-0001-17",
            "app_version": "1.0.0",
        },
    ),
    (
        "scanned_in",
        keys.WANG_ID,
        {
            "method": "enterprise_code",
            "uscc": USCC,
            "premise_id": "pr-1",
            "kid": keys.PLATFORM_KID,
            "nonce": "n-1",
            "distance_m": 36.25,
        },
    ),
    (
        "credentials_shown",
        keys.WANG_ID,
        {
            "officer_id": keys.WANG_ID,
            "certificate_no": "15010100001",
            "valid_to": "2029-12-31",
            "status_checked_at": "2026-11-22T23:10:00Z",
        },
    ),
    (
        "credentials_shown",
        keys.LI_ID,
        {
            "officer_id": keys.LI_ID,
            "certificate_no": "15010100002",
            "valid_to": "2029-12-31",
            "status_checked_at": None,
        },
    ),
    (
        "notice_served",
        keys.WANG_ID,
        {
            "content_hash": CONTENT_HASH,
            "outcome": "refused",
            "reason": "负责人不在场，店员不愿签收",
            "witness": "社区工作人员 赵某",
        },
    ),
    (
        "point_answered",
        keys.LI_ID,
        {
            "form_id": "f-1",
            "form_version": 2,
            "point_id": "p-3",
            "answer": "nonconform",
            "severity": "rectify",
            "note": "灭火器压力不足\n“已过期”\t2 具 – 𠮷 é \\ / \u007f",
        },
    ),
    (
        "evidence_added",
        keys.LI_ID,
        {
            "evidence_id": "e-1",
            "sha256": "5f" * 32,
            "size": 412_331,
            "media_type": "image/jpeg",
            "point_id": "p-3",
        },
    ),
    (
        "signed",
        keys.WANG_ID,
        {"content_hash": CONTENT_HASH, "name": "周某", "capacity": "店长", "strokes": STROKES},
    ),
    ("left", keys.WANG_ID, {"distance_m": 0.000001}),
    (
        "sealed",
        keys.WANG_ID,
        {"head": None, "events": 9, "evidence": ["5f" * 32], "quoted": []},
    ),
)

_OFFICER_KEYS = {keys.WANG_ID: keys.WANG, keys.LI_ID: keys.LI}


def ten() -> list[dict[str, Any]]:
    """The sealed events in order."""
    events: list[dict[str, Any]] = []
    for seq, (kind, officer_id, payload) in enumerate(STEPS, 1):
        prev = events[-1]["hash"] if events else ""
        draft = {
            "v": 1,
            "suite": "intl-1",
            "id": str(UUID(int=(0x01932F3E << 96) + (0x7000 << 64) + (0x8 << 60) + seq)),
            "visit_id": keys.VISIT_ID,
            "task_ids": ["t-1"],
            "device_id": keys.DEVICE_ID,
            "device_seq": 40 + seq * 2,
            "seq": seq,
            "officer_id": officer_id,
            "kind": kind,
            "at": {
                "wall": rfc3339.write(keys.NOON + timedelta(minutes=seq)),
                "elapsed_ms": 3_600_000 + seq * 60_000,
                "boot_id": "0d4c5b1e",
                "server_offset_ms": None if seq == 1 else -40,
                "suspect": seq == 7,
            },
            "loc": FIX if kind in ("scanned_in", "left") else None,
            "payload": {**payload, "head": prev} if kind == "sealed" else dict(payload),
            "prev": prev,
        }
        officer_key = _OFFICER_KEYS[officer_id] if kind in OFFICER_SIGNED else None
        events.append(chain.seal(draft, keys.DEVICE, officer_key))
    return events
