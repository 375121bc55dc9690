"""Telling the result: the outbox, every try, the link, the code, the receipt.

Addresses are sealed; secrets and codes are kept only as hashes.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, Word, ref


class OutboxState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # this channel is given up; the next channel has its own row
    DEAD = "dead"


class NoticeState(StrEnum):
    """How far a notice has come.

    `undelivered`: every channel of every contact was given up; `returned`: what was taken over
    came back, and nothing else is under way; `refused`: the enterprise will not sign for it.
    """

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    RECEIPTED = "receipted"
    REFUSED = "refused"
    RETURNED = "returned"
    UNDELIVERED = "undelivered"


class Notice(Record, Base):
    """That an enterprise is to be told of a document, by when, and how far that has come (R60)."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_state", "agency_id", "state", "due_on"),
        Index("ix_notice_escalate_on", "escalate_on"),
        Index("ix_notice_unanswered_at", "agency_id", "unanswered_at"),
        Index("ix_notice_publish_on", "publish_on", "document_id"),
        Index("ix_notice_list_on", "list_on", "document_id"),
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    document_id: Mapped[Id] = mapped_column(ref("document.id"), unique=True)
    visit_id: Mapped[Id] = mapped_column(index=True)
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    state: Mapped[Word] = mapped_column(default=NoticeState.QUEUED)
    why: Mapped[str] = mapped_column(String(60), default="")
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    publish_on: Mapped[date | None]  # of a drawn inspection: from when on everybody may know
    list_on: Mapped[date | None]  # when to look next whether other systems may be told of it
    escalate_on: Mapped[date | None]  # unless it is receipted before
    unanswered_at: Mapped[datetime | None]  # every way was tried, and nobody signed
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    receipted_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]


class OutboxMessage(Record, Base):
    """A message to one contact by one channel, written in the transaction it belongs to.

    `body_sealed` are the fields its text is made of. After `expires_at` it is not worth sending.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_due", "state", "next_try_at"),)
    retention_default = Retention.DELIVERY

    id: Mapped[Key]
    purpose: Mapped[Word]  # result_notice, verification_code, …
    agency_id: Mapped[Id | None] = mapped_column(ref("agency.id"), index=True)  # None: the portal
    document_id: Mapped[Id | None] = mapped_column(ref("document.id"), index=True)
    contact_id: Mapped[Id | None] = mapped_column(ref("contact.id"))
    link_id: Mapped[Id | None] = mapped_column(ref("notice_link.id"))
    about: Mapped[Id | None] = mapped_column(index=True)  # of news: the task or visit it tells of
    channel: Mapped[Word]
    address_sealed: Mapped[str] = mapped_column(String(500))
    language: Mapped[str] = mapped_column(String(5), default="zh")
    body_sealed: Mapped[str] = mapped_column(Text)
    state: Mapped[Word] = mapped_column(default=OutboxState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    tries_before: Mapped[int] = mapped_column(default=0)  # those before a person revived it
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    dead_at: Mapped[datetime | None]
    dead_why: Mapped[str] = mapped_column(String(300), default="")


class DeliveryTry(Record, Base):
    """One attempt and what came of it; the proof of delivery is made of these."""

    __tablename__ = "delivery_try"
    __table_args__ = (UniqueConstraint("message_id", "no"),)
    retention_default = Retention.DELIVERY

    id: Mapped[Key]
    message_id: Mapped[Id] = mapped_column(ref("outbox_message.id"))
    no: Mapped[int]
    at: Mapped[datetime]
    outcome: Mapped[Word]
    detail: Mapped[str] = mapped_column(String(300), default="")


class NoticeLink(Record, Base):
    """The secret address a message carries. Seeing it is not opening it: only a POST opens."""

    __tablename__ = "notice_link"
    retention_default = Retention.DELIVERY

    id: Mapped[Key]
    secret_hash: Mapped[Hash] = mapped_column(unique=True)
    document_id: Mapped[Id] = mapped_column(ref("document.id"), index=True)
    contact_id: Mapped[Id] = mapped_column(ref("contact.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class VerificationCode(Record, Base):
    """A short code sent to a confirmed contact; few tries, short life, used once."""

    __tablename__ = "verification_code"

    id: Mapped[Key]
    link_id: Mapped[Id] = mapped_column(ref("notice_link.id"), index=True)
    contact_id: Mapped[Id] = mapped_column(ref("contact.id"))
    code_hash: Mapped[Hash]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class PortalSession(Base):
    """An enterprise contact on the portal, after the code; only the token's SHA-256 is kept."""

    __tablename__ = "portal_session"

    id: Mapped[Key]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"))
    contact_id: Mapped[Id] = mapped_column(ref("contact.id"))
    link_id: Mapped[Id | None] = mapped_column(ref("notice_link.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class NoticeReceipt(Record, Base):
    """A signed receipt of a notice: who, in what capacity, of which content."""

    __tablename__ = "receipt_of_notice"
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    document_id: Mapped[Id] = mapped_column(ref("document.id"), unique=True)
    contact_id: Mapped[Id | None] = mapped_column(ref("contact.id"))
    link_id: Mapped[Id | None] = mapped_column(ref("notice_link.id"))
    name: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[str] = mapped_column(String(60))
    method: Mapped[Word]
    content_hash: Mapped[Hash]
    strokes: Mapped[dict[str, Any] | None]
    signed_object: Mapped[dict[str, Any]]
    signed_at: Mapped[datetime]
