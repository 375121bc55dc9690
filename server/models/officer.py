"""Officers and assistants of an agency, and the certificates that let them inspect (R04)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, Word, ref


class OfficerKind(StrEnum):
    OFFICER = "officer"
    ASSISTANT = "assistant"  # never counted among the two, never signs (R05)


class Officer(Record, Base):
    """A person who goes on inspections. ID number and phone are sealed, found by blind index."""

    __tablename__ = "officer"
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"), index=True)
    person_id: Mapped[Id | None] = mapped_column(ref("person.id"), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[Word] = mapped_column(default=OfficerKind.OFFICER)
    unit: Mapped[str] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(12))  # where they go; the agency's if null
    photo_sha256: Mapped[Hash | None]
    id_number_sealed: Mapped[str | None] = mapped_column(String(300))
    id_number_index: Mapped[Hash | None] = mapped_column(unique=True)
    phone_sealed: Mapped[str | None] = mapped_column(String(300))
    phone_index: Mapped[Hash | None] = mapped_column(index=True)


class Certificate(Record, Base):
    """An enforcement certificate (行政执法证) of an officer; days are inclusive."""

    __tablename__ = "certificate"
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    officer_id: Mapped[Id] = mapped_column(ref("officer.id"), index=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    unit: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    revoked_at: Mapped[datetime | None]
    checked_at: Mapped[datetime]


class Recusal(Record, Base):
    """回避: an officer who may not go to an enterprise, and why (R09); `until` is the last day."""

    __tablename__ = "recusal"
    __table_args__ = (
        Index("ix_recusal_uscc_officer_id", "uscc", "officer_id"),
        Index("ix_recusal_list", "declared_at", "id"),
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    officer_id: Mapped[Id] = mapped_column(ref("officer.id"), index=True)
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"))
    ground: Mapped[str] = mapped_column(String(200))
    declared_by: Mapped[Id]
    declared_at: Mapped[datetime]
    until: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[Id | None]
    ended_why: Mapped[str] = mapped_column(String(200), default="")
