"""Examples of /complaints: the 12345 hotline hands one over and asks what came of it."""

from collections.abc import Mapping
from typing import Any

from server.api.example import Example
from server.api.examples.cast import AGENCY, AGENCY_ID, DOCUMENT_NO, FIRM, PLACE, PREMISE_ID, USCC

NUMBER = "SD12345-20261120-004217"
TAKEN: dict[str, Any] = {
    "id": "01a1f694-0c20-7adc-872e-c6f03051b390",
    "no": NUMBER,
    "desk": "agency",
    "state": "open",
    "agency": AGENCY,
    "uscc": USCC,
    "due_on": "2026-11-27",
    "taken_at": "2026-11-20T01:31:00+00:00",
    "changed_at": "2026-11-20T01:31:00+00:00",
    "result": None,
    "outcome": None,
    "answer": "",
}
RESULT_TOLD = {
    **TAKEN,
    "state": "result_told",
    "changed_at": "2026-11-25T08:00:00+00:00",
    "result": {"number": DOCUMENT_NO, "told_on": "2026-11-25"},
}
EXAMPLES: Mapping[str, Example] = {
    "complaints.Complaints.get": Example(
        asked={"no": NUMBER}, told={"complaints": [RESULT_TOLD], "next": None}
    ),
    "complaints.Complaints.post": Example(
        sent={
            "no": NUMBER,
            "received_at": "2026-11-20T09:30:00+08:00",
            "text": "门店后厨有老鼠，食材未加盖。",
            "uscc": USCC,
            "premise_id": PREMISE_ID,
            "enterprise_name": FIRM,
            "address": PLACE,
            "contact": {"name": "林女士", "phone": "13800138000"},
            "agency_id": AGENCY_ID,
            "act": "",
            "inspection_no": "",
        },
        told=TAKEN,
    ),
    "complaints.OneComplaint.get": Example(told=RESULT_TOLD),
}
