"""Evidence files and the uploads that bring them. A file is known by the hash of its bytes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, Word, ref


class EvidenceState(StrEnum):
    PENDING = "pending"
    BYTES_COMPLETE = "bytes_complete"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class EvidenceFile(Record, Base):
    """One file of one visit, named in an event or uploaded before its event came."""

    __tablename__ = "evidence_file"
    __table_args__ = (Index("ix_evidence_file_sha256", "visit_id", "sha256"),)
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    visit_id: Mapped[Id]
    device_id: Mapped[Id]
    event_id: Mapped[Id | None]
    sha256: Mapped[Hash]
    size: Mapped[int] = mapped_column(BigInteger)
    filename: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(80))
    storage_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[Word] = mapped_column(default=EvidenceState.PENDING)
    detail: Mapped[str] = mapped_column(String(300), default="")
    noted_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class Upload(Base):
    """A tus upload in progress; `offset` counts only bytes that are on disk."""

    __tablename__ = "upload"

    id: Mapped[Key]
    evidence_id: Mapped[Id] = mapped_column(index=True)
    visit_id: Mapped[Id]
    device_id: Mapped[Id] = mapped_column(ref("device.id"), index=True)
    length: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[Hash]
    filename: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(80))
    kept_as: Mapped[Word]  # the state its file will have: with the visit, or in quarantine
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
