"""Tablets, the officers on them, how they were enrolled and how they are taken out of use."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, BigId, Hash, Id, Json, Key, Record, Retention, Word, code, ref


class DeviceStatus(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"
    LOST = "lost"
    WIPED = "wiped"


GAPPED = "gap_since IS NOT NULL"


class Device(Record, Base):
    """A tablet.

    `last_device_seq` is the highest of its own count that was applied, `missing_seqs` the
    [first, last] ranges below it that were not. `gap_since` is when some of these were first
    missed that supervision has not accepted, `gap_asked_at` when it asked the tablet for them.
    """

    __tablename__ = "device"
    __table_args__ = (
        Index(
            "ix_device_gap",
            "gap_since",
            "id",
            sqlite_where=text(GAPPED),
            postgresql_where=text(GAPPED),
        ),
    )
    retention_default = Retention.TRUST

    id: Mapped[Key]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    model: Mapped[str] = mapped_column(String(80), default="")
    public_key: Mapped[str] = mapped_column(code(64), unique=True)
    certificate: Mapped[dict[str, Any]]
    sealed_store_key: Mapped[str] = mapped_column(Text)
    app_version: Mapped[str] = mapped_column(code(40), default="")
    status: Mapped[Word] = mapped_column(default=DeviceStatus.ACTIVE)
    enrolled_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    last_device_seq: Mapped[int] = mapped_column(default=0)
    missing_seqs: Mapped[list[Any]] = mapped_column(Json, default=list)
    gap_since: Mapped[datetime | None]
    gap_asked_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    lost_at: Mapped[datetime | None]
    wiped_at: Mapped[datetime | None]


class GapRuling(Record, Base):
    """What supervision decided about numbers that a tablet counted and never sent.

    A fact of the server, appended and never changed: which gaps still wait follows from these and
    from the numbers that came.
    """

    __tablename__ = "gap_ruling"
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    device_id: Mapped[Id] = mapped_column(ref("device.id"), index=True)
    decision: Mapped[Word]
    spans: Mapped[list[Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[Id]
    at: Mapped[datetime]


class DeviceOfficer(Record, Base):
    """An officer's key on a tablet. Enrolled again, the old row keeps the old key's time."""

    __tablename__ = "device_officer"
    retention_default = Retention.TRUST

    id: Mapped[Key]
    device_id: Mapped[Id] = mapped_column(ref("device.id"), index=True)
    officer_id: Mapped[Id] = mapped_column(ref("officer.id"), index=True)
    public_key: Mapped[str] = mapped_column(code(64), unique=True)
    kid: Mapped[str] = mapped_column(String(16), index=True)
    """`shared.certificates.key_id` of the key: how the officer's code names it."""
    certificate: Mapped[dict[str, Any]]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class DeviceOrder(Record, Base):
    """A proposal to retire a tablet or to declare it lost; `lost` needs a second administrator."""

    __tablename__ = "device_order"
    retention_default = Retention.TRUST

    id: Mapped[Key]
    device_id: Mapped[Id] = mapped_column(ref("device.id"), index=True)
    form: Mapped[Word]
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[Id] = mapped_column(ref("person.id"))
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[Id | None] = mapped_column(ref("person.id"))
    confirmed_at: Mapped[datetime | None]
    order: Mapped[dict[str, Any] | None]
    acknowledged_at: Mapped[datetime | None]


class Enrolment(Record, Base):
    """A one-time enrolment of one officer on a new tablet or on `device_id`."""

    __tablename__ = "enrolment"

    id: Mapped[Key]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    officer_id: Mapped[Id] = mapped_column(ref("officer.id"), index=True)
    device_id: Mapped[Id | None] = mapped_column(ref("device.id"))
    code_hash: Mapped[Hash]
    issued_by: Mapped[Id]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    used_by_device: Mapped[Id | None]


class UsedAssertion(Base):
    """A client assertion seen once and never accepted again; forgotten after it has expired."""

    __tablename__ = "used_assertion"

    device_id: Mapped[Id] = mapped_column(ref("device.id"), primary_key=True)
    jti: Mapped[str] = mapped_column(String(80), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class DeviceToken(Base):
    """A tablet's bearer token; only its SHA-256 is kept."""

    __tablename__ = "device_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    device_id: Mapped[Id] = mapped_column(ref("device.id"), index=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
