"""综合查一次: 2,000 tasks at 300 enterprises by 60 officers in 20 working days."""

import random
import time

import pytest

from server.services.merge_solver import solve
from shared.merging.building import first_come
from shared.merging.check import faults
from shared.merging.model import Schedule
from tests.shared.merging import county

pytestmark = pytest.mark.bench

AGENCIES, SECONDS = 6, 60
GAP, FEWER = 0.02, 0.05


@pytest.mark.timeout(300)
def test_few_visits_are_found_in_a_minute() -> None:
    chance = random.Random(20260302)
    wanted = county.needs(chance, tasks=2000, enterprises=300, agencies=AGENCIES, days=20)
    staff = county.inspectors(chance, count=60, agencies=AGENCIES)
    when = county.calendar(20)

    def lawful(schedule: Schedule) -> bool:
        return not faults(schedule, needs=wanted, inspectors=staff, calendar=when)

    one_by_one = first_come(wanted, staff, when)
    began = time.monotonic()
    solved = solve(wanted, staff, when, seconds=SECONDS * 0.8)
    took = time.monotonic() - began
    few, many = len(solved.schedule.visits), len(one_by_one.visits)
    print(  # noqa: T201 -- the figures are the point
        f"\n{few} visits (at least {solved.bound}, gap {solved.gap:.2%}) in {took:.1f} s; "
        f"greedy {many}, {1 - few / many:.1%} fewer; left over "
        f"{len(solved.schedule.left_over)} and {len(one_by_one.left_over)}"
    )
    assert lawful(solved.schedule)
    assert lawful(one_by_one)
    assert solved.schedule.left_over == ()
    # One by one may leave tasks over, which makes its visits fewer: that is in its favour.
    assert took <= SECONDS
    assert solved.gap <= GAP
    assert few <= many * (1 - FEWER)
