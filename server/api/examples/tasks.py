"""Examples of /tasks: the plan's task, and an emergency approved afterwards."""

from collections.abc import Mapping
from typing import Any

from server.api.example import Example
from server.api.examples.cast import (
    AGENCY_ID,
    FORM_ID,
    HEAD_NAME,
    ITEM_ID,
    LI,
    PLAN_ID,
    PLAN_NO,
    PREMISE_ID,
    TASK_ID,
    TASK_NO,
    TOTP,
    USCC,
    VISIT_ID,
    WANG,
)

AT_FILING = {
    "year": 2026,
    "agency_count": 1,
    "exempt": 0,
    "cap": 2,
    "enterprise_count": 3,
    "visits": [],
}
"""How often the enterprise was visited that year, when the task was filed."""
FILED: dict[str, Any] = {
    "id": TASK_ID,
    "no": TASK_NO,
    "plan_id": PLAN_ID,
    "plan_no": PLAN_NO,
    "plan_version": 1,
    "agency_id": AGENCY_ID,
    "kind": "daily",
    "trigger": "annual_plan",
    "visit_type": "inspection",
    "uscc": USCC,
    "premise_id": PREMISE_ID,
    "item_ids": [ITEM_ID],
    "forms": [{"id": FORM_ID, "version": 2}],
    "officer_ids": [WANG, LI],
    "assistant_count": 0,
    "window_from": "2026-11-18",
    "window_to": "2026-11-27",
    "status": "coded",
    "filed_at": "2026-11-17T02:05:00+00:00",
    "approved_by": HEAD_NAME,
    "frequency": AT_FILING,
    "reason_onsite": "后厨的冷藏温度须现场查看",
    "code": "QD9G74H1MM",
    "visit_id": None,
    "oral_approver": None,
    "oral_at": None,
    "post_approval_due": None,
}
VISITED = {**FILED, "status": "notified", "visit_id": VISIT_ID}
EMERGENCY = {
    **FILED,
    "id": "01a1f0a2-3f20-7b41-9a3c-5f0c1de27a60",
    "no": "历下市监急检〔2026〕0002号",
    "plan_id": None,
    "plan_no": "",
    "plan_version": 0,
    "kind": "case",
    "trigger": "emergency",
    "window_from": "2026-11-19",
    "window_to": "2026-11-19",
    "reason_onsite": "举报称后厨燃气泄漏",
    "status": "in_visit",
    "filed_at": None,
    "code": "7H2KX0QD4M",
    "visit_id": "01a1f09e-95a0-7d1c-bb02-6c6a0f1d5e37",
    "oral_approver": HEAD_NAME,
    "oral_at": "2026-11-18T23:30:00+00:00",
    "post_approval_due": "2026-11-19T23:40:00+00:00",
}

EXAMPLES: Mapping[str, Example] = {
    "tasks.Tasks.get": Example(
        asked={"status": "notified", "on": "2026-11-20", "limit": 50},
        told={"tasks": [VISITED], "next": None},
    ),
    "tasks.OneTask.get": Example(told=VISITED),
    "tasks.LateApproval.post": Example(
        sent={"totp": TOTP, "reason": "燃气泄漏情况属实"}, told=EMERGENCY
    ),
    "tasks.Cancel.post": Example(
        sent={"reason": "企业已停业"}, told={**FILED, "status": "cancelled"}
    ),
}
