"""Changes down: 500 out of 100,000, and nothing new, asked by tablets that stand anywhere.

`SMALL=1` only sees that nothing fails.
"""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from server.models import SyncObject
from server.services import asking_tablets, epochs
from server.services.cursors import Cursor, Position, write
from server.services.publishing import agency_scope
from server.work import open_work
from shared.canonical import parse_object
from tests.benchmarks.syncing import figures
from tests.benchmarks.syncing.load import Answers, Job, Step
from tests.benchmarks.syncing.place import SMALL, Place, Serving, loaded, place, serving, warm
from tests.server.sync_world import HOME, as_tablet

pytestmark = [pytest.mark.bench, pytest.mark.postgres]
CHANGES = 5_000 if SMALL else 100_000
A_TRANSACTION = 1_000
PAGE = 500
REQUESTS = 12 if SMALL else 240
TABLETS = 8
P50_S, P99_S, NOTHING_NEW_S = 0.010, 0.030, 0.005
PULL = "/api/v1/sync/pull"

FILL = (
    """INSERT INTO sync_object (kind, id, version, data, deleted, changed_at)
       SELECT 'task', 'more-' || n, 1,
              (%(data)s::jsonb || jsonb_build_object('id', 'more-' || n, 'no', '检任' || n))::text,
              false, now()
       FROM generate_series(%(first)s::int, %(last)s::int) n""",
    """INSERT INTO sync_scope (scope_key, kind, object_id)
       SELECT %(scope)s, 'task', 'more-' || n
       FROM generate_series(%(first)s::int, %(last)s::int) n""",
    """INSERT INTO change_log (xid, scope_key, kind, object_id, at)
       SELECT pg_current_xact_id()::text::bigint, %(scope)s, 'task', 'more-' || n, now()
       FROM generate_series(%(first)s::int, %(last)s::int) n""",
)


@dataclass(frozen=True)
class Scene:
    place: Place
    server: Serving
    positions: Sequence[Position]

    def pulling(self, number: int, position: Position, **headers: str) -> Step:
        """A pull by one of the tablets, which stands at `position`."""
        tablet = self.place.tablets[number % TABLETS]
        cursor = self.cursor(tablet, position)
        path = f"{PULL}?cursor={cursor}&limit={PAGE}"
        return self.place.step(tablet, "GET", path, **headers)

    def cursor(self, tablet: str, position: Position) -> str:
        with open_work(self.place.parts, as_tablet(tablet)) as work:
            at = Cursor(
                device_id=tablet,
                epoch=epochs.current(work),
                scopes=asking_tablets.find(work).scopes,
                position=position,
            )
            return write(at, work.secrets.cursor)


def fill(found: Place) -> list[Position]:
    """Many tasks, each a change of its own, in many transactions; returns where each stands."""
    with open_work(found.parts, as_tablet()) as work:
        data = work.session.scalars(
            select(SyncObject.data).where(SyncObject.kind == "task").limit(1)
        ).one()
    told = {"data": json.dumps(data), "scope": agency_scope(HOME)}
    with psycopg.connect(found.database) as connection:
        for first in range(1, CHANGES, A_TRANSACTION):
            for statement in FILL:
                last = first + A_TRANSACTION - 1
                connection.execute(statement, {**told, "first": first, "last": last})
            connection.commit()
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
        rows = connection.execute(
            "SELECT xid, seq FROM change_log WHERE object_id LIKE 'more-%' ORDER BY xid, seq"
        ).fetchall()
    return [Position(xid=xid, seq=seq) for xid, seq in rows]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("pull")
    with place(folder, tablets=TABLETS, visits=0, points=0) as county:
        positions = fill(county)
        with serving(county) as server:
            found = Scene(place=county, server=server, positions=positions)
            warm(server, [[found.pulling(n, positions[n]) for n in range(8)]] * 4)
            yield found


def anywhere(scene: Scene, requests: int, **headers: str) -> list[Step]:
    chance = random.Random(requests)
    room = scene.positions[: -PAGE - 1]
    return [scene.pulling(n, chance.choice(room), **headers) for n in range(requests)]


def said(answers: Answers) -> str:
    return f"{figures.told(answers)}; calibration {answers.calibration_s * 1000:.0f} ms"


def test_a_page_out_of_many(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    found = loaded(Job(port=scene.server.port, clients=[anywhere(scene, REQUESTS)]))
    figures.say(
        capsys, f"pull of {PAGE} of {CHANGES}, {len(found.bodies[0]) >> 10} KiB: {said(found)}"
    )
    assert set(found.statuses) == {200}
    assert {len(parse_object(body)["changes"]) for body in found.bodies} == {PAGE}
    if not SMALL:
        times = figures.seconds(found)
        assert figures.percentile(times, 50) <= P50_S
        assert figures.percentile(times, 99) <= P99_S


def test_packed_it_is_the_same(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    steps = anywhere(scene, max(REQUESTS // 4, 4), Accept_Encoding="gzip")
    found = loaded(Job(port=scene.server.port, clients=[steps]))
    figures.say(capsys, f"the same packed, {len(found.bodies[0]) >> 10} KiB: {said(found)}")
    assert all(len(parse_object(gzip.decompress(b))["changes"]) == PAGE for b in found.bodies)


def test_four_at_once(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    used = scene.server.processor_s()
    clients = [anywhere(scene, REQUESTS // 2 + n) for n in range(4)]
    found = loaded(Job(port=scene.server.port, clients=clients, afresh=True))
    used = scene.server.processor_s() - used
    rate = len(found.statuses) / found.seconds
    figures.say(
        capsys,
        f"the same, 4 clients: {rate:.0f} requests/s, "
        f"{used * 1000 / len(found.statuses):.1f} ms of processor a request; {said(found)}",
    )
    assert set(found.statuses) == {200}


def test_nothing_new(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    end = scene.positions[-1]
    first = [scene.pulling(number, end) for number in range(TABLETS)]
    tags = _tags(scene, first)
    steps = [
        scene.pulling(n, end, If_None_Match=tags[n % TABLETS]) for n in range(max(REQUESTS, 50))
    ]
    found = loaded(Job(port=scene.server.port, clients=[steps]))
    figures.say(capsys, f"nothing new: {said(found)}")
    assert set(found.statuses) == {304}
    if not SMALL:
        assert figures.percentile(figures.seconds(found), 50) <= NOTHING_NEW_S


def _tags(scene: Scene, steps: Sequence[Step]) -> list[str]:
    found = loaded(Job(port=scene.server.port, clients=[steps]))
    assert set(found.statuses) == {200}
    assert not any(parse_object(body)["changes"] for body in found.bodies)
    return [tag.decode() for tag in found.tags]
