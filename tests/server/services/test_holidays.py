"""A year's working days: superseded and never edited, and what was counted stays as counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from server.clock import SetClock
from server.models import Document, HolidayYear, SyncObject
from server.principal import SYSTEM
from server.services import calendars, holidays, tickets
from server.work import Parts, open_work
from shared import workdays
from shared.errors import BadInput, Conflict, NotAllowed
from shared.localtime import local_day
from shared.roles import Role
from tests.server import sync_world
from tests.server.factories import principal
from tests.server.telling import with_problems
from tests.world import USCC

PLATFORM = principal("platform", Role.PLATFORM_ADMIN, agency=None)
NOTICED = datetime(2025, 11, 4, tzinfo=UTC)
SOURCE = "国办发明电〔2025〕7号"


def year(number: int, *more: date) -> workdays.HolidayYear:
    """Seven days in October, and more."""
    autumn = (date(number, 10, day) for day in range(1, 8))
    return workdays.HolidayYear(year=number, off=frozenset((*autumn, *more)), work=frozenset())


def recorded(parts: Parts, told: workdays.HolidayYear, replaces: int | None = None) -> HolidayYear:
    with open_work(parts, PLATFORM) as work:
        return holidays.record(work, told, source=SOURCE, as_of=NOTICED, replaces=replaces)


def test_a_new_version_supersedes_and_the_old_one_stays(parts: Parts) -> None:
    with open_work(parts, SYSTEM) as work:
        before = work.session.get_one(HolidayYear, (2026, 1)).off
    made = recorded(parts, year(2026), replaces=1)

    assert (made.version, made.source, made.recorded_by) == (2, SOURCE, "platform")
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(HolidayYear, (2026, 1)).off == before
        assert calendars.load(work).years[2026] == year(2026)
        assert work.session.get_one(SyncObject, ("holidays", "2026")).data["off"] == made.off


def test_what_was_compared_with_another_version_is_refused(parts: Parts) -> None:
    recorded(parts, year(2026), replaces=1)
    with pytest.raises(Conflict):
        recorded(parts, year(2026, date(2026, 5, 4)), replaces=1)
    with pytest.raises(Conflict):
        recorded(parts, year(2026), replaces=2)


def test_only_the_platform_announces(parts: Parts) -> None:
    planner = principal("p", Role.AGENCY_ADMIN, agency="a")
    with open_work(parts, planner) as work, pytest.raises(NotAllowed):
        holidays.record(work, year(2026), source=SOURCE, as_of=NOTICED)


@pytest.mark.parametrize("number", [1999, 2099])
def test_a_year_out_of_reach_is_refused(parts: Parts, number: int) -> None:
    with pytest.raises(BadInput):
        recorded(parts, year(number))


def test_an_earlier_version_comes_back_as_a_new_one(parts: Parts) -> None:
    recorded(parts, year(2026))
    with open_work(parts, PLATFORM) as work:
        again = holidays.restore(work, 2026, 1, replaces=2)
        first = work.session.get_one(HolidayYear, (2026, 1))
    assert (again.version, again.off, again.source) == (3, first.off, first.source)


def test_a_first_announcement_can_be_taken_back(parts: Parts) -> None:
    recorded(parts, year(2027), replaces=0)
    with open_work(parts, PLATFORM) as work:
        holidays.restore(work, 2027, 0, replaces=1)
    with open_work(parts, SYSTEM) as work:
        assert 2027 not in calendars.load(work).years
        assert work.session.get_one(SyncObject, ("holidays", "2027")).deleted
    assert recorded(parts, year(2027), replaces=2).version == 3


def test_what_was_counted_stays_by_the_version_of_then(parts: Parts, clock: SetClock) -> None:
    then = clock.moment
    clock.moment += timedelta(days=1)
    recorded(parts, year(2026, date(2026, 7, 6)))
    recorded(parts, year(2027))
    clock.moment += timedelta(days=1)
    recorded(parts, year(2027, date(2027, 1, 4)))
    with open_work(parts, SYSTEM) as work:
        old, new = calendars.known_at(work, then), calendars.load(work)
    assert old.is_workday(date(2026, 7, 6))
    assert not new.is_workday(date(2026, 7, 6))
    assert old.years[2027] == year(2027), "first announced later: no longer provisional"
    assert old.is_workday(date(2027, 1, 4))


def test_the_last_day_to_object_does_not_move(planted: Parts, clock: SetClock) -> None:
    pad = sync_world.pad(planted)
    with_problems(pad)
    sync_world.push(planted, pad.events)
    owner = replace(SYSTEM, uscc=USCC)
    with open_work(planted, owner) as work:
        told = tickets.objection_until(work, pad.visit_id)
        made = work.session.scalars(select(Document).where(Document.kind == "result")).one()
    assert told is not None
    clock.moment += timedelta(hours=1)
    recorded(planted, year(local_day(made.made_at).year, told))
    with open_work(planted, owner) as work:
        assert not calendars.load(work).is_workday(told)
        assert tickets.objection_until(work, pad.visit_id) == told
