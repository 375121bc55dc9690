"""Draws: what was frozen, what each party said, what came of it. Nothing of a draw is deleted."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, Word, ref


class DrawStatus(StrEnum):
    FROZEN = "frozen"  # the pool's hash is public; commitments are awaited
    COMMITTED = "committed"  # both have committed; secrets are awaited
    HELD = "held"
    VOID = "void"


class Draw(Record, Base):
    """A draw. Pool and published file lie in the object store under `pool_key` and `file_key`."""

    __tablename__ = "draw"
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"), index=True)
    planner_id: Mapped[Id] = mapped_column(ref("person.id"))
    title: Mapped[str] = mapped_column(String(200))
    item_ids: Mapped[list[str]]
    window_from: Mapped[date]
    window_to: Mapped[date]
    count: Mapped[int]
    pool_size: Mapped[int]
    left_out: Mapped[int]
    pool_hash: Mapped[Hash]
    pool_key: Mapped[str] = mapped_column(String(120))
    status: Mapped[Word] = mapped_column(default=DrawStatus.FROZEN, index=True)
    frozen_at: Mapped[datetime]
    due: Mapped[datetime]
    """Until when the next step is awaited; later the draw is void."""
    held_at: Mapped[datetime | None]
    void_at: Mapped[datetime | None]
    void_why: Mapped[str] = mapped_column(Text, default="")
    void_by: Mapped[Id | None]
    file_key: Mapped[str | None] = mapped_column(String(120))
    file_hash: Mapped[Hash | None]
    plan_id: Mapped[Id | None] = mapped_column(ref("plan.id"), index=True)
    replaces_id: Mapped[Id | None] = mapped_column(ref("draw.id"))


class DrawVoice(Record, Base):
    """What one party handed in. The secret is sealed: nobody reads it before both are there."""

    __tablename__ = "draw_voice"
    retention_default = Retention.INSPECTION

    draw_id: Mapped[Id] = mapped_column(ref("draw.id"), primary_key=True)
    party: Mapped[str] = mapped_column(String(20), primary_key=True)
    commitment: Mapped[Hash]
    committed_by: Mapped[Id] = mapped_column(ref("person.id"))
    committed_at: Mapped[datetime]
    secret_sealed: Mapped[str | None] = mapped_column(String(300))
    revealed_by: Mapped[Id | None] = mapped_column(ref("person.id"))
    revealed_at: Mapped[datetime | None]


class DrawTarget(Record, Base):
    """One drawn enterprise, in the order of the draw."""

    __tablename__ = "draw_target"
    retention_default = Retention.INSPECTION

    draw_id: Mapped[Id] = mapped_column(ref("draw.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"))
    officer_ids: Mapped[list[str]]
