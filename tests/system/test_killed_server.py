"""A server killed in the middle of a push loses no event and applies none twice."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import assembly, founding
from server.config import Settings
from server.models import DeviceToken, Document, LedgerEntry, TraceEvent
from server.principal import SYSTEM
from server.services import bearer, rebuild
from server.services.bearer import Bearer
from server.work import Parts, open_work
from shared.canonical import canonical
from shared.events.envelope import Event
from tests.server import sync_world
from tests.server.factories import add
from tests.server.sync_world import Pad, pad, task_row
from tests.servers import LOOPBACK, free_port

PATIENCE = 120.0
MINGCHA = (sys.executable, "-c", "from server.cli import main; main()")


@dataclass(frozen=True)
class Scene:
    """A founded server's data, an enrolled tablet's token, and where to serve."""

    parts: Parts
    token: str
    env: dict[str, str]

    def push(self, port: int, events: list[Event]) -> Any:
        """The reply to a push; raises when the server dies meanwhile."""
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
        try:
            connection.request(
                "POST",
                "/api/v1/sync/push",
                canonical({"batch": [event.raw for event in events]}),
                {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            )
            reply = connection.getresponse()
            assert reply.status == 200, reply.read()
            return json.loads(reply.read())
        finally:
            connection.close()


@contextmanager
def scene(folder: Path, database: str | None, visits: int) -> Iterator[Scene]:
    env = {"MINGCHA_DATA_DIR": str(folder), "MINGCHA_RATE_LIMITS": "off"}
    if database:
        env["MINGCHA_DATABASE_URL"] = database
    parts = assembly.set_up(Settings.from_env(env))
    founding.found(parts)
    sync_world.plant(parts, *(task_row(f"task-{n}") for n in range(visits)))
    sync_world.enrolled(parts)
    secret, kept = bearer.make(Bearer.DEVICE, os.urandom)
    now = datetime.now(UTC)  # noqa: TID251 -- the server's process has the real clock
    life = now + timedelta(hours=12)
    add(
        parts,
        [DeviceToken(token_hash=kept, device_id="tablet-1", issued_at=now, expires_at=life)],
    )
    yield Scene(parts=parts, token=secret, env={**os.environ, **env})
    parts.engine.dispose()


@contextmanager
def serving(found: Scene) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A real server process, warm; killed with everything it started when the block ends."""
    port = free_port()
    process = subprocess.Popen(
        [*MINGCHA, "serve", "--port", str(port), "--threads", "2"],
        env=found.env,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield port, process
    finally:
        kill(process)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended by itself"
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
        try:
            connection.request("GET", "/api/v1/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise TimeoutError("the server did not come up")


def kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def batches(tablet: Pad) -> list[list[Event]]:
    return [tablet.events[:5], tablet.events[5:9], tablet.events[9:]]


def push_until_it_dies(found: Scene, port: int, tablet: Pad, answered: list[Any]) -> None:
    with suppress(OSError, http.client.HTTPException):
        for batch in batches(tablet):
            answered.append(found.push(port, batch))  # noqa: PERF401 -- one by one, until it dies


def survive(found: Scene, number: int, after_s: float) -> None:
    """Push a visit, kill the server meanwhile, serve again, push again; look at everything."""
    tablet = pad(
        found.parts, visit=number + 1, counted_before=13 * number, task_ids=(f"task-{number}",)
    )
    tablet.clean_visit()
    answered: list[Any] = []
    with serving(found) as (port, process):
        pushing = threading.Thread(target=push_until_it_dies, args=(found, port, tablet, answered))
        pushing.start()
        time.sleep(after_s)
        kill(process)
        pushing.join()
    with serving(found) as (port, _):
        replies = [found.push(port, batch) for batch in batches(tablet)]
    for before, after in zip(answered, replies, strict=False):
        # What was answered before the kill was durable then.
        assert {one["status"] for one in before["results"]} == {"applied"}
        assert {one["status"] for one in after["results"]} == {"duplicate"}
    stored_once(found, tablet)


def stored_once(found: Scene, tablet: Pad) -> None:
    with Session(found.parts.engine) as session:
        kept = session.scalars(
            select(TraceEvent.hash).where(TraceEvent.visit_id == tablet.visit_id)
        ).all()
        assert sorted(kept) == sorted(event.hash for event in tablet.events)
        ledger = session.scalars(
            select(LedgerEntry.status).where(LedgerEntry.visit_id == tablet.visit_id)
        ).all()
        assert ledger == ["applied"] * len(tablet.events)
        results = select(Document.id).where(
            Document.visit_id == tablet.visit_id, Document.kind == "result"
        )
        assert len(session.scalars(results).all()) == 1
    with open_work(found.parts, SYSTEM) as work:
        assert list(rebuild.differences(work, [tablet.visit_id])) == []
        assert rebuild.unledgered(work) == 0


def torment(folder: Path, database: str | None, times: int, seed: int) -> None:
    chance = random.Random(seed)
    with scene(folder, database, times) as found:
        for number in range(times):
            survive(found, number, chance.uniform(0, 0.6))


@pytest.mark.long
def test_a_push_cut_short_by_a_kill_is_whole_after_the_next(tmp_path: Path) -> None:
    torment(tmp_path, None, 2, seed=3)


@pytest.mark.torture
@pytest.mark.timeout(1800)
def test_fifty_kills_on_sqlite(tmp_path: Path, seed: int) -> None:
    torment(tmp_path, None, 50, seed)


@pytest.mark.torture
@pytest.mark.postgres
@pytest.mark.timeout(1800)
def test_fifty_kills_on_postgresql(tmp_path: Path, postgres_url: str, seed: int) -> None:
    torment(tmp_path, postgres_url, 50, seed)
