"""The time an act gets, whatever somebody does to the clock."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.ports.fake.clock import START, FakeClock
from fieldapp.store.migrating import migrate
from fieldapp.store.opening import create_store
from fieldapp.store.timekeeping import Timekeeper

BOOTS = itertools.count(100)


class Desk:
    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.store = create_store(folder / "store.db", b"k" * 32)
        migrate(self.store)
        self.keeper = Timekeeper(self.clock, self.store)

    def hear(self, server_time: datetime) -> None:
        with self.store.transaction() as tx:
            self.keeper.server_said(tx, server_time)

    def note(self) -> None:
        with self.store.transaction() as tx:
            self.keeper.note(tx)


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def test_before_a_server_is_heard_the_offset_is_unknown(desk: Desk) -> None:
    moment = desk.keeper.moment()
    assert moment.server_offset_ms is None
    assert not moment.suspect
    assert moment.corrected == START


def test_the_offset_is_the_servers_time_minus_the_wall(desk: Desk) -> None:
    desk.hear(START + timedelta(minutes=3))
    desk.clock.advance(seconds=500)
    assert desk.keeper.moment().server_offset_ms == 180_000
    assert desk.keeper.now() == (START + timedelta(minutes=3, seconds=500)).astimezone(UTC)


@pytest.mark.parametrize("jump", [61, -61, 86_400, -86_400])
def test_a_jump_of_the_wall_is_suspect_and_does_not_move_the_corrected_time(
    desk: Desk, jump: int
) -> None:
    desk.hear(START)
    desk.clock.set_wall(START + timedelta(seconds=jump))
    desk.clock.advance(seconds=10)
    assert desk.keeper.moment().suspect
    assert desk.keeper.now() == START + timedelta(seconds=10)


@pytest.mark.parametrize("jump", [59, -59])
def test_a_small_correction_is_not_suspect(desk: Desk, jump: int) -> None:
    desk.hear(START)
    desk.clock.set_wall(START + timedelta(seconds=jump))
    assert not desk.keeper.moment().suspect


def test_a_jump_is_noticed_without_ever_hearing_a_server(desk: Desk) -> None:
    desk.note()
    desk.clock.set_wall(START + timedelta(hours=1))
    assert desk.keeper.moment().suspect


def test_hearing_the_server_clears_the_suspicion(desk: Desk) -> None:
    desk.hear(START)
    desk.clock.set_wall(START - timedelta(days=1))
    desk.hear(START)
    assert not desk.keeper.moment().suspect
    assert desk.keeper.now() == START


def test_after_a_restart_the_wall_is_believed_until_it_runs_back(desk: Desk) -> None:
    desk.hear(START + timedelta(minutes=3))
    desk.clock.reboot()
    assert not desk.keeper.moment().suspect
    assert desk.keeper.moment().server_offset_ms == 180_000
    desk.clock.set_wall(START - timedelta(days=1))
    assert desk.keeper.moment().suspect


def test_a_restart_on_a_wall_set_back_stays_suspect_until_a_server_is_heard(desk: Desk) -> None:
    desk.hear(START + timedelta(minutes=3))
    desk.clock.reboot()
    desk.clock.set_wall(START - timedelta(hours=3))
    for _ in range(2):
        with desk.store.transaction() as tx:
            desk.keeper.note(tx)
        desk.clock.advance(seconds=20)
        assert desk.keeper.moment().suspect
    desk.hear(START + timedelta(minutes=5))
    assert not desk.keeper.moment().suspect


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("pass"), st.integers(0, 100_000)),
            st.tuples(st.just("set"), st.integers(-1_000_000, 1_000_000)),
            st.tuples(st.just("reboot"), st.just(0)),
            st.tuples(st.just("note"), st.just(0)),
        ),
        max_size=12,
    )
)
def test_the_lease_time_never_goes_back(desk: Desk, deeds: list[tuple[str, int]]) -> None:
    desk.note()
    last = desk.keeper.lease_time()
    for deed, amount in deeds:
        match deed:
            case "pass":
                desk.clock.advance(seconds=amount)
            case "set":
                desk.clock.set_wall(desk.clock.read().wall + timedelta(seconds=amount))
                continue  # a clock set forward counts once it is noted; set back, never
            case "reboot":
                desk.note()
                desk.clock.reboot(boot_id=f"boot-{next(BOOTS)}")
            case "note":
                desk.note()
        desk.note()
        assert desk.keeper.lease_time() >= last
        last = desk.keeper.lease_time()
