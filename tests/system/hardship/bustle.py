"""Every tablet works and syncs while something strikes at moments drawn from a seed."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.system.acting import ACTS
from tests.system.hardship.place import Place, Team, steps

Strike = Callable[[random.Random], object]


class Striker:
    """Strikes in a thread of its own, until the block ends; `times` is how often it did."""

    def __init__(self, strike: Strike, seed: int, *, longest_pause_s: float) -> None:
        self.times = 0
        self._strike = strike
        self._chance = random.Random(f"{seed}/strikes")
        self._longest_pause_s = longest_pause_s
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> "Striker":
        self._done = self._pool.submit(self._run)
        return self

    def __exit__(self, *_failure: object) -> None:
        self._over.set()
        self._done.result()
        self._pool.shutdown()

    def wait_for(self, times: int) -> None:
        """Return once it has struck so often, or has failed."""
        while self.times < times and not self._done.done():
            time.sleep(0.05)

    def _run(self) -> None:
        while not self._over.wait(self._chance.uniform(0, self._longest_pause_s)):
            self._strike(self._chance)
            self.times += 1


def work_and_sync(team: Team, seed: int) -> None:
    """All visits of a tablet, with a round of syncing after one act or a few."""
    chance = random.Random(f"{seed}/{team.name}")
    for _ in team.tasks:
        flow = team.session.open_visit([team.free_task()], officer_id=team.people[0])
        for kind in steps():
            ACTS[kind](team, flow)
            if chance.random() < 0.3:
                team.sync()


def everybody(teams: Sequence[Team], do: Callable[[Team], object], *, at_once: int) -> None:
    """Let every tablet do this, some of them at a time."""
    with ThreadPoolExecutor(at_once) as together:
        list(together.map(do, teams))


def bustle(place: Place, strike: Strike, seed: int, *, longest_pause_s: float, least: int) -> None:
    """Work at all tablets under strikes, of which there are `least` or more."""
    with Striker(strike, seed, longest_pause_s=longest_pause_s) as striker:
        everybody(place.teams, lambda team: work_and_sync(team, seed), at_once=len(place.teams))
        striker.wait_for(least)
