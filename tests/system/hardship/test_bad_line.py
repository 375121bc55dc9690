"""Tablets over a line that is late, slow, cut and half-open bring every event exactly once."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.servers import LOOPBACK
from tests.system.acting import SEEN
from tests.system.hardship import counting
from tests.system.hardship.line import Trouble, Weather, bad_line
from tests.system.hardship.place import PATIENT_S, Place, noise, place

BEGUN = b"POST /api/v1/auth/device-token HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{"
EVENTS = 1 + len(SEEN)


def over_a_bad_line(
    found: Place, weather: Weather, *, timeout_s: float, size: int, rounds: int
) -> None:
    """Make visits, bring what can be brought over the line, and the rest when it is good again."""
    found.enrol()
    for team in found.teams:
        team.picture = noise(size)
        for _ in team.tasks:
            team.visit()
        team.transport.timeout_s = timeout_s
    weather.worsens()
    with ThreadPoolExecutor(len(found.teams)) as together:
        list(together.map(lambda team: team.try_to_bring(rounds), found.teams))
    weather.clears_up()
    for team in found.teams:
        team.transport.timeout_s = PATIENT_S
        team.bring()
    assert counting.events(found) == sum(len(team.tasks) for team in found.teams) * EVENTS
    assert counting.faults(found) == []


@contextmanager
def beyond(
    folder: Path, seed: int, *, second: float, teams: int, visits: int
) -> Iterator[tuple[Place, Weather]]:
    """A server and its tablets with a line between them that is still good."""
    with (
        bad_line(seed, second=second) as weather,
        place(folder, teams=teams, visits=visits, public_port=weather.line.port) as found,
        found.serving(),
    ):
        weather.line.to_port = found.port
        yield found, weather


@pytest.mark.torture
def test_every_event_arrives_once_over_a_bad_line(tmp_path: Path, seed: int) -> None:
    with beyond(tmp_path, seed, second=1.0, teams=4, visits=8) as (found, weather):
        over_a_bad_line(found, weather, timeout_s=2.0, size=400_000, rounds=200)
    assert set(weather.line.met) >= set(Trouble) - {Trouble.NONE}


def test_a_visit_arrives_over_a_bad_line(tmp_path: Path) -> None:
    with beyond(tmp_path, 5, second=0.05, teams=1, visits=1) as (found, weather):
        over_a_bad_line(found, weather, timeout_s=1.0, size=20_000, rounds=8)
    assert weather.line.met


@pytest.mark.torture
def test_clients_that_fall_silent_in_a_request_do_not_hold_the_server(tmp_path: Path) -> None:
    """As many as there are threads and more, none of which ever says goodbye."""
    threads = 2
    with (
        place(tmp_path, teams=1, visits=1) as found,
        found.serving(threads=threads) as served,
        ExitStack() as silent,
    ):
        found.enrol()
        for _ in range(2 * threads):
            client = silent.enter_context(socket.create_connection((LOOPBACK, found.port)))
            client.sendall(BEGUN)
        served.wait()
        (team,) = found.teams
        team.visit()
        team.bring()
        assert counting.faults(found) == []
