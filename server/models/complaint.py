"""Complaints another system handed over, above all the 12345 hotline (docs/systems.md)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, Word, code, ref


class Desk(StrEnum):
    """Who deals with it: supervision where it is about an inspection, else an agency."""

    AGENCY = "agency"
    SUPERVISION = "supervision"


class ComplaintState(StrEnum):
    OPEN = "open"
    PLANNED = "planned"  # a plan was drafted of it; how far that has come the plan tells
    ANSWERED = "answered"
    RETURNED = "returned"  # not ours to deal with, for a reason


class Complaint(Record, Base):
    """What was handed over, as it was told, and what came of it.

    The sender is a system by its name and agency (`home_id`): its tokens change, it does not.
    `told_uscc`, `told_premise`, `told_name`, `told_address` are its words; `uscc` and `premise_id`
    whom we found by them. `agency_id` is who deals with it, or whom a complaint about an
    inspection is about.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("home_id", "sender", "no"),
        Index("ix_complaint_desk", "desk", "agency_id", "state", "due_on"),
        Index("ix_complaint_sent", "home_id", "sender", "id"),
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    client_id: Mapped[Id] = mapped_column(ref("system_client.id"))
    home_id: Mapped[Id] = mapped_column(ref("agency.id"))
    sender: Mapped[str] = mapped_column(String(80))
    no: Mapped[str] = mapped_column(String(80))
    digest: Mapped[Hash]  # keyed, of all that was sent: tells a repeat from another complaint
    received_at: Mapped[datetime]
    taken_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    told_uscc: Mapped[str] = mapped_column(String(18), default="")
    told_premise: Mapped[str] = mapped_column(code(64), default="")
    told_name: Mapped[str] = mapped_column(String(200), default="")
    told_address: Mapped[str] = mapped_column(String(300), default="")
    contact_name_sealed: Mapped[str | None] = mapped_column(String(500))
    contact_phone_sealed: Mapped[str | None] = mapped_column(String(300))
    act: Mapped[Word] = mapped_column(default="")  # one of the eight forbidden acts
    inspection_no: Mapped[str] = mapped_column(String(80), default="")
    desk: Mapped[Word]
    agency_id: Mapped[Id | None] = mapped_column(ref("agency.id"))
    uscc: Mapped[str | None] = mapped_column(String(18), ref("enterprise.uscc"))
    premise_id: Mapped[Id | None] = mapped_column(ref("premise.id"))
    state: Mapped[Word] = mapped_column(default=ComplaintState.OPEN)
    due_on: Mapped[date]
    plan_id: Mapped[Id | None] = mapped_column(ref("plan.id"), index=True)
    outcome: Mapped[Word | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[Id | None]
    answered_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
