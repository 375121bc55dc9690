"""Events up: 25 real ones a request, verified, projected and durable, beside bare psycopg.

Absolute figures drift with the machine, so every run has its floor next to it: the same bytes
through psycopg alone, by as many clients, into the same PostgreSQL. `SMALL=1` only sees that
nothing fails.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.canonical import parse_object
from shared.events.envelope import Event
from tests.benchmarks.syncing import figures
from tests.benchmarks.syncing.load import Answers, Job
from tests.benchmarks.syncing.place import SMALL, Place, Serving, loaded, place, serving, warm
from tests.benchmarks.syncing.visits import ANSWERS, EVENTS, Visits, pushing, records

pytestmark = [pytest.mark.bench, pytest.mark.postgres]
CLIENTS = (1, 4) if SMALL else (1, 4, 8, 16)
AT_LEAST = 4  # one client leaves a core idle: it is told, and nothing is asked of it
REQUESTS = 8 if SMALL else 128  # in all, of each number of clients
SIDE_BY_SIDE = 5 if SMALL else 25
WARMING = 8
P99_S, OF_THE_FLOOR = 0.250, 0.05


@dataclass(frozen=True)
class Scene:
    place: Place
    server: Serving
    visits: Visits


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("push")
    wanted = WARMING * 4 + REQUESTS * len(CLIENTS) + 4 * SIDE_BY_SIDE
    with place(folder, tablets=max(CLIENTS), visits=wanted, points=ANSWERS) as county:
        visits = Visits(county)
        with serving(county) as server:
            first = county.tablets[:4]
            warm(
                server,
                [[pushing(county, t, visits.one(t)) for _ in range(WARMING)] for t in first],
            )
            yield Scene(place=county, server=server, visits=visits)


def measured(scene: Scene, clients: Sequence[Sequence[Sequence[Event]]]) -> "Measured":
    """Batches of each client, tablet by tablet, between two runs of the floor."""
    rows = [[records(batch) for batch in batches] for batches in clients]
    bare = Job(floor=scene.place.database, rows=rows)
    steps = [
        [pushing(scene.place, tablet, batch) for batch in batches]
        for tablet, batches in zip(scene.place.tablets, clients, strict=False)
    ]
    before = loaded(bare)
    used = scene.server.processor_s()
    pushed = loaded(Job(port=scene.server.port, clients=steps, afresh=True))
    used = scene.server.processor_s() - used
    after = loaded(bare)
    events = sum(len(batch) for batches in clients for batch in batches)
    return Measured(
        pushed=pushed,
        events=events,
        floor=2 * events / (before.seconds + after.seconds),
        processor_ms=used * 1000 / sum(len(batches) for batches in clients),
    )


@dataclass(frozen=True)
class Measured:
    """`floor` in records a second, `processor_ms` of the workers for a request."""

    pushed: Answers
    events: int
    floor: float
    processor_ms: float

    @property
    def rate(self) -> float:
        return self.events / self.pushed.seconds

    def said(self) -> str:
        return (
            f"{self.rate:.0f} records/s, {self.rate / self.floor:.3f} of bare psycopg "
            f"({self.floor:.0f}); {figures.told(self.pushed)}; "
            f"{self.processor_ms:.1f} ms of processor a request; "
            f"calibration {self.pushed.calibration_s * 1000:.0f} ms"
        )

    def require(self, *, in_time: bool = True) -> None:
        """All was applied, and `in_time`."""
        assert set(self.pushed.statuses) == {200}
        results = [one for body in self.pushed.bodies for one in parse_object(body)["results"]]
        assert len(results) == self.events
        assert {one["status"] for one in results} == {"applied"}
        assert not [one for one in results if one.get("irregularities")]
        if in_time and not SMALL:
            assert figures.percentile(figures.seconds(self.pushed), 99) <= P99_S
            assert self.rate >= OF_THE_FLOOR * self.floor


@pytest.mark.parametrize("clients", CLIENTS)
def test_a_visit_a_request(scene: Scene, clients: int, capsys: pytest.CaptureFixture[str]) -> None:
    batches = [
        [scene.visits.one(tablet) for _ in range(REQUESTS // clients)]
        for tablet in scene.place.tablets[:clients]
    ]
    found = measured(scene, batches)
    figures.say(capsys, f"push, {clients:2} clients, a visit of {EVENTS}: {found.said()}")
    found.require(in_time=clients >= AT_LEAST)


def test_as_many_visits_as_events_in_a_request(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    clients = []
    for tablet in scene.place.tablets[:4]:
        visits = scene.visits.together(tablet, SIDE_BY_SIDE)
        clients.append([list(turn) for turn in zip(*visits, strict=True)])
    found = measured(scene, clients)
    figures.say(capsys, f"push,  4 clients, {SIDE_BY_SIDE} visits a request: {found.said()}")
    found.require()
