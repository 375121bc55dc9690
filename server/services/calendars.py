"""The working-day calendar of this server: the years its table has, weekdays for the others."""

from sqlalchemy import select

from server.models import HolidayYear
from server.work import Work
from shared import workdays
from shared.workdays import Calendar, Certainty

__all__ = ["Calendar", "Certainty", "load"]


def load(work: Work) -> Calendar:
    """The calendar as it is known now."""
    rows = work.session.scalars(select(HolidayYear))
    return Calendar.of(
        workdays.HolidayYear.from_object({"id": row.year, "off": row.off, "work": row.work})
        for row in rows
    )
