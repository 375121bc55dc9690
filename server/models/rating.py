"""Ratings of inspections, and apart from them what would tell who gave one (R64).

No row here has a time finer than its quarter but the ledger's, which is supervision's alone. Ids
are drawn by chance and rows lie in their order, so that neither tells which came first.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Json, Key, Record, Retention, Word, ref

Quarter = String(6)


class Rating(Record, Base):
    """A rating: of whom, how good, in which quarter. Nothing leads from here to anybody."""

    __tablename__ = "rating"
    __table_args__ = (
        Index("ix_rating_quarter", "agency_id", "quarter"),
        {"sqlite_with_rowid": False},
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    quarter: Mapped[str] = mapped_column(Quarter)
    kind: Mapped[Word]
    level: Mapped[int]


class RatingLink(Record, Base):
    """Where a rating came from, sealed: rating, visit, enterprise, and its words if it had any.

    `visit_index` is keyed, and only keeps a visit from being rated twice.
    """

    __tablename__ = "rating_link"
    __table_args__ = (
        Index("ix_rating_link_quarter", "agency_id", "quarter"),
        {"sqlite_with_rowid": False},
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    quarter: Mapped[str] = mapped_column(Quarter)
    visit_index: Mapped[Hash] = mapped_column(unique=True)
    sealed: Mapped[str] = mapped_column(Text)


class RatingQuarter(Record, Base):
    """What the agency may see of a quarter: nothing before it is closed, no change after."""

    __tablename__ = "rating_quarter"
    __table_args__ = (Index("ix_rating_quarter_open", "closed", "quarter"),)
    retention_default = Retention.INSPECTION

    agency_id: Mapped[Id] = mapped_column(ref("agency.id"), primary_key=True)
    quarter: Mapped[str] = mapped_column(Quarter, primary_key=True)
    closed: Mapped[bool] = mapped_column(default=False)
    shown: Mapped[dict[str, Any] | None] = mapped_column(Json)


class RatingEntry(Record, Base):
    """差评整改台账: a bad rating supervision works off. open → handled → called → closed."""

    __tablename__ = "rating_entry"
    __table_args__ = (
        Index("ix_rating_entry_list", "agency_id", "opened_on"),
        Index("ix_rating_entry_state", "state", "due_on"),
        {"sqlite_with_rowid": False},
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    link_id: Mapped[Id] = mapped_column(ref("rating_link.id"))
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    level: Mapped[int]
    state: Mapped[Word]
    opened_on: Mapped[date]
    due_on: Mapped[date]
    handling: Mapped[str] = mapped_column(Text, default="")
    handled_by: Mapped[Id | None]
    handled_at: Mapped[datetime | None]
    call_outcome: Mapped[Word | None]
    call_note: Mapped[str] = mapped_column(Text, default="")
    called_by: Mapped[Id | None]
    called_at: Mapped[datetime | None]
    closed_by: Mapped[Id | None]
    closed_at: Mapped[datetime | None]
