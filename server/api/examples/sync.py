"""Examples of /sync: two events go up, what the tablet needs comes down."""

from collections.abc import Mapping
from typing import Any

from server.api.example import Example
from server.api.examples.cast import EPOCH, FIRM, OTHER_TASK_ID, PLACE, TASK_ID, USCC
from server.api.examples.devices import SETTINGS
from server.api.examples.signed import OPENED, RECEIPT, SCANNED
from server.api.examples.tasks import FILED
from shared import digest

TABLETS_ALONE = {"withdrawn_at": None}
NEVER_TOLD = ("visit_id", "oral_approver", "oral_at", "post_approval_due")
TASK: dict[str, Any] = {
    "kind": "task",
    "id": TASK_ID,
    "version": 1,
    "op": "upsert",
    "data": {
        **{name: value for name, value in FILED.items() if name not in NEVER_TOLD},
        "filed_at": "2026-11-17T02:05:00Z",
        **TABLETS_ALONE,
    },
}
ENTERPRISE: dict[str, Any] = {
    "kind": "enterprise",
    "id": USCC,
    "version": 3,
    "op": "upsert",
    "data": {
        "id": USCC,
        "name": FIRM,
        "address": PLACE,
        "legal_rep": "林小满",
        "industry": "餐饮服务",
        "grade": "B",
        "contact": {"name": "林小满", "phone_masked": "138****8000"},
    },
}
HELD = (TASK, ENTERPRISE)
TAKEN_AWAY = {"kind": "task", "id": OTHER_TASK_ID, "version": 4, "op": "delete"}

EXAMPLES: Mapping[str, Example] = {
    "sync.Push.post": Example(
        sent={"batch": [OPENED, SCANNED]},
        told={
            "results": [
                {"id": OPENED["id"], "status": "duplicate", "first": "applied"},
                {"id": SCANNED["id"], "status": "applied"},
            ],
            "receipt": RECEIPT,
        },
    ),
    "sync.Pull.get": Example(
        asked={"limit": 500, "digest": True},
        told={
            "changes": [*HELD, TAKEN_AWAY],
            "cursor": "eyJleGFtcGxlIjoib3BhcXVlIn0.ZXhhbXBsZS1vbmx5",
            "more": False,
            "epoch": EPOCH,
            "server_time": "2026-11-20T01:34:00+00:00",
            "settings": SETTINGS,
            "digest": digest.of([(one["kind"], one["id"], one["version"]) for one in HELD]),
        },
    ),
    "sync.Index.get": Example(
        asked={"kind": "task", "limit": 1000},
        told={"objects": [{"id": TASK_ID, "version": 1}], "more": False},
    ),
    "sync.Objects.get": Example(asked={"kind": "task", "id": [TASK_ID]}, told={"changes": [TASK]}),
}
