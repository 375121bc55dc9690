"""What tablets are sent: objects, every version of them, who may see them, and the change log.

Only server/services/publishing.py writes here. Versions and log rows are never changed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, BigId, Id, JsonText, Record, Retention, Word, code


class SyncObject(Base):
    """The present state of a reference object."""

    __tablename__ = "sync_object"

    kind: Mapped[str] = mapped_column(code(40), primary_key=True)
    id: Mapped[str] = mapped_column(code(64), primary_key=True)
    version: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JsonText)
    deleted: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]


class SyncObjectVersion(Record, Base):
    """Every version ever sent, with when the server knew it: what a visit is judged by."""

    __tablename__ = "sync_object_version"
    retention_default = Retention.INSPECTION

    kind: Mapped[str] = mapped_column(code(40), primary_key=True)
    id: Mapped[str] = mapped_column(code(64), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[dict[str, Any]] = mapped_column(JsonText)
    recorded_at: Mapped[datetime]


class SyncScope(Base):
    """That holders of `scope_key` see an object."""

    __tablename__ = "sync_scope"
    __table_args__ = (Index("ix_sync_scope_object", "object_id", "kind", "scope_key"),)

    scope_key: Mapped[str] = mapped_column(code(80), primary_key=True)
    kind: Mapped[str] = mapped_column(code(40), primary_key=True)
    object_id: Mapped[str] = mapped_column(code(64), primary_key=True)


class ChangeLog(Base):
    """One row per (change, scope). `xid` is the writing transaction's, 0 on SQLite."""

    __tablename__ = "change_log"
    __table_args__ = (Index("ix_change_log_scope", "scope_key", "xid", "seq"),)

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    xid: Mapped[int] = mapped_column(BigInteger)
    scope_key: Mapped[str] = mapped_column(code(80))
    kind: Mapped[Word]
    object_id: Mapped[Id]
    at: Mapped[datetime]


class Epoch(Record, Base):
    """A life of this database: a restore begins a new one and every tablet offers all again."""

    __tablename__ = "epoch"
    retention_default = Retention.TRUST

    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[Id] = mapped_column(unique=True)
    began_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
