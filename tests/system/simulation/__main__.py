"""`make simulate SEEDS=10000`: many runs, or one that is told step by step.

python -m tests.system.simulation --seeds 10000 --from 0
python -m tests.system.simulation --seed 4711
python -m tests.system.simulation --fault dedup_dropped --seeds 500
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator

from tests.system.simulation.faults import FAULTS, planted
from tests.system.simulation.keeping import keep
from tests.system.simulation.world import Outcome, run


def main() -> int:
    """Exit status 1 when something was found, or a planted fault was not. What was is kept."""
    told = _arguments()
    if told.fault:
        return _search(list(FAULTS) if told.fault == "all" else [told.fault], told)
    if told.seed is not None:
        return _tell(run(told.seed))
    began = time.perf_counter()
    done = found = 0
    for outcome in _all(range(told.first, told.first + told.seeds), told.workers):
        done += 1
        if outcome.faults:
            found += 1
            _say(f"seed {outcome.seed}: {outcome.faults[0]}")
            keep(outcome.seed, outcome.faults[0])
            if found >= told.most:
                break
    took = time.perf_counter() - began
    _say(f"{done} seeds in {took:.1f} s ({done / took:.1f}/s): {found} with faults")
    return 1 if found else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="only this one, told step by step")
    parser.add_argument("--fault", help="plant this one, or all in turn, and find it")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--most", type=int, default=20, help="stop after so many that went wrong")
    return parser.parse_args()


def _all(seeds: Iterable[int], workers: int) -> Iterator[Outcome]:
    if workers == 1:
        yield from map(run, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(run, seeds, chunksize=5)


def _search(names: list[str], told: argparse.Namespace) -> int:
    """The first seed that finds each fault; exit status 1 when one was not found."""
    seeds = range(told.first, told.first + told.seeds) if told.seed is None else [told.seed]
    missed = 0
    for name in names:
        with planted(name):
            found = next((each for each in map(run, seeds) if each.faults), None)
        missed += found is None
        _say(f'    "{name}": {found.seed},  # {found.faults[0]}' if found else f"{name}: NOT FOUND")
    return 1 if missed else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _tell(outcome: Outcome) -> int:
    for line in outcome.trace:
        _say(line)
    for line in outcome.lost:
        _say(f"lost: {line}")
    for fault in outcome.faults:
        _say(f"FAULT {fault}")
    _say(f"seed {outcome.seed}: {len(outcome.faults)} faults, trace {outcome.digest[:16]}")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
