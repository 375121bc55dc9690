"""The half day an enterprise would like an announced inspection on, and what became of that."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id, Record, Retention, Word, ref


class TimeState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    KEPT = "kept"  # the agency keeps its own day, with a reason
    WITHDRAWN = "withdrawn"  # by the enterprise before an answer, or with the inspection


class VisitTime(Record, Base):
    """One for each task; the tasks of a joint visit have one each, alike, under one `visit`.

    `visit` is the task's own id, or that of the joint visit. `leads`: its agency answers.
    """

    __tablename__ = "visit_time"
    __table_args__ = (Index("ix_visit_time_state", "state", "agency_id"),)
    retention_default = Retention.INSPECTION

    task_id: Mapped[Id] = mapped_column(ref("task.id"), primary_key=True)
    visit: Mapped[Id] = mapped_column(index=True)
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    leads: Mapped[bool]
    uscc: Mapped[str] = mapped_column(String(18))
    day: Mapped[date]
    half: Mapped[Word]
    state: Mapped[Word]
    times: Mapped[int]  # how often it was asked for
    asked_at: Mapped[datetime]
    answered_by: Mapped[Id | None]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
