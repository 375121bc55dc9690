"""`make simulate SEEDS=10000`: many runs, or one that is told step by step.

python -m tests.system.simulation --seeds 10000 --from 0
python -m tests.system.simulation --seed 4711
python -m tests.system.simulation --fault dedup_dropped --seeds 500
"""

import argparse
import os
import signal
import sys
import time
from types import FrameType

from server.clock import SystemClock
from tests.system.simulation import recording
from tests.system.simulation.faults import FAULTS, planted
from tests.system.simulation.keeping import keep
from tests.system.simulation.playing import play
from tests.system.simulation.recording import Played
from tests.system.simulation.world import Outcome, run

SAID_EVERY_S = 30
now = SystemClock().now


def main() -> int:
    """Exit status 1 when something was found, or a planted fault was not. What was is kept."""
    told = _arguments()
    if told.fault:
        return _search(list(FAULTS) if told.fault == "all" else [told.fault], told)
    if told.seed is not None:
        return _tell(run(told.seed))
    seeds = range(told.first, told.first + told.seeds)
    try:
        played, at = recording.begin(seeds, now())
    except BlockingIOError:
        _say("Another process is playing these seeds.")
        return 2
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _play(seeds, played, told)
    except KeyboardInterrupt:
        _say("Interrupted: the same command goes on from here.")
    finally:
        if len(seeds) >= recording.WORTH_A_LINE:
            recording.write(recording.line(seeds, played, at, now()))
        played.close()
    _say(f"{len(played.found)} of {len(seeds)} seeds: {len(played.faulty)} with faults")
    return 0 if len(played.found) == len(seeds) and not played.faulty else 1


def _play(seeds: range, played: Played, told: argparse.Namespace) -> None:
    left = [seed for seed in seeds if seed not in played.found]
    if len(left) < len(seeds):
        _say(f"{len(played.found)} were played before, {len(played.faulty)} of them with faults")
    began = said = time.monotonic()
    workers = told.workers or os.cpu_count() or 1
    for number, each in enumerate(play(left, workers), start=1):
        played.add(each.seed, each.seconds, each.found)
        if each.found:
            _say(f"seed {each.seed}: {each.found}")
            keep(each.seed, each.found)
            if len(played.faulty) >= told.most:
                return
        at = time.monotonic()
        if at - said >= SAID_EVERY_S:
            said, rate = at, number / (at - began)
            minutes = (len(left) - number) / rate / 60
            _say(f"{len(played.found)} of {len(seeds)}, {rate:.1f}/s, {minutes:.0f} min to go")


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="only this one, told step by step")
    parser.add_argument("--fault", help="plant this one, or all in turn, and find it")
    parser.add_argument("--workers", type=int, default=0, help="processes; 0 is one for each core")
    parser.add_argument("--most", type=int, default=20, help="stop after so many that went wrong")
    return parser.parse_args()


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
