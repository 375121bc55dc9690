"""The change of day is worked off by itself: once, by one process, and by another if that dies."""

from datetime import timedelta

import pytest

from server.clock import SetClock
from server.jobs import nightly
from server.models import DailyAnchor, DayTurn
from server.principal import SYSTEM
from server.work import Parts, open_work
from shared.localtime import local_day

A_DAY = timedelta(days=1)


def anchors(parts: Parts) -> int:
    with open_work(parts, SYSTEM) as work:
        return work.session.query(DailyAnchor).count()


def test_a_new_day_is_turned_once(parts: Parts, clock: SetClock) -> None:
    nightly.turn(parts)
    assert not nightly.turn_if_due(parts)
    before = anchors(parts)
    clock.move(A_DAY)
    assert nightly.turn_if_due(parts)
    assert not nightly.turn_if_due(parts)
    assert anchors(parts) == before + 1


def test_a_turn_that_was_cut_off_is_done_again_after_an_hour(
    parts: Parts, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly.turn(parts)
    clock.move(A_DAY)

    def die(_parts: Parts) -> None:
        raise OSError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(nightly, "turn", die)
        with pytest.raises(OSError, match="killed"):
            nightly.turn_if_due(parts)
    clock.move(timedelta(minutes=59))
    assert not nightly.turn_if_due(parts)
    clock.move(timedelta(minutes=1))
    assert nightly.turn_if_due(parts)
    with open_work(parts, SYSTEM) as work:
        row = work.session.get_one(DayTurn, local_day(work.now))
        assert row.ended_at == work.now
