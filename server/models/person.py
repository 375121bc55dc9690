"""People who sign in, and their sessions. No password, token or second-factor secret in clear."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, Word, ref
from server.models.named import Named


class Person(Named, Record, Base):
    """Somebody with a user name. `roles` are words of shared.roles.Role."""

    __tablename__ = "person"
    # The list of all, and that of one agency.
    __table_args__ = (
        Index("ix_person_list", "name", "id"),
        Index("ix_person_list_of_agency", "agency_id", "name", "id"),
    )
    retention_default = Retention.PERSON

    id: Mapped[Key]
    agency_id: Mapped[Id | None] = mapped_column(ref("agency.id"))
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    roles: Mapped[list[str]]
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_sealed: Mapped[str | None] = mapped_column(String(300))
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SessionKind(StrEnum):
    API = "api"
    WEB = "web"


class LoginSession(Base):
    """One sign-in. Only the SHA-256 of its token is kept."""

    __tablename__ = "login_session"

    id: Mapped[Key]
    kind: Mapped[Word]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    person_id: Mapped[Id] = mapped_column(ref("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    second_factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(String(200), default="")
