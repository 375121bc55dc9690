"""The simulation has teeth: each planted fault is found by the seed that is written beside it.

A full search, when a change of the simulator has made other runs of the same seeds, is
`make simulate ARGS='--fault all --seeds 500'`; it writes what to put into `FOUND`.
"""

import re
from pathlib import Path

import pytest

from tests.system.simulation.faults import FAULTS, FOUND, planted
from tests.system.simulation.world import run

WITHIN = 500
PAGE = Path(__file__).parents[3] / "docs" / "simulation.md"
ALWAYS = (
    "dedup_dropped",
    "timestamp_cursor",
    "deleted_when_accepted",
    "projection_outside_the_transaction",
    "hold_never_expires",
)
"""Played by every `make test`; the rest are played by `make torture`."""


def finds(name: str) -> None:
    seed = FOUND[name]
    assert seed < WITHIN
    with planted(name):
        assert run(seed).faults, f"seed {seed} does not find {name} any more: search anew"


@pytest.mark.parametrize("name", ALWAYS)
def test_a_planted_fault_is_found(name: str) -> None:
    finds(name)


@pytest.mark.torture
@pytest.mark.parametrize("name", sorted(set(FAULTS) - set(ALWAYS)))
def test_every_planted_fault_is_found(name: str) -> None:
    finds(name)


def test_every_fault_has_its_seed_and_its_line_on_the_page() -> None:
    assert len(FAULTS) >= 15
    assert set(FOUND) == set(FAULTS)
    lines = re.findall(r"^\| `(\w+)` \| (.+) \| (\d+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert {name: int(seed) for name, _, seed in lines} == FOUND
    told = {name: " ".join((plant.__doc__ or "").split()) for name, plant in FAULTS.items()}
    assert {name: said for name, said, _ in lines} == told
