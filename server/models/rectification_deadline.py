"""When what was ordered is to be put right, and the next day somebody has to look at that."""

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id, Key, Record, Retention, ref


class RectificationDeadline(Record, Base):
    """One for each visit with something to put right.

    `look_on` is None once there is nothing more to remind of; `late_since` while it is late.
    """

    __tablename__ = "rectification_deadline"
    __table_args__ = (
        Index("ix_rectification_deadline_look_on", "look_on"),
        Index("ix_rectification_deadline_late", "agency_id", "late_since"),
    )
    retention_default = Retention.INSPECTION

    visit_id: Mapped[Key]
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    uscc: Mapped[str] = mapped_column(String(18))
    due_on: Mapped[date]
    look_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    late_since: Mapped[date | None]
