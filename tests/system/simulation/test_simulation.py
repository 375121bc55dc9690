"""A sample of what `make simulate` does at length, and the seeds that once found something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.simulation.keeping import kept_seeds
from tests.system.simulation.world import run

ROOT = Path(__file__).parents[3]
SAMPLE = (1, 2, 63)
"""The last is of many tablets."""
TWICE = 3
OTHER_PROCESS = f"""
from tests.system.simulation.world import run
print(run({TWICE}).digest, run({TWICE}).digest)
"""


@pytest.mark.parametrize("seed", SAMPLE)
def test_nothing_is_lost_or_done_twice(seed: int) -> None:
    outcome = run(seed)
    assert outcome.faults == (), f"make simulate SEED={seed} tells it step by step"


@pytest.mark.parametrize("seed", kept_seeds(), ids=str)
def test_what_was_once_found_stays_mended(seed: int) -> None:
    assert run(seed).faults == ()


@pytest.mark.long
def test_a_seed_is_the_same_run_again_and_in_another_process() -> None:
    first = run(TWICE)
    assert len(first.trace) > 20
    told = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [first.digest] * 2
