"""Imports: what was brought in, by whom, what was wrong with it, and where each row is from."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, Word, code, ref


class ImportState(StrEnum):
    WAITING = "waiting"
    CHECKING = "checking"
    PUBLISHING = "publishing"
    CHECKED = "checked"  # a dry run without a bad row
    REFUSED = "refused"  # rows are bad; nothing was stored
    DONE = "done"
    FAILED = "failed"


class ImportRun(Record, Base):
    """One file of one kind. `rows` were read, `bad` of them refused, `published` objects stored.

    While it is under way `alive_at` is renewed; one that stands still is taken up again.
    """

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_state", "state", "alive_at"),)
    retention_default = Retention.PLAN

    id: Mapped[Key]
    kind: Mapped[Word]
    agency_id: Mapped[Id | None] = mapped_column(ref("agency.id"), index=True)
    by_id: Mapped[Id]
    filename: Mapped[str] = mapped_column(String(200))
    file_key: Mapped[str | None] = mapped_column(String(120))
    file_sha256: Mapped[Hash]
    source: Mapped[str] = mapped_column(String(60))
    as_of: Mapped[datetime]
    dry_run: Mapped[bool] = mapped_column(default=False)
    skip_bad: Mapped[bool] = mapped_column(default=False)
    state: Mapped[Word] = mapped_column(default=ImportState.WAITING)
    rows: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    published: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    alive_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportFault(Base):
    """One thing wrong with one row; `column` is the heading, empty for the row as a whole."""

    __tablename__ = "import_fault"

    run_id: Mapped[Id] = mapped_column(ref("import_run.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row: Mapped[int]
    column: Mapped[str] = mapped_column(String(60))
    text_zh: Mapped[str] = mapped_column(String(300))
    text_en: Mapped[str] = mapped_column(String(300))


class RowOrigin(Record, Base):
    """Where an imported object came from and as of when: the newest telling of each."""

    __tablename__ = "row_origin"
    retention_default = Retention.PLAN

    kind: Mapped[str] = mapped_column(code(40), primary_key=True)
    object_id: Mapped[str] = mapped_column(code(64), primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    as_of: Mapped[datetime]
    run_id: Mapped[Id] = mapped_column(ref("import_run.id"))
    row: Mapped[int]
    more: Mapped[dict[str, Any] | None]
