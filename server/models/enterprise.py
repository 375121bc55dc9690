"""Who is inspected: enterprises, their premises, contacts and door codes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, Word, code, ref
from server.models.named import Named


class Enterprise(Named, Record, Base):
    """An enterprise or one treated as such, by its unified social credit code."""

    __tablename__ = "enterprise"
    retention_default = Retention.INSPECTION

    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    address: Mapped[str] = mapped_column(String(300), default="")
    region: Mapped[str] = mapped_column(String(12), index=True)
    legal_rep: Mapped[str] = mapped_column(String(60), default="")
    industry: Mapped[str] = mapped_column(String(60), default="")
    grade: Mapped[str] = mapped_column(String(10), default="")
    status: Mapped[Word] = mapped_column(default="operating")
    source: Mapped[str] = mapped_column(String(60), default="")
    as_of: Mapped[datetime]
    facts: Mapped[list[dict[str, Any]] | None]  # as shared.reference.SharedFact, by key


class Premise(Record, Base):
    """A place of an enterprise. `crs` says in which system the point was measured.

    A closed one stays, since visits were made there; nobody plans another.
    """

    __tablename__ = "premise"
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300))
    region: Mapped[str] = mapped_column(String(12), index=True)
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    crs: Mapped[Word] = mapped_column(default="WGS84")
    radius_m: Mapped[int] = mapped_column(default=300)
    closed_at: Mapped[datetime | None]
    closed_why: Mapped[str] = mapped_column(String(200), default="")


DOUBTED = "doubt <> ''"


class Contact(Record, Base):
    """A person an enterprise named for notices; only a confirmed one is written to.

    `visit_id` is the last visit at which it was given, on site (`site_contacts`).

    `doubt` is what speaks against its being the enterprise's own (`contact_doubts`), "" if nothing.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index(
            "ix_contact_doubted",
            "id",
            sqlite_where=text(DOUBTED),
            postgresql_where=text(DOUBTED),
        ),
    )
    retention_default = Retention.DELIVERY

    id: Mapped[Key]
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[str] = mapped_column(String(60), default="")
    role: Mapped[Word] = mapped_column(default="enterprise_user")
    language: Mapped[str] = mapped_column(String(5), default="zh")
    phone_sealed: Mapped[str | None] = mapped_column(String(300))
    phone_index: Mapped[Hash | None] = mapped_column(index=True)
    email_sealed: Mapped[str | None] = mapped_column(String(500))
    email_index: Mapped[Hash | None] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    confirmed_how: Mapped[str] = mapped_column(String(60), default="")
    invited_until: Mapped[datetime | None]  # named by the owner; a code entered by then confirms
    removed_at: Mapped[datetime | None]
    visit_id: Mapped[Id | None]
    doubt: Mapped[Word] = mapped_column(default="")


class ServiceConsent(Record, Base):
    """That an enterprise agreed to be served electronically (送达地址确认书), until taken back.

    Nothing of it is edited: what changes is said anew, and the row before ends. `prefers` is the
    channel to be written to first, "" for all at once. `given_by` is a contact.
    """

    __tablename__ = "service_consent"
    __table_args__ = (
        Index(
            "ix_service_consent_in_force",
            "uscc",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"), index=True)
    prefers: Mapped[Word] = mapped_column(default="")
    how: Mapped[Word]
    given_by: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[str] = mapped_column(String(60), default="")
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[Id | None]
    ended_why: Mapped[Word] = mapped_column(default="")


class ContactWay(Record, Base):
    """In which order a contact wants to be written to. Phone and e-mail stand with the contact."""

    __tablename__ = "contact_way"
    __table_args__ = (UniqueConstraint("contact_id", "channel"),)
    retention_default = Retention.DELIVERY

    id: Mapped[Key]
    contact_id: Mapped[Id] = mapped_column(ref("contact.id"))
    channel: Mapped[Word]
    place: Mapped[int]  # 0: kept, and not written to
    address_sealed: Mapped[str | None] = mapped_column(String(1200))


class EnterpriseCode(Record, Base):
    """A code issued for a door. Static until revoked; the nonce makes each issue its own."""

    __tablename__ = "enterprise_code"
    retention_default = Retention.TRUST

    id: Mapped[Key]
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"), index=True)
    premise_id: Mapped[Id] = mapped_column(ref("premise.id"), index=True)
    nonce: Mapped[str] = mapped_column(code(64), unique=True)
    token: Mapped[str] = mapped_column(String(2000))
    kid: Mapped[str] = mapped_column(code(40))
    issued_at: Mapped[datetime]
    issued_by: Mapped[Id]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str] = mapped_column(String(200), default="")
