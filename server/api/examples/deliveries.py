"""Examples of /deliveries: a letter no mail box took, and what a gateway reports."""

from collections.abc import Mapping

from server.api.example import Example
from server.api.examples.cast import AGENCY, DOCUMENT_ID, DOCUMENT_NO, FIRM

MESSAGE_ID = "01a1f6e7-6410-7a6a-a7c8-8e4bd3f18766"
DEAD = {
    "id": MESSAGE_ID,
    "purpose": "result_notice",
    "number": DOCUMENT_NO,
    "enterprise_name": FIRM,
    "channel": "email",
    "masked_address": "l***@quancheng.example",
    "attempts": 5,
    "why": "550 mailbox unavailable",
    "dead_at": "2026-11-20T05:12:00+00:00",
}
UNDELIVERED = {
    "notice_id": "01a1f6e7-6028-72ef-938d-2e6418f918e2",
    "document_id": DOCUMENT_ID,
    "number": DOCUMENT_NO,
    "agency_name": AGENCY,
    "issued_on": "2026-11-20",
    "due_on": "2026-11-27",
    "state": "undelivered",
    "why": "550 mailbox unavailable",
}
EXAMPLES: Mapping[str, Example] = {
    "deliveries.Dead.get": Example(told={"messages": [DEAD]}),
    "deliveries.Undelivered.get": Example(told={"notices": [UNDELIVERED]}),
    "deliveries.Retry.post": Example(told={"id": MESSAGE_ID, "state": "waiting", "attempts": 0}),
    "deliveries.Report.post": Example(
        sent={"outcome": "returned"}, told={"id": MESSAGE_ID, "state": "dead", "attempts": 1}
    ),
    "deliveries.Announce.post": Example(told={"messages": 2}),
}
