"""The audit log: every change a person made, chained by hash. Nothing personal in clear."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, BigId, Hash, Id, Record, Retention, Word, code


class AuditEntry(Record, Base):
    """One change. `hash` covers the canonical JSON of all that precedes it in this row."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_object", "object_kind", "object_id"),)
    retention_default = Retention.TRUST

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    who_kind: Mapped[Word]
    who_id: Mapped[Id] = mapped_column(index=True)
    agency_id: Mapped[Id | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[Word]
    object_id: Mapped[Id]
    facts: Mapped[dict[str, Any]]
    request_id: Mapped[str] = mapped_column(code(64))
    prev: Mapped[Hash]
    hash: Mapped[Hash] = mapped_column(unique=True)


class AuditHead(Base):
    """The one row whose lock puts audit entries in one order."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigId)
    hash: Mapped[Hash]
