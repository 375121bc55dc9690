"""Examples of /webhooks: the city's credit system wants to be told of notices."""

from collections.abc import Mapping
from typing import Any

from server.api.example import Example

URL = "https://credit.jinan.example/mingcha"
KINDS = ["notice.issued", "complaint.changed"]
SUBSCRIPTION: dict[str, Any] = {
    "id": "01a12dd6-9500-78d3-9905-67c27bd6aa42",
    "url": URL,
    "kinds": KINDS,
    "made_at": "2026-10-12T02:00:00+00:00",
    "ended_at": None,
}
CALL = {
    "id": "01a1f6e7-6028-781d-8d93-fa0cd581460b",
    "kind": "notice.issued",
    "state": "waiting",
    "attempts": 1,
    "created_at": "2026-11-20T03:02:01+00:00",
    "next_try_at": "2026-11-20T03:03:05+00:00",
    "ended_at": None,
    "last": "503",
}
EXAMPLES: Mapping[str, Example] = {
    "webhooks.Subscriptions.get": Example(told={"subscriptions": [SUBSCRIPTION]}),
    "webhooks.Subscriptions.post": Example(
        sent={"url": URL, "kinds": KINDS},
        told={**SUBSCRIPTION, "secret": "whsec_EXAMPLE/EXAMPLE/EXAMPLE/EXAMPLE/EXAMPLE/EXA="},
    ),
    "webhooks.End.post": Example(
        told={**SUBSCRIPTION, "ended_at": "2026-11-20T08:00:00+00:00"},
    ),
    "webhooks.Calls.get": Example(told={"calls": [CALL]}),
}
