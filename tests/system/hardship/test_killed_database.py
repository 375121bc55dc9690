"""PostgreSQL killed at random points while tablets push: what was answered is there, once."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.conftest import or_skip
from tests.servers import Cluster, postgres
from tests.system.hardship import counting
from tests.system.hardship.bustle import Strike, bustle
from tests.system.hardship.place import place

pytestmark = [pytest.mark.torture, pytest.mark.postgres]
LEAST = 10


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with or_skip(postgres(durable=True)) as found:
        yield found


def kill_a_backend(cluster: Cluster) -> Strike:
    """One connection's process is killed; PostgreSQL then ends all and recovers by itself."""

    def strike(chance: random.Random) -> None:
        with suppress(psycopg.OperationalError, ProcessLookupError):
            found = cluster.backends()
            if found:
                os.kill(chance.choice(found), signal.SIGKILL)

    return strike


def kill_it_all(cluster: Cluster, how: signal.Signals) -> Strike:
    """The whole server ends, and is started again."""

    def strike(_chance: random.Random) -> None:
        cluster.end(how)
        cluster.begin_again()

    return strike


STRIKES = {
    "a backend": kill_a_backend,
    "immediate": lambda cluster: kill_it_all(cluster, signal.SIGQUIT),
    "postmaster": lambda cluster: kill_it_all(cluster, signal.SIGKILL),
}


@pytest.mark.parametrize("what", STRIKES)
def test_events_outlive_a_killed_database(
    tmp_path: Path, cluster: Cluster, seed: int, what: str
) -> None:
    database = cluster.url(cluster.create_database())
    with (
        place(tmp_path, teams=4, visits=6, database=database) as found,
        found.serving(workers=2) as served,
    ):
        found.enrol()
        bustle(found, STRIKES[what](cluster), seed, longest_pause_s=3.0, least=LEAST)
        served.wait()
        for team in found.teams:
            team.bring()
        assert counting.faults(found) == []
