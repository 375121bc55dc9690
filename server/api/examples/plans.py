"""Examples of /plans: one plan on its way from draft to closing, and an amendment of it."""

from collections.abc import Mapping
from typing import Any

from server.api.example import Example
from server.api.examples.cast import (
    AGENCY_ID,
    ITEM_ID,
    LI,
    PLAN_ID,
    PLAN_NO,
    PLANNER,
    PREMISE_ID,
    TARGET_ID,
    TOTP,
    USCC,
    WANG,
)

DRAFTED = {
    "title": "2026年第四季度食品经营日常检查",
    "kind": "daily",
    "trigger": "annual_plan",
    "visit_type": "inspection",
    "year": 2026,
    "window_from": "2026-11-18",
    "window_to": "2026-11-27",
    "item_ids": [ITEM_ID],
    "reason": "年度检查计划第12项",
    "term": "scheme",
    "annual_plan_id": None,
    "frequency": 1,
    "pool_size": None,
    "sample_percent": None,
    "joint_agency_ids": [],
    "assist_agency_ids": [],
    "licence_basis_id": None,
    "special": None,
    "oral_approver": "",
    "oral_on": None,
}
"""What its planner says of it, its enterprises apart."""
AIMED_AT = {
    "uscc": USCC,
    "premise_id": PREMISE_ID,
    "officer_ids": [WANG, LI],
    "assistant_count": 0,
    "window_from": None,
    "window_to": None,
    "reason_onsite": "后厨的冷藏温度须现场查看",
    "source_no": "",
    "source_on": None,
    "recheck_of": None,
    "letter": None,
}
ASKED = {**DRAFTED, "targets": [AIMED_AT]}

LINE: dict[str, Any] = {
    "id": PLAN_ID,
    "agency_id": AGENCY_ID,
    **DRAFTED,
    "status": "draft",
    "version": 1,
    "planner_id": PLANNER,
    "created_at": "2026-11-16T01:12:00+00:00",
    "submitted_at": None,
    "filed_at": None,
    "no": None,
    "amends_id": None,
    "amend_reason": "",
    "published_at": None,
    "closed_at": None,
    "closed_why": "",
}
TARGET = {"id": TARGET_ID, "position": 1, **AIMED_AT}
FINDING = {
    "id": "01a1e1eb-f620-7a62-b544-99c7001d9a88",
    "plan_version": 1,
    "target_id": TARGET_ID,
    "position": 1,
    "rule": "R30-02",
    "rule_version": 2,
    "effect": "explain",
    "text": {
        "zh": "本机关2026-11-24起已安排检查该企业，应当合并为一次入企。",
        "en": "This agency has a visit there from 2026-11-24 on; the two should be one.",
    },
    "basis": "宿迁市优化涉企行政检查条例：同一机关对同一企业的多次入企检查应当合并",
    "facts": {},
    "explanation": "",
}
EXPLAINED = {**FINDING, "explanation": "两次检查的事项不同，须分别使用专用设备"}

DRAFT = {**LINE, "targets": [TARGET], "findings": []}
CHECKED = {**DRAFT, "findings": [FINDING]}
SUBMITTED = {
    **LINE,
    "status": "submitted",
    "submitted_at": "2026-11-16T01:30:00+00:00",
    "targets": [TARGET],
    "findings": [EXPLAINED],
}
APPROVED = {**SUBMITTED, "status": "approved"}
RETURNED = {**SUBMITTED, "status": "returned"}
FILED = {
    **SUBMITTED,
    "status": "filed",
    "no": PLAN_NO,
    "filed_at": "2026-11-17T02:05:00+00:00",
}
PUBLISHED = {**FILED, "status": "published", "published_at": "2026-11-17T03:00:00+00:00"}
CLOSED = {
    **PUBLISHED,
    "status": "closed",
    "closed_at": "2026-11-25T08:00:00+00:00",
    "closed_why": "企业已停产",
}
AMENDMENT = {
    **LINE,
    "id": "01a1ed76-5e40-7111-b393-9704cbcd2231",
    "created_at": "2026-11-18T07:02:00+00:00",
    "amends_id": PLAN_ID,
    "amend_reason": "检查期限须延后两天",
    "targets": [{**TARGET, "id": "01a1ed76-5e40-7d20-8f55-0a1c6be3f7d4"}],
    "findings": [],
}
FIRST_VERSION = {
    "version": 1,
    "content_hash": "ca2c61e0850822ccb161b8d6c9a22089d8d0230d7be0bc9739fd8b65293c0ec0",
    "submitted_by": PLANNER,
    "submitted_at": "2026-11-16T01:30:00+00:00",
    "filed_at": "2026-11-17T02:05:00+00:00",
    "amend_reason": "",
    "changes": None,
}
SECOND_VERSION = {
    "version": 2,
    "content_hash": "3f0c1f9f6d6f2a7c1f0d4b0b9f6ce0c3c2f4e8c83b1f2f1f9b53e1c6d1a0b7e5",
    "submitted_by": PLANNER,
    "submitted_at": "2026-11-18T07:10:00+00:00",
    "filed_at": "2026-11-18T08:40:00+00:00",
    "amend_reason": "检查期限须延后两天",
    "changes": {
        "fields": [{"field": "window_to", "old": "2026-11-27", "new": "2026-11-29"}],
        "added": [],
        "removed": [],
        "changed": [],
        "kept": 1,
    },
}

EXAMPLES: Mapping[str, Example] = {
    "plans.Plans.get": Example(
        asked={"status": "draft", "limit": 50}, told={"plans": [LINE], "next": None}
    ),
    "plans.Plans.post": Example(sent=ASKED, told=DRAFT),
    "plans.Batch.get": Example(told={"plans": [{**SUBMITTED, "findings": []}]}),
    "plans.Batch.post": Example(
        sent={"plans": [{"plan_id": PLAN_ID, "version": 1}], "totp": TOTP, "reason": "同意"},
        told={"plans": [{**APPROVED, "findings": []}]},
    ),
    "plans.BatchReturn.post": Example(
        sent={"plans": [{"plan_id": PLAN_ID, "version": 1, "reason": "检查期限太长"}]},
        told={"plans": [RETURNED]},
    ),
    "plans.OnePlan.get": Example(told=FILED),
    "plans.OnePlan.put": Example(
        sent={**ASKED, "window_to": "2026-11-25"},
        told={**DRAFT, "window_to": "2026-11-25", "version": 2},
    ),
    "plans.Findings.get": Example(told={"findings": [EXPLAINED]}),
    "plans.Submit.post": Example(told=SUBMITTED),
    "plans.Check.post": Example(told=CHECKED),
    "plans.OneTarget.delete": Example(told={**DRAFT, "version": 2, "targets": []}),
    "plans.DropBlocked.post": Example(told=DRAFT),
    "plans.Explanations.post": Example(
        sent={"reasons": [{"finding_id": FINDING["id"], "reason": EXPLAINED["explanation"]}]},
        told={**DRAFT, "findings": [EXPLAINED]},
    ),
    "plans.Approve.post": Example(
        sent={"version": 1, "totp": TOTP, "reason": "同意"}, told=APPROVED
    ),
    "plans.Return.post": Example(sent={"version": 1, "reason": "检查期限太长"}, told=RETURNED),
    "plans.File.post": Example(told=FILED),
    "plans.Amendments.post": Example(sent={"reason": "检查期限须延后两天"}, told=AMENDMENT),
    "plans.Versions.get": Example(told={"versions": [SECOND_VERSION, FIRST_VERSION]}),
    "plans.Publish.post": Example(told=PUBLISHED),
    "plans.Close.post": Example(sent={"reason": "企业已停产"}, told=CLOSED),
}
