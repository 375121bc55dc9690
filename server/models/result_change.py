"""What became public of results, in one order: what other systems read by a cursor (R61)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, BigId, Id, Record, Retention, Word, ref


class ChangeKind(StrEnum):
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # a newer version is made, and public only when it is due itself


class ResultChange(Record, Base):
    """One change. `seq` grows in the order of the commits: nothing comes below what was read."""

    __tablename__ = "result_change"
    __table_args__ = (Index("ix_result_change_agency", "agency_id", "seq"),)
    retention_default = Retention.INSPECTION

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    kind: Mapped[Word]
    document_id: Mapped[Id] = mapped_column(ref("document.id"), index=True)
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    published_on: Mapped[date]
    at: Mapped[datetime]


class ResultHead(Base):
    """The one row whose lock puts the changes in one order."""

    __tablename__ = "result_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigId)
