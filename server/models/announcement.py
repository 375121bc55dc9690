"""Announcements: that an enterprise was told of an inspection beforehand, where that is allowed."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id, Record, Retention, ref


class Announcement(Record, Base):
    """One for each task, written once; the messages it went by are those `about` the task."""

    __tablename__ = "announcement"
    retention_default = Retention.INSPECTION

    task_id: Mapped[Id] = mapped_column(ref("task.id"), primary_key=True)
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    announced_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
