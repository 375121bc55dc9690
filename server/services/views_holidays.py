"""The working-day calendar as the console shows it: years, the days of one, its versions. Reads."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from server.models import HolidayYear, Person
from server.services import calendars, holidays
from server.work import Work
from shared import workdays
from shared.errors import NotFound
from shared.localtime import local_day
from shared.workdays import Calendar, DayChange

_MONDAY_FIRST = calendar.Calendar(firstweekday=0)


class Standing(StrEnum):
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    NOT_ANNOUNCED = "not_announced"


class Mark(StrEnum):
    """How a day stands in its month."""

    WORKED = "worked"
    WEEKEND = "weekend"
    OFF = "off"
    """A day off by announcement, on whatever weekday."""
    SWAPPED = "swapped"
    """A weekend day that is worked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """A year; version 0 for one that nobody announced."""

    year: int
    version: int
    standing: Standing
    off: int
    work: int
    workdays: int
    source: str
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    day: int
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    number: int
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    version: int
    standing: Standing
    source: str
    as_of: datetime
    recorded_at: datetime
    recorded_by: str
    changes: tuple[DayChange, ...]
    """Against the version before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearView:
    """`line` is of the version in force, `months` and `shown` of the one that is looked at."""

    line: YearLine
    told: workdays.HolidayYear | None
    shown: int
    months: tuple[Month, ...]
    versions: tuple[VersionLine, ...]


def lines(work: Work) -> tuple[YearLine, ...]:
    """Every year there is a version of, and those that may be announced by now; newest first."""
    newest = {row.year: row for row in calendars.in_force(work)}
    this_year = local_day(work.now).year
    years = {*newest, *range(this_year, this_year + holidays.YEARS_AHEAD)}
    return tuple(_line(year, newest.get(year)) for year in sorted(years, reverse=True))


def one(work: Work, year: int, version: int | None = None) -> YearView:
    """A year with its versions, the newest first; the days are those of `version` if one is named.

    `NotFound` for a year that cannot be announced, or a version that is not there.
    """
    if not holidays.FIRST_YEAR <= year <= local_day(work.now).year + holidays.YEARS_AHEAD:
        raise NotFound("No such year.")
    found = work.session.execute(
        select(HolidayYear, Person.name)
        .outerjoin(Person, Person.id == HolidayYear.recorded_by)
        .where(HolidayYear.year == year)
        .order_by(HolidayYear.version)
    ).all()
    rows = {row.version: row for row, _ in found}
    newest = max(rows, default=0)
    shown = newest if version is None else version
    if shown not in rows and shown != newest:
        raise NotFound("No such version.")
    row = rows.get(shown)
    return YearView(
        line=_line(year, rows.get(newest)),
        told=calendars.announced(row) if row else None,
        shown=shown,
        months=months(year, calendars.announced(row) if row else None),
        versions=tuple(
            _version(row, rows.get(row.version - 1), by or "", newest)
            for row, by in reversed(found)
        ),
    )


def months(year: int, told: workdays.HolidayYear | None) -> tuple[Month, ...]:
    """The twelve months with each day's mark; without an announcement the weekends alone."""
    return tuple(
        Month(
            number=number,
            weeks=tuple(
                tuple(_cell(day, told) if day.month == number else None for day in week)
                for week in _MONDAY_FIRST.monthdatescalendar(year, number)
            ),
        )
        for number in range(1, 13)
    )


def _cell(day: date, told: workdays.HolidayYear | None) -> Cell:
    mark = Mark.WEEKEND if day.weekday() >= calendar.SATURDAY else Mark.WORKED
    if told is not None and day in told.work:
        mark = Mark.SWAPPED
    elif told is not None and day in told.off:
        mark = Mark.OFF
    return Cell(day=day.day, mark=mark)


def _line(year: int, row: HolidayYear | None) -> YearLine:
    told = calendars.announced(row) if row else None
    standing = Standing.NOT_ANNOUNCED
    if row is not None:
        standing = Standing.IN_FORCE if told else Standing.WITHDRAWN
    eve = date(year, 1, 1) - timedelta(days=1)
    count, _ = _of(told).workdays_between(eve, date(year, 12, 31))
    return YearLine(
        year=year,
        version=row.version if row else 0,
        standing=standing,
        off=len(told.off) if told else 0,
        work=len(told.work) if told else 0,
        workdays=count,
        source=row.source if row else "",
        recorded_at=row.recorded_at if row else None,
    )


def _of(told: workdays.HolidayYear | None) -> Calendar:
    known: Sequence[workdays.HolidayYear] = [told] if told else []
    return Calendar.of(known)


def _version(row: HolidayYear, before: HolidayYear | None, by: str, newest: int) -> VersionLine:
    standing = Standing.WITHDRAWN if row.withdrawn else Standing.IN_FORCE
    return VersionLine(
        version=row.version,
        standing=standing if row.version == newest else Standing.SUPERSEDED,
        source=row.source,
        as_of=row.as_of,
        recorded_at=row.recorded_at,
        recorded_by=by,
        changes=holidays.changes(before, row),
    )
