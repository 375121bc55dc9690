"""Places under the cap: taken at filing, freed when nothing came of it; the year is the visit's."""

from datetime import date

import pytest

from server.models import EnterpriseCounter, InspectionItem, Task, TaskStatus, VisitCounter
from server.principal import SYSTEM
from server.services import counters
from server.work import Parts, open_work
from tests.server.factories import County, add
from tests.server.services.test_plan_facts import task


def new_year(county: County, **changes: object) -> Task:
    window = {"window_from": date(2026, 12, 28), "window_to": date(2027, 1, 5)}
    (made, *_) = task(county, "t", **window, **{"counts": True, **changes})
    assert isinstance(made, Task)
    return made


def held(parts: Parts, county: County) -> dict[int, tuple[int, int, int]]:
    with open_work(parts, SYSTEM) as work:
        rows = work.session.query(VisitCounter).filter_by(agency_id=county.agency)
        return {row.year: (row.scheduled, row.done, row.exempt) for row in rows}


def schedule(parts: Parts, county: County) -> None:
    places = [(county.usccs[0], 2026), (county.usccs[0], 2027)]
    with open_work(parts, SYSTEM) as work:
        counters.schedule(counters.locked(work, county.agency, places), places)


def test_a_window_over_new_year_ends_in_the_year_of_the_visit(parts: Parts, county: County) -> None:
    schedule(parts, county)
    assert held(parts, county) == {2026: (1, 0, 0), 2027: (1, 0, 0)}
    with open_work(parts, SYSTEM) as work:
        counters.visit_made(work, new_year(county), date(2027, 1, 4))
    assert held(parts, county) == {2026: (0, 0, 0), 2027: (0, 1, 0)}


def test_a_visit_that_found_nobody_frees_both_places(parts: Parts, county: County) -> None:
    schedule(parts, county)
    with open_work(parts, SYSTEM) as work:
        counters.visit_given_up(work, new_year(county))
    assert held(parts, county) == {2026: (0, 0, 0), 2027: (0, 0, 0)}


def test_a_visit_nobody_had_scheduled_takes_nothing_back(parts: Parts, county: County) -> None:
    for day in (4, 5):
        with open_work(parts, SYSTEM) as work:
            counters.visit_made(work, new_year(county), date(2027, 1, day))
            counters.visit_given_up(work, new_year(county))
    assert held(parts, county) == {2026: (0, 0, 0), 2027: (0, 2, 0)}


def test_an_exempt_visit_is_counted_beside(parts: Parts, county: County) -> None:
    with open_work(parts, SYSTEM) as work:
        counters.visit_made(work, new_year(county, counts=False), date(2026, 12, 30))
    assert held(parts, county)[2026] == (0, 0, 1)


def test_an_item_remembers_its_latest_day(parts: Parts, county: County) -> None:
    for day in (date(2026, 12, 30), date(2026, 12, 29)):
        with open_work(parts, SYSTEM) as work:
            counters.visit_made(work, new_year(county, counts=False), day)
    with open_work(parts, SYSTEM) as work:
        item = work.session.get_one(InspectionItem, county.item)
        assert item.last_used_on == date(2026, 12, 30)


def at_the_door(parts: Parts) -> tuple[int, int, int]:
    with open_work(parts, SYSTEM) as work:
        row = work.session.query(EnterpriseCounter).one()
        return row.done, row.exempt, row.service


def joint(parts: Parts, county: County, **tasks: dict[str, object]) -> None:
    """One visit with these tasks, counted one after the other as their tablets report it."""
    for id_, changes in tasks.items():
        add(parts, task(county, id_, **{"visit_id": "visit", **changes}))
    for id_ in tasks:
        with open_work(parts, SYSTEM) as work:
            made = work.session.get_one(Task, id_)
            counters.visit_made(work, made, date(2026, 7, 6))
            made.status = TaskStatus.FINALISED


def test_a_joint_visit_is_one_for_the_enterprise_and_a_task_for_each_agency(
    parts: Parts, county: County
) -> None:
    other: dict[str, object] = {"agency_id": county.other_agency}
    joint(parts, county, a={}, b=other, c=other)
    assert at_the_door(parts) == (1, 0, 0)
    with open_work(parts, SYSTEM) as work:
        place = (county.usccs[0], 2026)
        own = counters.counts(work, county.agency, {place[0]}, {2026})[place].done
        theirs = counters.counts(work, county.other_agency, {place[0]}, {2026})[place].done
        everybody = counters.by_all_agencies(work, {place[0]}, 2026)
    assert (own, theirs, everybody) == (1, 2, {place[0]: 1})


@pytest.mark.parametrize("first", ["exempt", "counted"])
def test_a_joint_visit_is_counted_by_its_heaviest_task(
    parts: Parts, county: County, first: str
) -> None:
    both = {"exempt": {"counts": False}, "counted": {"counts": True}}
    order = [first, *(both.keys() - {first})]
    joint(parts, county, **{id_: both[id_] for id_ in order})
    assert at_the_door(parts) == (1, 0, 0)


def test_a_service_visit_stands_beside_and_is_no_inspection(parts: Parts, county: County) -> None:
    joint(parts, county, s={"counts": False, "visit_type": "service_visit"})
    assert at_the_door(parts) == (0, 0, 1)
    assert held(parts, county)[2026] == (0, 0, 0)
    with open_work(parts, SYSTEM) as work:
        assert work.session.query(VisitCounter).one().service == 1
        assert counters.by_all_agencies(work, {county.usccs[0]}, 2026) == {county.usccs[0]: 0}


def test_an_off_site_check_takes_no_place_and_came_through_no_door(
    parts: Parts, county: County
) -> None:
    joint(parts, county, o={"counts": False, "visit_type": "offsite"})
    assert at_the_door(parts) == (0, 0, 0)
    assert held(parts, county)[2026] == (0, 0, 0)
    with open_work(parts, SYSTEM) as work:
        row = work.session.query(VisitCounter).one()
        assert (row.offsite, row.service) == (1, 0)
        assert work.session.query(EnterpriseCounter).one().offsite == 1
        assert counters.by_all_agencies(work, {county.usccs[0]}, 2026) == {county.usccs[0]: 0}
