"""What tablets sent, for ever: the narrow ledger, the wide events, what is held or quarantined.

The ledger decides whether an event was seen before; it is never trimmed and not partitioned.
The wide rows are partitioned on PostgreSQL by the time they were received.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DDL, Index, LargeBinary, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, JsonText, Key, Record, Retention, Word


class EventStatus(StrEnum):
    """What became of an event; `duplicate` and `conflict` (protocol §2) are answers only."""

    APPLIED = "applied"
    HELD = "held"
    QUARANTINED = "quarantined"


class LedgerEntry(Record, Base):
    """An event id, its hash and the outcome that every repetition is answered with."""

    __tablename__ = "event_ledger"
    retention_default = Retention.INSPECTION

    event_id: Mapped[Key]
    hash: Mapped[Hash]
    device_id: Mapped[Id]
    visit_id: Mapped[Id]
    status: Mapped[Word]
    outcome: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class TraceEvent(Record, Base):
    """An event as it came: `canonical` is the whole event, hash and signatures included.

    `judged_by` is the newest server fact there was when it was judged (0: none): an event is
    judged for ever by what the server knew then. `received_at` is when it first came, also when
    it was held for a while.
    """

    __tablename__ = "trace_event"
    __table_args__ = (
        Index("ix_trace_event_chain", "visit_id", "device_id", "seq"),
        Index("ix_trace_event_device", "device_id", "device_seq"),
        {"postgresql_partition_by": "RANGE (received_at)"},
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    received_at: Mapped[datetime] = mapped_column(primary_key=True)
    visit_id: Mapped[Id]
    device_id: Mapped[Id]
    device_seq: Mapped[int]
    seq: Mapped[int]
    officer_id: Mapped[Id]
    kind: Mapped[Word]
    prev: Mapped[Hash]
    hash: Mapped[Hash]
    canonical: Mapped[bytes] = mapped_column(LargeBinary)
    judged_by: Mapped[int] = mapped_column(default=0)

    __mapper_args__ = {"primary_key": ["id"]}  # noqa: RUF012 -- one row per event


event.listen(
    TraceEvent.__table__,
    "after_create",
    DDL(
        "CREATE TABLE IF NOT EXISTS trace_event_default PARTITION OF trace_event DEFAULT"
    ).execute_if(dialect="postgresql"),
)


class ChainHead(Record, Base):
    """The newest event of one (visit, tablet) up to which none is missing.

    `receipt_id` is the newest receipt that names this very head: a case file carries it.
    """

    __tablename__ = "chain_head"
    retention_default = Retention.INSPECTION

    visit_id: Mapped[Key]
    device_id: Mapped[Key]
    seq: Mapped[int]
    hash: Mapped[Hash]
    device_seq: Mapped[int]
    receipt_id: Mapped[Id | None]
    changed_at: Mapped[datetime]


class GivenReceipt(Record, Base):
    """The platform's signed word for a push that moved a chain on: every one that was given."""

    __tablename__ = "given_receipt"
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    device_id: Mapped[Id]
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    given_at: Mapped[datetime] = mapped_column(index=True)


UNDECIDED = "state IN ('open', 'resend')"
STILL_HELD = "released_at IS NULL AND expired_at IS NULL"


class Quarantine(Record, Base):
    """What cannot be read or trusted: stored apart, never dropped, ruled on by a person."""

    __tablename__ = "quarantine"
    __table_args__ = (
        # The few that wait for supervision, or for their tablet, the oldest first.
        Index(
            "ix_quarantine_waiting",
            "received_at",
            "id",
            sqlite_where=text(UNDECIDED),
            postgresql_where=text(UNDECIDED),
        ),
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    event_id: Mapped[Id | None] = mapped_column(index=True)
    visit_id: Mapped[Id | None] = mapped_column(index=True)
    device_id: Mapped[Id]
    hash: Mapped[Hash | None]
    raw_hash: Mapped[Hash]
    code: Mapped[Word]
    detail: Mapped[str] = mapped_column(Text, default="")
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    state: Mapped[Word] = mapped_column(default="open")
    ruled_by: Mapped[Id | None]
    ruled_at: Mapped[datetime | None]
    ruling: Mapped[str] = mapped_column(Text, default="")


class Hold(Record, Base):
    """An event that waits for the one before it until `until`; then projected and flagged.

    `asked_at` is when supervision asked the tablet for what is missing.
    """

    __tablename__ = "hold"
    __table_args__ = (
        Index("ix_hold_chain", "visit_id", "device_id", "seq"),
        Index(
            "ix_hold_waiting",
            "received_at",
            "event_id",
            sqlite_where=text(STILL_HELD),
            postgresql_where=text(STILL_HELD),
        ),
    )
    retention_default = Retention.INSPECTION

    event_id: Mapped[Key]
    visit_id: Mapped[Id]
    device_id: Mapped[Id]
    seq: Mapped[int]
    prev: Mapped[Hash]
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    expired_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class ServerFact(Record, Base):
    """What the server knows of a visit and the tablets do not: rows of the same ledger."""

    __tablename__ = "server_fact"
    __table_args__ = (UniqueConstraint("visit_id", "seq"),)
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    visit_id: Mapped[Id]
    seq: Mapped[int]
    kind: Mapped[Word]
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by_id: Mapped[Id | None]
