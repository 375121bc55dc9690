"""Schedules of any county keep the hard rules, and every way to break one is found."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.merging.bound import fewest_visits, groups
from shared.merging.building import first_come, staffed
from shared.merging.check import Breach, faults
from shared.merging.model import Inspector, Need, Schedule, by_premise
from tests.shared.merging import county

WHEN = county.calendar(10, slots=2)
counties = st.builds(
    lambda seed, tasks, officers: (
        county.needs(random.Random(seed), tasks=tasks, enterprises=5, agencies=3, days=10),
        county.inspectors(random.Random(seed), count=officers, agencies=3),
    ),
    st.integers(0, 2**32),
    st.integers(0, 40),
    st.integers(0, 12),
)


def found(schedule: Schedule, needs: list[Need], staff: list[Inspector]) -> set[Breach]:
    broken = faults(schedule, needs=needs, inspectors=staff, calendar=WHEN)
    return {fault.breach for fault in broken}


def in_groups(needs: list[Need]) -> list[tuple[object, list[Need]]]:
    here = (groups(each, WHEN.of) for each in by_premise(needs).values())
    return [(min(WHEN.of(n)[-1] for n in group), group) for each in here for group in each]


@given(counties)
@settings(max_examples=60)
def test_what_is_built_keeps_every_hard_rule(made: tuple[list[Need], list[Inspector]]) -> None:
    needs, staff = made
    for schedule in (first_come(needs, staff, WHEN), staffed(in_groups(needs), staff, WHEN)):
        assert found(schedule, needs, staff) == set()
        placed = [need for need in needs if need.task_id not in schedule.left_over]
        assert len(schedule.visits) >= fewest_visits(placed, WHEN)


@given(counties)
@settings(max_examples=60)
def test_the_fewest_visits_meet_every_window(made: tuple[list[Need], list[Inspector]]) -> None:
    needs, _ = made
    met = in_groups(needs)
    assert sorted(need.task_id for _day, group in met for need in group) == sorted(
        need.task_id for need in needs
    )
    assert all(day in WHEN.of(need) for day, group in met for need in group)
    assert len(met) == fewest_visits(needs, WHEN)
    # Windows that end before another begins can never share a day: no plan needs fewer.
    for group in (group for _day, group in met):
        ends = [max(WHEN.of(other)[0] for other in group), min(WHEN.of(o)[-1] for o in group)]
        assert ends[0] <= ends[1]


@pytest.fixture(scope="module")
def lawful() -> tuple[Schedule, list[Need], list[Inspector]]:
    chance = random.Random(7)
    needs = county.needs(chance, tasks=30, enterprises=4, agencies=2, days=10)
    staff = county.inspectors(chance, count=12, agencies=3)
    schedule = first_come(needs, staff, WHEN)
    assert found(schedule, needs, staff) == set()
    return schedule, needs, staff


def spoil(schedule: Schedule, **changes: object) -> Schedule:
    """The same with its first visit changed."""
    first, *others = schedule.visits
    return replace(schedule, visits=(replace(first, **changes), *others))


def test_every_breach_is_found(lawful: tuple[Schedule, list[Need], list[Inspector]]) -> None:
    schedule, needs, staff = lawful
    first = schedule.visits[0]
    stranger = next(each.officer_id for each in staff if each.agency_id == "agency-2")
    other_place = next(v for v in schedule.visits if v.premise_id != first.premise_id)
    late = max(need.window_to for need in needs) + timedelta(days=1)
    assert found(spoil(schedule, task_ids=("nobody",)), needs, staff) >= {Breach.UNKNOWN}
    assert found(spoil(schedule, officer_ids=("nobody",)), needs, staff) >= {Breach.UNKNOWN}
    assert found(spoil(schedule, task_ids=()), needs, staff) >= {Breach.NOT_ONCE}
    twice = (*first.task_ids, first.task_ids[0])
    assert found(spoil(schedule, task_ids=twice), needs, staff) == {Breach.NOT_ONCE}
    abroad = spoil(schedule, task_ids=(*first.task_ids, other_place.task_ids[0]))
    assert Breach.ELSEWHERE in found(abroad, needs, staff)
    sunday = WHEN.days[0] - timedelta(days=1)
    assert Breach.NOT_A_WORKDAY in found(spoil(schedule, day=sunday), needs, staff)
    assert Breach.OUTSIDE_WINDOW in found(spoil(schedule, day=late), needs, staff)
    assert Breach.NO_SUCH_SLOT in found(spoil(schedule, slot=WHEN.slots), needs, staff)
    assert Breach.NO_SUCH_SLOT in found(spoil(schedule, slot=-1), needs, staff)
    alone = spoil(schedule, officer_ids=first.officer_ids[:1])
    assert Breach.TOO_FEW_OFFICERS in found(alone, needs, staff)
    same = spoil(schedule, officer_ids=first.officer_ids[:1] * 2)
    assert Breach.TOO_FEW_OFFICERS in found(same, needs, staff)
    more = spoil(schedule, officer_ids=(*first.officer_ids, stranger))
    assert found(more, needs, staff) == {Breach.STRANGER}


def test_a_certificate_that_ends_and_a_recusal_are_breaches(
    lawful: tuple[Schedule, list[Need], list[Inspector]],
) -> None:
    schedule, needs, staff = lawful
    first = schedule.visits[0]
    for changes in (
        {"certified": ((county.MONDAY - timedelta(9), first.day - timedelta(1)),)},
        {"certified": ()},
        {"recused": frozenset({first.uscc})},
    ):
        changed = [
            replace(each, **changes) if each.officer_id == first.officer_ids[0] else each
            for each in staff
        ]
        assert Breach.NOT_CERTIFIED in found(schedule, needs, changed)


def test_an_officer_is_not_in_two_places(
    lawful: tuple[Schedule, list[Need], list[Inspector]],
) -> None:
    schedule, needs, staff = lawful
    first, *others = schedule.visits
    twin = replace(first, premise_id="elsewhere", task_ids=())
    both = replace(schedule, visits=(first, twin, *others))
    assert Breach.IN_TWO_PLACES in found(both, needs, staff)
