"""A year's working days as decreed: recorded as a version, superseded by the next, never edited.

Deadlines are stored when they are counted, and what is counted again asks the calendar as it was
known then (`calendars.known_at`). Tablets are sent the version in force.
"""

from datetime import datetime

from sqlalchemy import select

from server.models import HolidayYear
from server.services import audit, calendars, publishing, typed_words
from server.services.publishing import EVERYBODY
from server.services.scoping import one, require_role
from server.work import Work
from shared import workdays
from shared.errors import BadInput, Conflict
from shared.roles import Role
from shared.workdays import DayChange

RECORDERS = (Role.PLATFORM_ADMIN, Role.SYSTEM)
FIRST_YEAR = 2000
YEARS_AHEAD = 2
LONGEST_SOURCE = 120


def record(
    work: Work,
    told: workdays.HolidayYear,
    *,
    source: str,
    as_of: datetime,
    replaces: int | None = None,
) -> HolidayYear:
    """Let an announcement be in force from now on.

    `replaces` is the version it was compared with, 0 for none; `Conflict` when another is in force
    by now, or when it says the same.
    """
    require_role(work.who, *RECORDERS)
    typed_words.require(source=(source, LONGEST_SOURCE))
    _require_meant(work, told, as_of)
    before = newest(work, told.year)
    _require_compared(before, replaces)
    if before is not None and calendars.announced(before) == told:
        raise Conflict("That is what is in force.", year=told.year)
    row = _add(work, told.year, told, before, source=source.strip(), as_of=as_of)
    return _audited(work, before, row)


def restore(work: Work, year: int, version: int, *, replaces: int) -> HolidayYear:
    """Let an earlier version be in force again, as a new one; version 0 is no announcement."""
    require_role(work.who, *RECORDERS)
    before = one(newest(work, year))
    _require_compared(before, replaces)
    old = one(work.session.get(HolidayYear, (year, version))) if version else before
    told = calendars.announced(old) if version else None
    if calendars.announced(before) == told:
        raise Conflict("That is what is in force.", year=year)
    row = _add(work, year, told, before, source=old.source, as_of=old.as_of)
    return _audited(work, before, row)


def begin_with(work: Work, told: workdays.HolidayYear) -> None:
    """The first version of a year by what the library knows, in a database that is founded."""
    _add(work, told.year, told, None, source="chinesecalendar", as_of=work.now)


def newest(work: Work, year: int) -> HolidayYear | None:
    """The version of a year in force, locked until the transaction ends."""
    return work.session.scalars(
        select(HolidayYear)
        .where(HolidayYear.year == year)
        .order_by(HolidayYear.version.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()


def changes(before: HolidayYear | None, after: HolidayYear | None) -> tuple[DayChange, ...]:
    """Every day two versions treat otherwise; None for none."""
    told = [calendars.announced(row) if row else None for row in (before, after)]
    return workdays.changes(*told)


def publish(work: Work) -> None:
    """Send every year in force to everybody. Safe to repeat."""
    for row in calendars.in_force(work):
        _tell(work, row)


def _add(
    work: Work,
    year: int,
    told: workdays.HolidayYear | None,
    before: HolidayYear | None,
    *,
    source: str,
    as_of: datetime,
) -> HolidayYear:
    data = told.as_object() if told else {"off": [], "work": []}
    row = HolidayYear(
        year=year,
        version=before.version + 1 if before else 1,
        off=data["off"],
        work=data["work"],
        withdrawn=told is None,
        source=source,
        as_of=as_of,
        recorded_at=work.now,
        recorded_by=work.who.id,
    )
    work.session.add(row)
    _tell(work, row)
    return row


def _audited(work: Work, before: HolidayYear | None, row: HolidayYear) -> HolidayYear:
    audit.write(
        work,
        "holidays.recorded",
        "holidays",
        str(row.year),
        version=row.version,
        withdrawn=row.withdrawn,
        days=[change.day.isoformat() for change in changes(before, row)],
    )
    return row


def _tell(work: Work, row: HolidayYear) -> None:
    told = calendars.announced(row)
    if told is None:
        publishing.remove(work, "holidays", str(row.year))
    else:
        publishing.publish(work, "holidays", str(row.year), told.as_object(), {EVERYBODY})


def _require_meant(work: Work, told: workdays.HolidayYear, as_of: datetime) -> None:
    if not FIRST_YEAR <= told.year <= work.now.year + YEARS_AHEAD:
        raise BadInput("No such year.", errors={"/year": f"{FIRST_YEAR} or later."})
    if as_of > work.now:
        raise BadInput("Nothing is known as of tomorrow.", errors={"/as_of": "future"})
    if wrong := workdays.faults(told):
        raise BadInput("Not a year's announcement.", errors={"/off": wrong[0].en})


def _require_compared(before: HolidayYear | None, replaces: int | None) -> None:
    standing = before.version if before else 0
    if replaces is not None and replaces != standing:
        raise Conflict("Another version is in force by now.", version=standing)
