"""A day's requests of many tablets at once: how many a second one node bears, and in what memory.

Of sixteen requests one brings a visit, one pulls all that a tablet holds, and fourteen ask what is
new since then: that is what tablets do every few minutes. The rate rises until an answer in a
hundred takes more than half a second, or the one of the bar is borne; where it stops is named.
`SMALL=1` only sees that nothing fails; MINGCHA_BENCH_REQUESTS says over how many memory is watched.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import pytest

from server.services import asking_tablets, change_log, cursors, epochs
from server.services.cursors import Cursor
from server.work import open_work
from tests.benchmarks.syncing import figures
from tests.benchmarks.syncing.load import CURSOR, Answers, Job, Step
from tests.benchmarks.syncing.place import SMALL, Place, Serving, loaded, place, serving
from tests.benchmarks.syncing.visits import ANSWERS, Visits, pushing
from tests.server.sync_world import as_tablet

pytestmark = [pytest.mark.bench, pytest.mark.postgres, pytest.mark.redis]
RATES = {10: 2, 20: 2} if SMALL else {20: 15, 40: 15, 80: 15, 160: 15, 320: 60}
"""Requests a second → seconds."""
P99_S = 0.5
WATCHED = int(os.environ.get("MINGCHA_BENCH_REQUESTS", "320" if SMALL else "100000"))
PARTS = 10
TABLETS = 16 if SMALL else 80  # a tablet may ask 300 times a minute
GREW_MB = 10
"""What a worker may have grown by over the last half of what is watched."""
PUSH, ALL, NEW = "push", "all", "new"
MIX = (PUSH, ALL, *(NEW,) * 14)
PULL = "/api/v1/sync/pull?limit=500"


@dataclass(frozen=True)
class Scene:
    place: Place
    server: Serving
    visits: Visits
    cursors: dict[str, str]
    """Where each tablet stands at the beginning; it goes on by what its pulls say."""

    def clients(self, requests: int) -> list[list[Step]]:
        """The requests of each tablet, every one under a name of its own."""
        found: list[list[Step]] = [[] for _ in self.place.tablets]
        turns = cycle(enumerate(self.place.tablets))
        for number, what in enumerate(islice(cycle(MIX), requests)):
            client, tablet = next(turns)
            found[client].append(Step(self._step(tablet, what).data, f"{what} {number}"))
        return found

    def _step(self, tablet: str, what: str) -> Step:
        if what == PUSH:
            return pushing(self.place, tablet, self.visits.one(tablet))
        since = f"&cursor={CURSOR.decode()}" if what == NEW else ""
        return self.place.step(tablet, "GET", f"{PULL}{since}")

    def done(self, clients: list[list[Step]], *, every: float = 0.0) -> Answers:
        """What came of these requests; each tablet goes on from where it stood."""
        job = Job(
            port=self.server.port,
            clients=clients,
            afresh=True,
            every=every,
            cursors=[self.cursors[tablet].encode() for tablet in self.place.tablets],
        )
        return loaded(job)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("mixed")
    visits = (sum(rate * s for rate, s in RATES.items()) + WATCHED) // len(MIX) + TABLETS + PARTS
    with (
        place(folder, tablets=TABLETS, visits=visits, points=ANSWERS) as county,
        serving(county) as server,
    ):
        standing = {tablet: _at_the_end(county, tablet) for tablet in county.tablets}
        found = Scene(place=county, server=server, visits=Visits(county), cursors=standing)
        found.done(found.clients(TABLETS))  # both workers import, compile and connect
        yield found


def _at_the_end(found: Place, tablet: str) -> str:
    """The cursor of a tablet that has all there is so far."""
    with open_work(found.parts, as_tablet(tablet)) as work:
        at = Cursor(
            device_id=tablet,
            epoch=epochs.current(work),
            scopes=asking_tablets.find(work).scopes,
            position=change_log.line(work).start,
        )
        return cursors.write(at, work.secrets.cursor)


def test_how_many_mixed_requests_a_second(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    for rate, seconds in RATES.items():
        clients = scene.clients(rate * seconds)
        used = scene.server.processor_s()
        found = scene.done(clients, every=1 / rate)
        used = scene.server.processor_s() - used
        took = [found.answered[name] - due for name, due in found.due.items()]
        p50, p99 = (figures.percentile(took, of) for of in (50, 99))
        figures.say(
            capsys,
            f"mixed: {rate} a second asked for, {rate * seconds / found.seconds:.0f} done;"
            f" p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms;"
            f" {used * 1000 / len(took):.1f} ms of processor a request;"
            f" calibration {found.calibration_s * 1000:.0f} ms",
        )
        assert set(found.statuses) == {200}
        if p99 > P99_S and not SMALL:
            figures.say(capsys, f"mixed: stops between {rate // 2} and {rate} requests a second")
            break


@pytest.mark.timeout(7200)
def test_a_worker_s_memory_does_not_grow(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    resident: list[float] = []
    for _ in range(PARTS):
        found = scene.done(scene.clients(WATCHED // PARTS))
        assert set(found.statuses) <= {200, 429}  # a fast machine is told to wait
        resident.append(max(scene.server.resident_mb()))
    figures.say(
        capsys,
        f"memory: after each tenth of {WATCHED} requests the larger worker has "
        f"{', '.join(f'{one:.0f}' for one in resident)} MB",
    )
    if not SMALL:
        assert resident[-1] - resident[PARTS // 2] <= GREW_MB
