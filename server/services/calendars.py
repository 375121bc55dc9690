"""The working-day calendar of this server: the years its table has, weekdays for the others."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.models import HolidayYear
from server.work import Work
from shared import workdays
from shared.workdays import Calendar, Certainty

__all__ = ["VERSIONS", "Calendar", "Certainty", "in_force", "known_at", "load", "of_versions"]

VERSIONS = select(
    HolidayYear.year, HolidayYear.version, HolidayYear.off, HolidayYear.work, HolidayYear.withdrawn
)
"""Behind `of_versions`."""


def load(work: Work) -> Calendar:
    """The calendar in force: of every year the newest version."""
    return of_versions(work.session.execute(VERSIONS))


def of_versions(rows: Iterable[Any]) -> Calendar:
    """The same, of what `VERSIONS` finds."""
    known = sorted(rows, key=lambda row: (row.year, row.version))
    return _calendar({row.year: row for row in known}.values())


def in_force(work: Work) -> list[HolidayYear]:
    """Every year's newest version, in the order of the years."""
    return list({row.year: row for row in _versions(work)}.values())


def known_at(work: Work, at: datetime) -> Calendar:
    """The calendar by which something was counted at `at`, whatever was announced later.

    A year that was not announced then is counted by its first announcement: what was counted
    without one was provisional.
    """
    years: dict[int, HolidayYear] = {}
    for row in _versions(work):
        if row.year not in years or row.recorded_at <= at:
            years[row.year] = row
    return _calendar(years.values())


def announced(row: Any) -> workdays.HolidayYear | None:
    """What a version says of its year; None for one that takes the announcement back.

    `row` is a `HolidayYear`, or as much of one as `VERSIONS` reads.
    """
    if row.withdrawn:
        return None
    return workdays.HolidayYear.from_object({"id": row.year, "off": row.off, "work": row.work})


def _versions(work: Work) -> list[HolidayYear]:
    known = select(HolidayYear).order_by(HolidayYear.year, HolidayYear.version)
    return list(work.session.scalars(known))


def _calendar(rows: Iterable[Any]) -> Calendar:
    return Calendar.of(told for row in rows if (told := announced(row)))
