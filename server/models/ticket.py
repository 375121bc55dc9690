"""What an enterprise asks for or complains of, and how it puts right what was found."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id, Key, Record, Retention, Word, ref


class TicketKind(StrEnum):
    OBJECTION = "objection"  # to a result; to its agency, but not to those who inspected
    COMPLAINT = "complaint"  # of one of the eight forbidden acts; to supervision alone
    EXPERIENCE = "experience"  # 政务服务体验官: an opinion, adopted or not


class TicketState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"


class Ticket(Record, Base):
    """A thing an enterprise put to somebody, and its answer. `agency_id` is whom it is about.

    `files` are {key, type, size} of the object store. `points` are the problems an objection is
    to, as `shared.content.problems.key_of` names them.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_agency", "agency_id", "kind", "state", "due_on"),
        Index("ix_ticket_enterprise", "uscc", "created_at"),
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    kind: Mapped[Word]
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"))
    contact_id: Mapped[Id] = mapped_column(ref("contact.id"))
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    visit_id: Mapped[Id | None] = mapped_column(index=True)
    document_id: Mapped[Id | None] = mapped_column(ref("document.id"))
    category: Mapped[Word] = mapped_column(default="")
    points: Mapped[list[str]]
    text: Mapped[str] = mapped_column(Text)
    files: Mapped[list[dict[str, Any]]]
    state: Mapped[Word] = mapped_column(default=TicketState.OPEN)
    created_at: Mapped[datetime]
    due_on: Mapped[date]
    outcome: Mapped[Word | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[Id | None]
    answered_at: Mapped[datetime | None]
    new_document_id: Mapped[Id | None] = mapped_column(ref("document.id"))


class Rectification(Record, Base):
    """One problem of a result as it is put right: reported, looked at again, reported again."""

    __tablename__ = "rectification"
    retention_default = Retention.INSPECTION

    visit_id: Mapped[Key]
    point: Mapped[str] = mapped_column(String(16), primary_key=True)
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    measure: Mapped[str] = mapped_column(Text)
    completed_on: Mapped[date]
    files: Mapped[list[dict[str, Any]]]
    reported_at: Mapped[datetime]
    outcome: Mapped[Word | None]
    check_note: Mapped[str] = mapped_column(Text, default="")
    checked_by: Mapped[Id | None]
    checked_at: Mapped[datetime | None]


class Extension(Record, Base):
    """More time asked for to put a visit's problems right, and whether it was given."""

    __tablename__ = "extension"
    retention_default = Retention.INSPECTION

    visit_id: Mapped[Key]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    until: Mapped[date]
    why: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    granted: Mapped[bool | None]
    answered_by: Mapped[Id | None]
    answered_at: Mapped[datetime | None]
