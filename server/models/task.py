"""Tasks: one lawful visit to come, and the yearly counters that say how many there may be."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id, Key, Record, Retention, Word, code, ref


class TaskStatus(StrEnum):
    """The states of domain.md §7b, after the plan is filed."""

    CODED = "coded"
    ISSUED = "issued"
    IN_VISIT = "in_visit"
    FINALISED = "finalised"
    NOTIFIED = "notified"
    RECTIFYING = "rectifying"
    RECHECKED = "rechecked"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    UNABLE = "unable"
    IRREGULAR = "irregular"


TO_APPROVE = "approved_by = '' AND post_approval_due IS NOT NULL"


class Task(Record, Base):
    """A task. Without plan it is an emergency the server wrote down afterwards (R24)."""

    __tablename__ = "task"
    # The lists of an agency and of a region, whole and by status, each read from its end.
    __table_args__ = (
        Index("ix_task_list", "agency_id", "window_to", "id"),
        Index("ix_task_list_of_status", "status", "agency_id", "window_to", "id"),
        Index("ix_task_list_of_region", "window_to", "id"),
        Index("ix_task_page", "agency_id", "id"),
        # What happened at an enterprise lately: by anybody, or by one agency and no other row read.
        Index("ix_task_enterprise_window", "uscc", "window_to", "agency_id"),
        # The few emergencies that wait for the head.
        Index(
            "ix_task_unapproved",
            "agency_id",
            "post_approval_due",
            sqlite_where=text(TO_APPROVE),
            postgresql_where=text(TO_APPROVE),
        ),
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    no: Mapped[str] = mapped_column(String(80), unique=True)
    plan_id: Mapped[Id | None] = mapped_column(ref("plan.id"), index=True)
    plan_no: Mapped[str] = mapped_column(String(80), default="")
    plan_version: Mapped[int] = mapped_column(default=0)
    target_id: Mapped[Id | None]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    kind: Mapped[Word]
    trigger: Mapped[Word]
    visit_type: Mapped[Word]
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"))
    premise_id: Mapped[Id] = mapped_column(ref("premise.id"))
    item_ids: Mapped[list[str]]
    forms: Mapped[list[dict[str, Any]]]
    officer_ids: Mapped[list[str]]
    assistant_count: Mapped[int] = mapped_column(default=0)
    window_from: Mapped[date] = mapped_column(index=True)
    window_to: Mapped[date]
    status: Mapped[Word] = mapped_column(default=TaskStatus.CODED)
    counts: Mapped[bool] = mapped_column(default=True)  # whether it uses up the yearly cap (R27)
    filed_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(60), default="")
    frequency: Mapped[dict[str, Any]]
    reason_onsite: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str | None] = mapped_column(code(40), unique=True)  # none where nobody enters
    visit_id: Mapped[Id | None] = mapped_column(index=True)
    slot_day: Mapped[date | None]  # agreed with the enterprise beforehand (visit_time)
    slot_half: Mapped[Word | None]
    merged_id: Mapped[Id | None] = mapped_column(ref("merge_proposal.id"), index=True)
    oral_approver: Mapped[str | None] = mapped_column(String(60))
    oral_at: Mapped[datetime | None]
    post_approval_due: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class TaskOfficer(Base):
    """Which officers a task names: the way from an officer to the tasks."""

    __tablename__ = "task_officer"

    task_id: Mapped[Id] = mapped_column(ref("task.id"), primary_key=True)
    officer_id: Mapped[Id] = mapped_column(ref("officer.id"), primary_key=True, index=True)


class VisitCounter(Record, Base):
    """Inspections of one enterprise by one agency in one year (R26): counted, never scanned for.

    `exempt` are those that do not use up the cap but are still followed (R27, R28), `service`
    visits that are no inspections, `offsite` inspections that nobody came for.
    """

    __tablename__ = "visit_counter"
    __table_args__ = (Index("ix_visit_counter_enterprise", "uscc", "year"),)
    retention_default = Retention.PLAN

    agency_id: Mapped[Id] = mapped_column(ref("agency.id"), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scheduled: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    exempt: Mapped[int] = mapped_column(default=0)
    service: Mapped[int] = mapped_column(default=0)
    offsite: Mapped[int] = mapped_column(default=0)


class EnterpriseCounter(Record, Base):
    """Visits made at one enterprise in one year by anybody: a joint one is one (R31).

    By what is heaviest in it: `done` with a task that uses up a cap, else `exempt`, else `service`.
    `offsite` stands beside: inspections that nobody came for.
    """

    __tablename__ = "enterprise_counter"
    retention_default = Retention.PLAN

    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    done: Mapped[int] = mapped_column(default=0)
    exempt: Mapped[int] = mapped_column(default=0)
    service: Mapped[int] = mapped_column(default=0)
    offsite: Mapped[int] = mapped_column(default=0)


class WarningTally(Record, Base):
    """How often a warning that is counted by region came up this year: W-FREQ60 (domain §2c)."""

    __tablename__ = "warning_tally"
    retention_default = Retention.PLAN

    region: Mapped[str] = mapped_column(String(12), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
