"""Examples of /visits: one whose beginning was pushed, and one that supervision ruled on."""

from collections.abc import Mapping
from typing import Any

from server.api.example import Example
from server.api.examples.cast import (
    AGENCY_ID,
    FORM_ID,
    PREMISE_ID,
    TABLET_ID,
    TASK_ID,
    USCC,
    VISIT_ID,
)
from server.api.examples.signed import OPENED, SCANNED

STATE: dict[str, Any] = {
    "visit_id": VISIT_ID,
    "lead": TABLET_ID,
    "provisional_no": "T-c9881b1-17",
    "opened_at": "2026-11-20T01:30:00+00:00",
    "last_at": "2026-11-20T01:31:00+00:00",
    "stages": {TABLET_ID: "scanned"},
    "tasks_of": {TABLET_ID: [TASK_ID]},
    "heads": {TABLET_ID: {"seq": 2, "hash": SCANNED["hash"]}},
    "references": [["form", FORM_ID, 2], ["task", TASK_ID, 1]],
    "offsite": False,
    "emergency": None,
    "scan": {
        "event_id": SCANNED["id"],
        "at": "2026-11-20T01:31:00+00:00",
        "method": "enterprise_code",
        "uscc": USCC,
        "premise_id": PREMISE_ID,
        "kid": "p-2026-1",
        "nonce": "JZKB3ZDnaymJwZIc",
        "distance_m": 36.25,
        "loc": SCANNED["loc"],
        "late_reason": None,
        "manual_reason": None,
        "outside_reason": None,
    },
    "mismatches": 0,
    "shown": [],
    "notice": None,
    "answers": {},
    "off_list": [],
    "evidence": [],
    "corrections": [],
    "record": None,
    "closing": None,
    "attested": [],
    "unable": None,
    "result": None,
    "members": {},
    "quotes": [],
    "transfers": [],
    "left_at": None,
    "left_by": "",
    "sealed_at": {},
}
LINE: dict[str, Any] = {
    "id": VISIT_ID,
    "agency_id": AGENCY_ID,
    "task_ids": [TASK_ID],
    "uscc": USCC,
    "stage": "scanned",
    "outcome": None,
    "opened_at": "2026-11-20T01:30:00+00:00",
    "sealed_at": None,
    "received_at": "2026-11-20T01:34:00+00:00",
    "complete": False,
    "irregular": False,
    "ruling": None,
}
VISIT = {
    **LINE,
    "premise_id": PREMISE_ID,
    "lead_device_id": TABLET_ID,
    "offsite": False,
    "scanned_at": "2026-11-20T01:31:00+00:00",
    "left_at": None,
    "irregularities": [],
    "flags": [],
    "time_confidence": "high",
    "state": STATE,
    "evidence_pending": 0,
}
IRREGULAR = {
    **VISIT,
    "irregular": True,
    "irregularities": [
        {
            "rule": "R44",
            "code": "out_of_order",
            "count": 1,
            "event_id": "01a1f695-e0e0-7a5b-8a0c-94c2d8f1b7a3",
            "detail": "现在还不能“检查要点”，请先“送达检查通知”。",
            "detail_en": "Not yet: “Notice served” comes before “Point answered”.",
        }
    ],
    "ruling": "reject",
}

EXAMPLES: Mapping[str, Example] = {
    "visits.Visits.get": Example(
        asked={"irregular": False, "uscc": USCC, "limit": 50},
        told={"visits": [LINE], "next": None},
    ),
    "visits.OneVisit.get": Example(told=VISIT),
    "visits.Events.get": Example(
        told={
            "events": [
                {"event": OPENED, "received_at": "2026-11-20T01:34:00+00:00"},
                {"event": SCANNED, "received_at": "2026-11-20T01:34:00+00:00"},
            ]
        }
    ),
    "visits.Ruling.post": Example(
        sent={"decision": "reject", "reason": "没有出示执法证件"}, told=IRREGULAR
    ),
    "visits.Case.get": Example(),
}
