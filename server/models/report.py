"""Compliance reports an enterprise asked for, and the links by which it shows them to others."""

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, code, ref


class ComplianceReport(Record, Base):
    """What an enterprise's list shows of a report; the paper itself is its document.

    `id` is the document's. `listed` and `left_out` count inspections; which ones were left out is
    kept nowhere.
    """

    __tablename__ = "compliance_report"
    __table_args__ = (Index("ix_compliance_report_of_enterprise", "uscc", "made_at", "id"),)
    retention_default = Retention.INSPECTION

    id: Mapped[str] = mapped_column(code(64), ref("document.id"), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"))
    since: Mapped[date]
    until: Mapped[date]
    listed: Mapped[int]
    left_out: Mapped[int]
    made_by: Mapped[Id]
    made_at: Mapped[datetime]


class ReportLink(Record, Base):
    """A secret address at which anybody may read a report until it expires or is revoked.

    Only the secret's hash is kept. `openings` and `downloads` are told to the enterprise.
    """

    __tablename__ = "report_link"
    retention_default = Retention.DELIVERY

    id: Mapped[Key]
    secret_hash: Mapped[Hash] = mapped_column(unique=True)
    document_id: Mapped[Id] = mapped_column(ref("document.id"), index=True)
    label: Mapped[str] = mapped_column(String(60), default="")
    made_by: Mapped[Id]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    openings: Mapped[int] = mapped_column(default=0)
    downloads: Mapped[int] = mapped_column(default=0)
    last_opened_at: Mapped[datetime | None]
