"""Changes down: 500 out of 100,000, and nothing new, asked by tablets that stand anywhere.

`SMALL=1` only sees that nothing fails.
"""

import gzip
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.canonical import parse_object
from tests.benchmarks.syncing import figures
from tests.benchmarks.syncing.load import Answers, Job, Step
from tests.benchmarks.syncing.pages import PAGE, Pages, fill
from tests.benchmarks.syncing.place import SMALL, Serving, loaded, place, serving, warm

pytestmark = [pytest.mark.bench, pytest.mark.postgres]
CHANGES = 5_000 if SMALL else 100_000
REQUESTS = 12 if SMALL else 240
TABLETS = 8
P50_S, P99_S, NOTHING_NEW_S = 0.010, 0.030, 0.005


@dataclass(frozen=True)
class Scene:
    pages: Pages
    server: Serving


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("pull")
    with place(folder, tablets=TABLETS, visits=0, points=0) as county:
        pages = fill(county, CHANGES)
        with serving(county) as server:
            warm(server, [[pages.pulling(n, pages.positions[n]) for n in range(8)]] * 4)
            yield Scene(pages=pages, server=server)


def anywhere(scene: Scene, requests: int, **headers: str) -> list[Step]:
    chance = random.Random(requests)
    room = scene.pages.positions[: -PAGE - 1]
    return [scene.pages.pulling(n, chance.choice(room), **headers) for n in range(requests)]


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
    end = scene.pages.positions[-1]
    first = [scene.pages.pulling(number, end) for number in range(TABLETS)]
    tags = _tags(scene, first)
    steps = [
        scene.pages.pulling(n, end, If_None_Match=tags[n % TABLETS])
        for n in range(max(REQUESTS, 50))
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
