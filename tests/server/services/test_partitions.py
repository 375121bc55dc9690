"""Events lie by the month they came in, in partitions that are there before they are needed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.principal import SYSTEM
from server.services import partitions
from server.work import Parts, open_work
from tests.server import sync_world
from tests.server.sync_world import enrolled, pad, push
from tests.world import NOON

pytestmark = pytest.mark.postgres


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def founded(postgres_url: str, tmp_path: Path, clock: SetClock) -> Iterator[Parts]:
    settings = Settings.from_env(
        {"MINGCHA_DATA_DIR": str(tmp_path), "MINGCHA_DATABASE_URL": postgres_url}
    )
    made = assembly.set_up(settings, clock=clock)
    founding.found(made)
    yield made
    made.engine.dispose()


def make_ahead(parts: Parts) -> list[str]:
    with open_work(parts, SYSTEM) as work:
        return partitions.make_ahead(work)


def where_events_lie(parts: Parts) -> set[str]:
    with Session(parts.engine) as session:
        return set(
            session.scalars(text("SELECT DISTINCT tableoid::regclass::text FROM trace_event"))
        )


def test_an_event_lies_in_the_month_it_came_in_and_stays_as_it_is(
    founded: Parts, clock: SetClock
) -> None:
    clock.moment = NOON - timedelta(days=60)
    sync_world.plant(founded)
    enrolled(founded)
    clock.moment = NOON + timedelta(hours=2)
    push(founded, pad(founded).clean_visit().events)

    (month,) = where_events_lie(founded)
    assert month == f"trace_event_{NOON:%Y_%m}"
    with Session(founded.engine) as session, pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(f"UPDATE {month} SET kind = 'other'"))

    # Only the months asked for are read.
    with Session(founded.engine) as session:
        plan = session.scalars(
            text("EXPLAIN SELECT * FROM trace_event WHERE received_at < :until"),
            {"until": NOON + timedelta(days=1)},
        ).all()
    read = {line for line in plan if "trace_event_" in line}
    assert any(month in line for line in read)
    assert not any(f"trace_event_{NOON + timedelta(days=62):%Y_%m}" in line for line in read)


def test_months_are_made_once_and_as_time_goes_on(founded: Parts, clock: SetClock) -> None:
    assert make_ahead(founded) == []
    clock.moment = NOON.replace(month=12, day=31)
    assert len(make_ahead(founded)) > 0
    assert make_ahead(founded) == []
    clock.moment += timedelta(days=1)
    assert make_ahead(founded) == [f"trace_event_{clock.moment.year}_04"]


def test_a_month_that_rows_wait_for_is_left_to_the_default(founded: Parts, clock: SetClock) -> None:
    far = NOON.replace(year=NOON.year + 2, day=3)
    with Session(founded.engine) as session:
        session.execute(
            text(
                "INSERT INTO trace_event (id, received_at, visit_id, device_id, device_seq, seq,"
                " officer_id, kind, prev, hash, canonical, judged_by, retention_class, legal_hold)"
                " VALUES ('e', :at, 'v', 'd', 1, 1, 'o', 'k', '', '', '', 0, 'x', false)"
            ),
            {"at": far},
        )
        session.commit()

    clock.moment = far
    made = make_ahead(founded)

    assert f"trace_event_{far:%Y_%m}" not in made
    assert len(made) == partitions.AHEAD
    assert where_events_lie(founded) == {"trace_event_default"}
