"""Numbers and tables that differ between provinces and change with time (decision 9)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import AnyJson, Base, Id, Key, Record, Retention


class Parameter(Record, Base):
    """A value in force from one day to another, for a region, an agency, or everybody."""

    __tablename__ = "parameter"
    __table_args__ = (Index("ix_parameter_key", "key", "valid_from"),)
    retention_default = Retention.PLAN

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(80))
    value: Mapped[Any] = mapped_column(AnyJson)  # null: no threshold at all
    region: Mapped[str | None] = mapped_column(String(12))
    agency_id: Mapped[Id | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[Id]


class HolidayYear(Record, Base):
    """A version of one year's days off and working weekends, as decreed; ISO days.

    The newest version of a year is in force. None is edited: what was counted by one stays so.
    """

    __tablename__ = "holiday_year"
    retention_default = Retention.PLAN

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    off: Mapped[list[str]]
    work: Mapped[list[str]]
    withdrawn: Mapped[bool] = mapped_column(default=False)  # from here nothing is announced
    source: Mapped[str] = mapped_column(String(120))
    as_of: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[Id]
