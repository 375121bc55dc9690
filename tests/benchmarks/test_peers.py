"""The same bytes into Kinto, in the same harness and turn by turn with ours (`make bench-peers`).

Kinto keeps what it is given and answers for each record; it checks no signature, follows no chain
and folds no visit. It runs from an environment of its own, over the same PostgreSQL, in as many
processes as ours.
"""

import base64
import json
import os
import random
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import SyncObject
from shared.events.envelope import Event
from tests import servers
from tests.benchmarks.syncing import figures
from tests.benchmarks.syncing.load import Answers, Job, Step, request
from tests.benchmarks.syncing.pages import PAGE, fill
from tests.benchmarks.syncing.place import (
    JSON,
    LOOPBACK,
    SMALL,
    WORKERS,
    Place,
    Serving,
    loaded,
    place,
    serving,
    warm,
)
from tests.benchmarks.syncing.visits import ANSWERS, EVENTS, Visits, pushing
from tests.system.test_killed_server import kill

KINTO = os.environ.get("MINGCHA_KINTO", "")
"""The folder of Kinto's own environment."""
pytestmark = [
    pytest.mark.bench,
    pytest.mark.postgres,
    pytest.mark.skipif(not KINTO, reason="make bench-peers installs what this is measured against"),
]
CLIENTS, TURNS = 4, 1 if SMALL else 3
PUSHING = (4,) if SMALL else (4, 16)  # clients that push at once
EACH = 2 if SMALL else 24  # of each client in a turn: as many begin and end however many they are
WARMING = 2 if SMALL else 8  # of each before the first, into both
TIMES = 10
TIMES_DOWN = 3
CHANGES = 5_000 if SMALL else 100_000
RECORDS = "/v1/buckets/bench/collections/events/records"
TASKS = "/v1/buckets/bench/collections/tasks/records"
WHO = {"Authorization": f"Basic {base64.b64encode(b'bench:bench').decode()}", "Content-Type": JSON}

INI = """
[app:main]
use = egg:kinto
kinto.userid_hmac_secret = bench
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {url}
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {url}
kinto.cache_backend = kinto.core.cache.memory
kinto.bucket_create_principals = system.Authenticated
kinto.batch_max_requests = 25
multiauth.policies = basicauth
multiauth.policy.basicauth.use = kinto.core.authentication.BasicAuthAuthenticationPolicy
"""


@dataclass(frozen=True)
class Peer:
    port: int

    def ask(self, method: str, path: str, body: object) -> int:
        connection = HTTPConnection(LOOPBACK, self.port, timeout=60)
        try:
            connection.request(method, path, json.dumps(body), WHO)
            return connection.getresponse().status
        finally:
            connection.close()

    def putting(self, events: Sequence[Event]) -> Step:
        """One batch of Kinto's, each event a record with the very bytes' content."""
        return self._batch(RECORDS, [{"event": event.raw} for event in events])

    def putting_objects(self, objects: Sequence[Mapping[str, Any]]) -> Step:
        return self._batch(TASKS, [{"task": one} for one in objects])

    @staticmethod
    def _batch(path: str, records: Sequence[Mapping[str, Any]]) -> Step:
        requests = [{"method": "POST", "path": path, "body": {"data": one}} for one in records]
        body = json.dumps({"requests": requests}, ensure_ascii=False, separators=(",", ":"))
        return request("POST", "/v1/batch", WHO, body.encode())


@contextmanager
def peer(folder: Path, cluster: servers.Cluster) -> Iterator[Peer]:
    """Kinto with an empty collection, in `WORKERS` processes."""
    url = cluster.url(cluster.create_database()).replace("+psycopg", "")
    ini, port = folder / "kinto.ini", servers.free_port()
    ini.write_text(INI.format(url=url), encoding="utf-8")
    bin_ = Path(KINTO) / "bin"
    subprocess.run([bin_ / "kinto", "migrate", "--ini", ini], check=True, capture_output=True)
    process = subprocess.Popen(
        [
            *(bin_ / "gunicorn", "--paste", ini, "--bind", f"{LOOPBACK}:{port}"),
            *("--workers", str(WORKERS), "--threads", "8"),
        ],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    found = Peer(port=port)
    try:
        servers.wait_until(lambda: found.ask("GET", "/v1/", None), "Kinto", process)
        assert found.ask("PUT", "/v1/buckets/bench", {}) == 201
        assert found.ask("PUT", "/v1/buckets/bench/collections/events", {}) == 201
        yield found
    finally:
        kill(process)


@dataclass(frozen=True)
class Scene:
    place: Place
    server: Serving
    peer: Peer
    visits: Visits


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("peers")
    wanted = sum(PUSHING) * (TURNS * EACH + WARMING)
    with (
        place(folder / "ours", tablets=max(PUSHING), visits=wanted, points=ANSWERS) as county,
        serving(county) as server,
        servers.postgres(durable=True) as cluster,
        peer(folder, cluster) as kinto,
    ):
        yield Scene(place=county, server=server, peer=kinto, visits=Visits(county))


@pytest.mark.parametrize("clients", PUSHING)
def test_events_up(scene: Scene, clients: int, capsys: pytest.CaptureFixture[str]) -> None:
    ours: list[Answers] = []
    theirs: list[Answers] = []
    tablets = scene.place.tablets[:clients]
    for turn in range(TURNS + 1):
        each = EACH if turn else WARMING
        events = [[scene.visits.one(tablet) for _ in range(each)] for tablet in tablets]
        us = [
            [pushing(scene.place, tablet, one) for one in of]
            for tablet, of in zip(tablets, events, strict=True)
        ]
        them = [[scene.peer.putting(one) for one in of] for of in events]
        if not turn:
            warm(scene.server, us)
            loaded(Job(port=scene.peer.port, clients=them, afresh=True))
            continue
        ours.append(loaded(Job(port=scene.server.port, clients=us, afresh=True)))
        theirs.append(loaded(Job(port=scene.peer.port, clients=them, afresh=True)))
    refused = sum(body.count(b'"status":409') for one in theirs for body in one.bodies)
    mine, other = _rate(ours), _rate(theirs)
    of_all = sum(len(one.statuses) for one in theirs) * EVENTS
    kept = other * (1 - refused / of_all)
    figures.say(
        capsys,
        f"push, {clients:2} clients: ours {mine:.0f} records/s ({figures.told(ours[-1])}), Kinto "
        f"{other:.0f} ({figures.told(theirs[-1])}, {refused} of {of_all} answered 409): "
        f"{mine / other:.1f} ×, or {mine / kept:.1f} × what it kept",
    )
    assert {status for one in ours for status in one.statuses} == {200}
    assert {status for one in theirs for status in one.statuses} == {200}
    if not SMALL:
        assert mine >= TIMES * other


def test_a_page_down(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    """500 changes out of many for ours, the same objects and no others for Kinto."""
    pages = fill(scene.place, CHANGES)
    objects = _first_objects(scene.place)
    assert scene.peer.ask("PUT", TASKS.removesuffix("/records"), {}) == 201
    filling = [scene.peer.putting_objects(some) for some in _batched(objects, EVENTS)]
    assert set(loaded(Job(port=scene.peer.port, clients=[filling])).statuses) == {200}
    room = pages.positions[: -PAGE - 1]
    chance = random.Random(PAGE)
    asked = request("GET", f"{TASKS}?_limit={PAGE}", WHO)
    ours: list[Answers] = []
    theirs: list[Answers] = []
    for turn in range(TURNS + 1):
        each = EACH * 2 if turn else 4
        us = [[pages.pulling(n, chance.choice(room)) for _ in range(each)] for n in range(CLIENTS)]
        mine = loaded(Job(port=scene.server.port, clients=us, afresh=True))
        other = loaded(Job(port=scene.peer.port, clients=[[asked] * each] * CLIENTS, afresh=True))
        assert {*mine.statuses, *other.statuses} == {200}
        if turn:
            ours.append(mine)
            theirs.append(other)
    rates = [
        sum(len(one.statuses) for one in of) / sum(one.seconds for one in of)
        for of in (ours, theirs)
    ]
    figures.say(
        capsys,
        f"{PAGE} down, {CLIENTS} clients: ours {rates[0]:.0f} requests/s of "
        f"{len(ours[0].bodies[0]) >> 10} KiB ({figures.told(ours[-1])}), Kinto {rates[1]:.0f} of "
        f"{len(theirs[0].bodies[0]) >> 10} KiB ({figures.told(theirs[-1])}): "
        f"{rates[0] / rates[1]:.1f} ×",
    )
    if not SMALL:
        assert rates[0] >= TIMES_DOWN * rates[1]


def _first_objects(place: Place) -> list[dict[str, Any]]:
    with Session(place.parts.engine) as session:
        of_tasks = select(SyncObject.data).where(SyncObject.kind == "task")
        return list(session.scalars(of_tasks.order_by(SyncObject.id.desc()).limit(PAGE)))


def _batched(objects: Sequence[Any], each: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(objects), each):
        yield objects[start : start + each]


def _rate(each: Sequence[Answers]) -> float:
    """Records a second over all turns."""
    records = sum(len(one.statuses) for one in each) * EVENTS
    return records / sum(one.seconds for one in each)
