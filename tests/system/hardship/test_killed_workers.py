"""Workers killed at random points, those that answer and those that send and draw."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from fieldapp.sync import pushing
from server.documents.kinds import DocumentKind
from server.jobs import sweeping
from server.models import Document, Notice, NoticeState, OutboxMessage, OutboxState
from server.principal import SYSTEM
from server.work import open_work
from shared.events.kinds import EventKind
from tests.system.hardship import counting
from tests.system.hardship.bustle import Striker, bustle, everybody
from tests.system.hardship.place import Place, place, steps
from tests.system.hardship.serving import children, running

pytestmark = [pytest.mark.torture, pytest.mark.postgres, pytest.mark.redis]
TABLETS, VISITS, EVENTS = 200, 2, 25
ANSWERS = EVENTS - 1 - len([k for k in steps(photo=False) if k != EventKind.POINT_ANSWERED])
LEAST = 10
PATIENCE_S = 900.0


@pytest.mark.timeout(1800)
def test_two_hundred_tablets_are_drained_while_workers_are_killed(
    tmp_path: Path,
    postgres_url: str,
    redis_url: str,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With Redis nobody but a worker of its own would draw: here only the events count."""
    monkeypatch.setattr(pushing, "MOST_EVENTS", 10)
    county = place(
        tmp_path, teams=TABLETS, visits=VISITS, database=postgres_url, MINGCHA_REDIS_URL=redis_url
    )
    with county as found, found.serving(workers=2) as served:
        found.enrol()
        for team in found.teams:
            for _ in team.tasks:
                team.visit(photo=False, answers=ANSWERS)

        def strike(chance: random.Random) -> None:
            served.kill_worker(chance.randrange(2))

        with Striker(strike, seed, longest_pause_s=4.0) as striker:
            everybody(found.teams, lambda team: team.try_to_bring(100), at_once=8)
            striker.wait_for(LEAST)
        served.wait()
        for team in found.teams:
            team.bring()
        assert counting.events(found) == TABLETS * VISITS * EVENTS
        assert counting.faults(found) == []


class Workers:
    """Processes of `mingcha worker`; one that is killed is followed by another."""

    def __init__(self, env: Mapping[str, str], stack: ExitStack, count: int) -> None:
        self._env = env
        self._stack = stack
        self._orphans: list[int] = []
        self._all = [self._begin() for _ in range(count)]
        stack.callback(self._end_orphans)

    def strike(self, chance: random.Random) -> None:
        """Kill a worker, or only the process that does its job at hand."""
        number = chance.randrange(len(self._all))
        worker = self._all[number]
        at_hand = children(worker.pid)
        if at_hand and chance.random() < 0.5:
            _kill(at_hand[0])
            return
        self._orphans += at_hand
        _kill(worker.pid)
        worker.wait()
        self._all[number] = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        return self._stack.enter_context(running(self._env, "worker"))

    def _end_orphans(self) -> None:
        for pid in self._orphans:
            _kill(pid)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def workers(env: Mapping[str, str], count: int) -> Iterator[Workers]:
    with ExitStack() as stack:
        yield Workers(env, stack, count)


@pytest.mark.timeout(1800)
def test_each_result_is_told_once_while_workers_are_killed(
    tmp_path: Path, postgres_url: str, redis_url: str, seed: int
) -> None:
    county = place(
        tmp_path,
        teams=2,
        visits=3,
        database=postgres_url,
        MINGCHA_REDIS_URL=redis_url,
        MINGCHA_OUTBOX_LEASE_SECONDS="3",
        MINGCHA_SWEEP_SECONDS="1",
    )
    with county as found, found.serving(), workers(found.env, 2) as staff:
        found.enrol()
        bustle(found, staff.strike, seed, longest_pause_s=3.0, least=LEAST)
        for team in found.teams:
            team.bring()
        _wait_until_all_is_told(found)
        visits = sum(len(team.tasks) for team in found.teams)
        assert counting.faults(found) == []
        assert _told(found) == {"results": visits, "notices": visits, "messages": visits}
        assert len(list((tmp_path / "server" / "sms").glob("*.json"))) == visits


def _wait_until_all_is_told(found: Place) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while left := sweeping.overdue(found.parts, timedelta(0)):
        assert time.monotonic() < deadline, Counter(str(name) for name, _ in left)
        time.sleep(0.5)


def _told(found: Place) -> dict[str, int]:
    queries = {
        "results": select(func.count(Document.id)).where(
            Document.kind == DocumentKind.RESULT, Document.pdf_key.is_not(None)
        ),
        "notices": select(func.count(Notice.id)).where(Notice.state == NoticeState.SENT),
        "messages": select(func.count(OutboxMessage.id)).where(
            OutboxMessage.state == OutboxState.SENT
        ),
    }
    with open_work(found.parts, SYSTEM) as work:
        return {name: work.session.scalar(query) or 0 for name, query in queries.items()}
