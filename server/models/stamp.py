"""Visits that wait for a time stamp: a row is there as long as one is due."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Key


class StampDue(Base):
    """A complete visit whose present chains no time stamp covers yet."""

    __tablename__ = "stamp_due"

    visit_id: Mapped[Key]
    since: Mapped[datetime]
    next_try_at: Mapped[datetime] = mapped_column(index=True)
