"""Plans: what an agency asks to inspect, what the rules found, what the head decided.

A filed plan is never changed: an amendment is a new version, judged and approved again.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, Word, ref
from shared.plans.model import Term


class PlanStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    FILED = "filed"
    PUBLISHED = "published"
    AMENDED = "amended"  # a new version is filed, and not published yet
    CANCELLED = "cancelled"
    CLOSED = "closed"
    TAKEN_UP = "taken_up"  # an amendment that is filed: it is a version of the plan it amends


UNFILED = frozenset(
    {PlanStatus.DRAFT, PlanStatus.RETURNED, PlanStatus.SUBMITTED, PlanStatus.APPROVED}
)
IN_FORCE = frozenset({PlanStatus.FILED, PlanStatus.PUBLISHED, PlanStatus.AMENDED})
"""Filed, with tasks that may be inspected."""


class Decision(StrEnum):
    APPROVED = "approved"
    RETURNED = "returned"


class Plan(Record, Base):
    """A plan. `special` and targets' `letter` as shared.plans.model says, days in ISO form.

    One with `amends_id` is an amendment on its way: filed, it becomes a version of that plan.
    """

    __tablename__ = "plan"
    # The lists of an agency and of a region, whole and by status, each read from its end.
    __table_args__ = (
        Index("ix_plan_list", "agency_id", "changed_at", "id"),
        Index("ix_plan_list_of_status", "status", "agency_id", "changed_at", "id"),
        Index("ix_plan_list_of_region", "changed_at", "id"),
        Index("ix_plan_page", "agency_id", "id"),
        Index("ix_plan_agency_year", "agency_id", "year"),
        Index("ix_plan_published", "published_at", "id"),
    )
    retention_default = Retention.PLAN

    id: Mapped[Key]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Word]
    trigger: Mapped[Word]
    visit_type: Mapped[Word]
    year: Mapped[int]
    window_from: Mapped[date]
    window_to: Mapped[date]
    item_ids: Mapped[list[str]]
    reason: Mapped[str] = mapped_column(Text, default="")
    term: Mapped[Word] = mapped_column(default=Term.SCHEME)
    annual_plan_id: Mapped[Id | None] = mapped_column(ref("plan.id"))
    frequency: Mapped[int] = mapped_column(default=1)
    pool_size: Mapped[int | None]
    sample_percent: Mapped[int | None]
    joint_agency_ids: Mapped[list[str]] = mapped_column(default=list)
    assist_agency_ids: Mapped[list[str]] = mapped_column(default=list)
    licence_basis_id: Mapped[Id | None] = mapped_column(ref("legal_basis.id"))
    special: Mapped[dict[str, Any] | None]
    oral_approver: Mapped[str] = mapped_column(String(60), default="")
    oral_on: Mapped[date | None]
    status: Mapped[Word] = mapped_column(default=PlanStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    planner_id: Mapped[Id] = mapped_column(ref("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    filed_at: Mapped[datetime | None]
    no: Mapped[str | None] = mapped_column(String(80), unique=True)
    amends_id: Mapped[Id | None] = mapped_column(ref("plan.id"), index=True)
    amend_reason: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None]
    published: Mapped[dict[str, Any] | None]  # what anybody may know of it, as it was published
    closed_at: Mapped[datetime | None]
    closed_why: Mapped[str] = mapped_column(Text, default="")


class PlanVersion(Record, Base):
    """What exactly was submitted: the canonical content and its hash.

    `changes` is what an amendment changes in the version before, as shared.plans.amending says.
    """

    __tablename__ = "plan_version"
    retention_default = Retention.PLAN

    plan_id: Mapped[Id] = mapped_column(ref("plan.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[Hash]
    submitted_by: Mapped[Id]
    submitted_at: Mapped[datetime]
    changes: Mapped[dict[str, Any] | None]
    amend_reason: Mapped[str] = mapped_column(Text, default="")
    filed_at: Mapped[datetime | None]


class PlanTarget(Record, Base):
    """One enterprise of a plan, with who goes and when; the window is the plan's when null."""

    __tablename__ = "plan_target"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)
    retention_default = Retention.PLAN

    id: Mapped[Key]
    plan_id: Mapped[Id] = mapped_column(ref("plan.id"))
    position: Mapped[int]
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"), index=True)
    premise_id: Mapped[Id] = mapped_column(ref("premise.id"))
    officer_ids: Mapped[list[str]]
    assistant_count: Mapped[int] = mapped_column(default=0)
    window_from: Mapped[date | None]
    window_to: Mapped[date | None]
    reason_onsite: Mapped[str] = mapped_column(Text, default="")
    source_no: Mapped[str] = mapped_column(String(80), default="", index=True)
    source_on: Mapped[date | None]
    recheck_of: Mapped[Id | None] = mapped_column(ref("task.id"), index=True)
    letter: Mapped[dict[str, Any] | None]


class PlanFinding(Record, Base):
    """What one rule said about one target (or, without target, about the plan) in one version."""

    __tablename__ = "plan_finding"
    retention_default = Retention.PLAN

    id: Mapped[Key]
    plan_id: Mapped[Id] = mapped_column(ref("plan.id"), index=True)
    plan_version: Mapped[int]
    target_id: Mapped[Id | None]
    position: Mapped[int | None]
    uscc: Mapped[str | None] = mapped_column(String(18))
    rule: Mapped[str] = mapped_column(String(20))
    rule_version: Mapped[int]
    effect: Mapped[Word]
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(300))
    facts: Mapped[dict[str, Any]]
    judged_at: Mapped[datetime]
    explanation: Mapped[str] = mapped_column(Text, default="")
    explained_by: Mapped[Id | None]
    explained_at: Mapped[datetime | None]


class Approval(Record, Base):
    """A head's decision on one version, made with a fresh second factor (R24)."""

    __tablename__ = "approval"
    retention_default = Retention.PLAN

    id: Mapped[Key]
    plan_id: Mapped[Id | None] = mapped_column(ref("plan.id"), index=True)
    plan_version: Mapped[int | None]
    task_id: Mapped[Id | None] = mapped_column(ref("task.id"), index=True)
    decision: Mapped[Word]
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[Id] = mapped_column(ref("person.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    second_factor_at: Mapped[datetime | None]
    at: Mapped[datetime]
