"""The solver keeps the hard rules, misses nothing, and is never worse than one by one."""

import random

import pytest

from server.services.merge_solver import solve
from shared.merging.building import first_come
from shared.merging.check import faults
from tests.shared.merging import county

WHEN = county.calendar(10, slots=2)


@pytest.mark.parametrize("seed", range(3))
def test_a_small_county_is_solved_to_the_best(seed: int) -> None:
    chance = random.Random(seed)
    needs = county.needs(chance, tasks=40, enterprises=12, agencies=3, days=10)
    staff = county.inspectors(chance, count=18, agencies=3)
    solved = solve(needs, staff, WHEN, seconds=20)
    assert faults(solved.schedule, needs=needs, inspectors=staff, calendar=WHEN) == ()
    simple = first_come(needs, staff, WHEN)
    assert len(solved.schedule.left_over) <= len(simple.left_over)
    assert len(solved.schedule.visits) <= len(simple.visits)
    assert solved.gap <= 0.05


def test_with_nobody_to_go_everything_is_left_over() -> None:
    needs = county.needs(random.Random(1), tasks=5, enterprises=2, agencies=2, days=10)
    solved = solve(needs, [], WHEN, seconds=1)
    assert solved.schedule.visits == ()
    assert set(solved.schedule.left_over) == {need.task_id for need in needs}
    assert solved.gap == 0.0


def test_nothing_to_visit_is_no_visit() -> None:
    assert solve([], [], WHEN, seconds=1).schedule.visits == ()
