"""Documents and their numbers. What is issued is never edited: a new version supersedes it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, JsonText, Key, Record, Retention, Word, code, ref

WANTED_FIRST = ("approval", "checklist", "service", "recordings", "report")
UNDRAWN = f"pdf_key IS NULL AND kind NOT IN {WANTED_FIRST}"
"""What waits to be drawn; those kinds wait for somebody who wants them (DRAWN_WHEN_WANTED)."""


class Document(Record, Base):
    """A document of domain.md §3. `content` is what is signed; PDF, number and seal lie outside.

    `particulars` is all that is drawn besides: with content and number it makes the PDF again.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("subject_id", "kind", "version"),
        UniqueConstraint("agency_id", "number"),
        Index(
            "ix_document_undrawn",
            "made_at",
            sqlite_where=text(UNDRAWN),
            postgresql_where=text(UNDRAWN),
        ),
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    kind: Mapped[Word]
    subject_id: Mapped[Id]  # the visit, a task, a receipt, an act
    version: Mapped[int] = mapped_column(default=1)
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    visit_id: Mapped[Id | None] = mapped_column(index=True)
    uscc: Mapped[str | None] = mapped_column(String(18), index=True)
    number: Mapped[str | None] = mapped_column(String(80))
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    content_hash: Mapped[Hash]
    particulars: Mapped[dict[str, Any]] = mapped_column(JsonText)
    token: Mapped[str | None] = mapped_column(Text)  # the code on its file, signed with the drawing
    pdf_key: Mapped[str | None] = mapped_column(String(200))
    pdf_sha256: Mapped[Hash | None]
    made_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    superseded_by: Mapped[Id | None] = mapped_column(ref("document.id"))


class DocumentNumber(Record, Base):
    """The next number of a series. Taken under a row lock in the document's own transaction."""

    __tablename__ = "document_number"
    retention_default = Retention.TRUST

    agency_id: Mapped[Id] = mapped_column(ref("agency.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(code(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next: Mapped[int] = mapped_column(default=1)
