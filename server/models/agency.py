"""Who may inspect: agencies (执法主体). One not confirmed and published inspects nothing."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id, Key, Record, Retention, Word, code, ref
from server.models.named import Named


class AgencyType(StrEnum):
    ADMINISTRATIVE = "administrative"  # 行政机关
    AUTHORISED = "authorised"  # 法律法规授权组织
    ENTRUSTED = "entrusted"  # 依法受委托组织
    ASSISTING = "assisting"  # helps an inspection and may own none (R03)
    SUPERVISION = "supervision"  # 执法监督机关


class AgencyStatus(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"


class Agency(Named, Record, Base):
    """An agency. `abbr` and `region_abbr` are the parts of a document number (domain.md §3)."""

    __tablename__ = "agency"
    __table_args__ = (Index("ix_agency_list", "region", "name", "id"),)
    retention_default = Retention.PLAN

    id: Mapped[Key]
    name: Mapped[str]
    abbr: Mapped[str] = mapped_column(String(20))
    region: Mapped[str] = mapped_column(String(12))
    region_abbr: Mapped[str] = mapped_column(String(20))
    type: Mapped[Word] = mapped_column(default=AgencyType.ADMINISTRATIVE)
    field: Mapped[str] = mapped_column(code(40), default="")  # 系统: the same on every level (R29)
    principal_id: Mapped[Id | None] = mapped_column(ref("agency.id"))
    entrustment: Mapped[dict[str, Any] | None]  # as agencies.Entrustment (R02)
    status: Mapped[Word] = mapped_column(default=AgencyStatus.DRAFT)
    published_on: Mapped[date | None]
    revoked_on: Mapped[date | None]
    phone: Mapped[str] = mapped_column(code(40), default="")
    supervision_phone: Mapped[str] = mapped_column(code(40), default="")
