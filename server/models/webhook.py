"""Calls to other systems: who wants to be told of what, and every call with what came of it."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id, Key, Record, Retention, Word, ref

OPEN = text("state IN ('waiting', 'sending')")


class WebhookSubscription(Record, Base):
    """That a system wants to be told. `region` is set for one that reads a whole region."""

    __tablename__ = "webhook_subscription"
    retention_default = Retention.TRUST

    id: Mapped[Key]
    client_id: Mapped[Id] = mapped_column(ref("system_client.id"), index=True)
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"), index=True)
    region: Mapped[str | None] = mapped_column(String(12))
    url: Mapped[str] = mapped_column(String(500))
    secret_sealed: Mapped[str] = mapped_column(String(300))
    kinds: Mapped[list[str]]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[Word] = mapped_column(default="")


class WebhookCall(Record, Base):
    """One thing one system is told: its id is the call's at every try, `body` what is sent."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        Index("ix_webhook_call_due", "next_try_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_webhook_call_of", "subscription_id", "created_at"),
    )
    retention_default = Retention.DELIVERY

    id: Mapped[Key]
    subscription_id: Mapped[Id] = mapped_column(ref("webhook_subscription.id"))
    kind: Mapped[Word]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[Word] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    last: Mapped[str] = mapped_column(String(120), default="")  # codes and classes alone
