"""Workers killed at random points, those that answer and those that send and draw."""

import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
import rq
from rq.serializers import JSONSerializer
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
from tests.system.hardship.serving import running

pytestmark = [pytest.mark.torture, pytest.mark.postgres, pytest.mark.redis]
TABLETS, VISITS, EVENTS = 200, 2, 25
ANSWERS = EVENTS - 1 - len([k for k in steps(photo=False) if k != EventKind.POINT_ANSWERED])
LEAST = 10
PATIENCE_S = 900.0
A_MOMENT_S = 1.0


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
            served.wait()  # on a slow machine none would live long enough to answer anybody

        with Striker(strike, seed, longest_pause_s=4.0) as striker:
            everybody(found.teams, lambda team: team.try_to_bring(100), at_once=8)
            striker.wait_for(LEAST)
        served.wait()
        for team in found.teams:
            team.bring()
        assert counting.events(found) == TABLETS * VISITS * EVENTS
        assert counting.faults(found) == []


class Workers:
    """Processes of `mingcha worker`; one that is killed is followed by another, as by systemd."""

    def __init__(self, env: Mapping[str, str], stack: ExitStack, count: int) -> None:
        self._env = env
        self._stack = stack
        self._all = [self._begin() for _ in range(count)]
        self._redis = redis.Redis.from_url(env["MINGCHA_REDIS_URL"])
        stack.callback(self._redis.close)
        self.killed_at_a_job = 0

    def strike(self, chance: random.Random) -> None:
        """Kill a worker, every other time one that is at a job if any is soon."""
        struck = chance.choice(self._all)
        if chance.random() < 0.5:
            struck = self._at_a_job() or struck
        self._all.remove(struck)
        struck.kill()
        struck.wait()
        self._all.append(self._begin())

    def _at_a_job(self) -> subprocess.Popen[bytes] | None:
        """A worker that has a job in hand just now, looked for during a second."""
        deadline = time.monotonic() + A_MOMENT_S
        while time.monotonic() < deadline:
            busy = {
                told.pid
                for told in rq.Worker.all(connection=self._redis, serializer=JSONSerializer)
                if told.get_state() == rq.worker.WorkerStatus.BUSY
            }
            for worker in self._all:
                if worker.pid in busy:
                    self.killed_at_a_job += 1
                    return worker
        return None

    def _begin(self) -> subprocess.Popen[bytes]:
        return self._stack.enter_context(running(self._env, "worker"))


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
