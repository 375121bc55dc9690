"""Which days have been turned: whose nightly work was begun, and whether it was done."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Record, Retention


class DayTurn(Record, Base):
    """The nightly work that opens local day `day`; not done while `ended_at` is null."""

    __tablename__ = "day_turn"
    retention_default = Retention.OPERATION

    day: Mapped[date] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
