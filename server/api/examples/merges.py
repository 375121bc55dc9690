"""Examples of /merges: two agencies' visits to one premise, proposed as one."""

from collections.abc import Mapping
from typing import Any

from server.api.example import Example
from server.api.examples.cast import (
    AGENCY_ID,
    LI,
    OTHER_AGENCY_ID,
    OTHER_TASK_ID,
    PREMISE_ID,
    TASK_ID,
    USCC,
    WANG,
)

SEARCH_ID = "01a1ec98-cf80-7c3f-9b21-14c018923f65"
OURS = {"task_id": TASK_ID, "agency_id": AGENCY_ID, "accepted_at": None}
THEIRS = {"task_id": OTHER_TASK_ID, "agency_id": OTHER_AGENCY_ID, "accepted_at": None}
PROPOSED: dict[str, Any] = {
    "id": "01a1ec9a-a440-75bf-bab0-861cce400e5a",
    "search_id": SEARCH_ID,
    "uscc": USCC,
    "premise_id": PREMISE_ID,
    "lead_agency_id": AGENCY_ID,
    "day": "2026-11-20",
    "window_from": "2026-11-18",
    "window_to": "2026-11-27",
    "officer_ids": [WANG, LI, "officer-zhou"],
    "points": 31,
    "points_merged": 4,
    "visits_avoided": 1,
    "visit_minutes": 95,
    "status": "proposed",
    "decided_at": None,
    "reason": "",
    "parts": [OURS, THEIRS],
}
ACCEPTED = {
    **PROPOSED,
    "status": "accepted",
    "decided_at": "2026-11-18T07:20:00+00:00",
    "parts": [
        {**OURS, "accepted_at": "2026-11-18T07:20:00+00:00"},
        {**THEIRS, "accepted_at": "2026-11-18T05:02:00+00:00"},
    ],
}

EXAMPLES: Mapping[str, Example] = {
    "merges.Merges.get": Example(
        asked={"status": "proposed", "limit": 50}, told={"merges": [PROPOSED], "next": None}
    ),
    "merges.Searches.post": Example(
        sent={"since": "2026-12-01", "until": "2026-12-31"},
        told={
            "id": SEARCH_ID,
            "since": "2026-12-01",
            "until": "2026-12-31",
            "status": "waiting",
        },
    ),
    "merges.OneMerge.get": Example(told=PROPOSED),
    "merges.Accept.post": Example(told=ACCEPTED),
    "merges.Decline.post": Example(
        sent={"reason": "对方的检查须突击进行"},
        told={
            **PROPOSED,
            "status": "declined",
            "decided_at": "2026-11-18T07:20:00+00:00",
            "reason": "对方的检查须突击进行",
        },
    ),
    "merges.Dissolve.post": Example(
        sent={"reason": "消防部门改期"},
        told={**ACCEPTED, "status": "dissolved", "reason": "消防部门改期"},
    ),
}
