"""Many seeds over several processes; each is told as soon as it was played."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, parent_process

from tests.system.simulation.county import county
from tests.system.simulation.quickly import settle
from tests.system.simulation.world import run

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a seed found ("" is nothing), and the seconds of processor it took."""

    seed: int
    seconds: float
    found: str


def play(seeds: Sequence[int], workers: int) -> Iterator[Told]:
    """Each of `seeds`, in no order; whoever stops early waits for those under way."""
    if workers == 1:
        _begin()
        yield from map(_one, seeds)
        return
    waiting = iter(seeds)
    under_way: set[Future[Told]] = set()
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin_beside) as pool:
        while True:
            with _uninterrupted():
                more = islice(waiting, 2 * workers - len(under_way))
                under_way |= {pool.submit(_one, seed) for seed in more}
            if not under_way:
                return
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in done)


def _one(seed: int) -> Told:
    began = time.process_time()
    faults = run(seed).faults
    return Told(seed=seed, seconds=time.process_time() - began, found=faults[0] if faults else "")


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Whoever interrupts means the first process: those that begin in this block never hear it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTS)


def _begin() -> None:
    county()
    settle()


def _begin_beside() -> None:
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    _begin()


def _end_with_the_first() -> None:
    """A first process that was killed would leave the others waiting for ever."""
    first = parent_process()
    if first is not None:
        first.join()
        os._exit(1)
