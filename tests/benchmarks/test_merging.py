"""综合查一次: 2,000 tasks at 300 enterprises by 60 officers in 20 working days."""

import random
import time

import pytest

from server.services.merge_solver import solve
from shared.merging.building import as_late_as_can_be, first_come, most_urgent_first
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

    greedy = [each(wanted, staff, when) for each in (first_come, most_urgent_first)]
    latest = as_late_as_can_be(wanted, staff, when)
    began = time.monotonic()
    solved = solve(wanted, staff, when, seconds=SECONDS * 0.8)
    took = time.monotonic() - began
    few = len(solved.schedule.visits)
    print(  # noqa: T201 -- the figures are the point
        f"\n{few} visits (at least {solved.bound}, gap {solved.gap:.2%}) in {took:.1f} s"
    )
    for name, each in zip(("in turn", "by deadline", "latest"), (*greedy, latest), strict=True):
        many, over = len(each.visits), len(each.left_over)
        print(f"greedy, {name}: {many}, {1 - few / many:.1%} fewer; left over {over}")  # noqa: T201
        assert lawful(each)
    assert lawful(solved.schedule)
    assert solved.schedule.left_over == ()
    assert took <= SECONDS
    assert solved.gap <= GAP
    # Greedy ones may leave tasks over, which makes their visits fewer: that is in their favour.
    assert few <= min(len(each.visits) for each in greedy) * (1 - FEWER)
    assert few <= len(latest.visits)
