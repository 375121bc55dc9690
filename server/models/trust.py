"""What the platform's word rests on: its public keys, the sets they were sent in, revocations."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, Word, code


class PlatformKey(Record, Base):
    """A signing key's public half; the private half lies in the secrets folder alone."""

    __tablename__ = "platform_key"
    retention_default = Retention.TRUST

    kid: Mapped[str] = mapped_column(code(40), primary_key=True)
    public: Mapped[str] = mapped_column(code(64), unique=True)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class KeySetVersion(Record, Base):
    """A key set as it was signed and sent; a tablet accepts the next only from a trusted one."""

    __tablename__ = "key_set"
    retention_default = Retention.TRUST

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signed_object: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class KeyCheck(Record, Base):
    """By what a key of the secrets folder is recognised: a keyed hash, which tells no key."""

    __tablename__ = "key_check"
    retention_default = Retention.TRUST

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    digest: Mapped[Hash]
    noted_at: Mapped[datetime]


class Revocation(Record, Base):
    """Something that is no longer to be trusted, since when and why."""

    __tablename__ = "revocation"
    __table_args__ = (UniqueConstraint("of", "ref"),)
    retention_default = Retention.TRUST

    id: Mapped[Key]
    of: Mapped[Word]  # key, code, certificate, device
    ref: Mapped[Id]
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300), default="")
    recorded_by: Mapped[Id]
    recorded_at: Mapped[datetime]
