"""What may be inspected: published items (R10), checklists (R11) and their legal bases (R14)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id, Key, Record, Retention, code, ref
from server.models.named import Named


class LegalBasis(Named, Record, Base):
    __tablename__ = "legal_basis"
    __table_args__ = (Index("ix_legal_basis_list", "title", "article", "id"),)
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(200))
    article: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class InspectionItem(Named, Record, Base):
    """An item (检查事项) of an agency. `code` is opaque: it is never parsed."""

    __tablename__ = "inspection_item"
    __table_args__ = (Index("ix_inspection_item_list", "agency_id", "code", "id"),)
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    standard: Mapped[str] = mapped_column(String(300), default="")
    basis_ids: Mapped[list[str]]
    levels: Mapped[list[str]] = mapped_column(default=list)  # 层级 it is for; empty: all
    industries: Mapped[list[str]] = mapped_column(default=list)  # 检查对象; empty: all
    conflict: Mapped[str] = mapped_column(String(300), default="")  # what is disputed (R16)
    is_offsite: Mapped[bool] = mapped_column(default=False)  # can be checked remotely (R30)
    last_used_on: Mapped[date | None]


class ItemPublication(Record, Base):
    """An item's place on a published list; from and to inclusive, open-ended when `to` is null."""

    __tablename__ = "item_publication"
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    item_id: Mapped[Id] = mapped_column(ref("inspection_item.id"), index=True)
    list_version: Mapped[str] = mapped_column(code(40))
    published_from: Mapped[date]
    published_to: Mapped[date | None]


class Form(Record, Base):
    """One version of a checklist. `points` as shared.reference.Point, in their order.

    One that was withdrawn before its day was never used; its number is not given again.
    """

    __tablename__ = "form"
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[Id] = mapped_column(ref("inspection_item.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
    points: Mapped[list[dict[str, Any]]]
