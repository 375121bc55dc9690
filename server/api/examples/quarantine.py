"""Examples of /quarantine: an event whose signature does not hold, left where it is."""

from collections.abc import Mapping
from typing import Any

from server.api.example import Example
from server.api.examples.cast import SUPERVISOR, TABLET_ID, VISIT_ID
from server.api.examples.signed import FORGED, SCANNED

OPEN: dict[str, Any] = {
    "id": "01a1f6e9-3100-7c8b-b810-9a544ff1a001",
    "event_id": SCANNED["id"],
    "visit_id": VISIT_ID,
    "device_id": TABLET_ID,
    "code": "bad_signature",
    "detail": "",
    "raw": FORGED,
    "received_at": "2026-11-20T03:04:00+00:00",
    "state": "open",
    "ruled_by": None,
    "ruled_at": None,
    "ruling": "",
}
DISMISSED = {
    **OPEN,
    "state": "dismissed",
    "ruled_by": SUPERVISOR,
    "ruled_at": "2026-11-20T06:20:00+00:00",
    "ruling": "签名系伪造",
}
EXAMPLES: Mapping[str, Example] = {
    "quarantine.Quarantined.get": Example(
        asked={"state": "open", "limit": 50}, told={"quarantined": [OPEN], "next": None}
    ),
    "quarantine.QuarantineRuling.post": Example(
        sent={"decision": "dismiss", "reason": "签名系伪造"}, told=DISMISSED
    ),
}
