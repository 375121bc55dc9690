"""Another threshold over a year's visits: what it would have stopped, before it is in force."""

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from server.cli import cli
from server.models import Parameter, PlanFinding, TaskStatus
from server.principal import SYSTEM
from server.services import what_if
from server.services.what_if import Report
from server.work import Parts, open_work
from shared.errors import BadInput, NotAllowed
from shared.plans.rule import Effect
from shared.roles import Role
from tests.server.factories import County, add, agency, principal
from tests.server.services.test_plan_facts import task, visit

DAYS = (date(2025, 2, 3), date(2025, 5, 6), date(2025, 8, 7), date(2025, 11, 10))


@pytest.fixture
def lastyear(parts: Parts, county: County) -> Parts:
    """Four inspections of one enterprise by one agency, and one of another enterprise."""
    for n, day in enumerate(DAYS):
        made(parts, county, f"t{n}", day)
    made(parts, county, "elsewhere", DAYS[0], uscc=county.usccs[1])
    return parts


def made(parts: Parts, county: County, id_: str, day: date, **changes: object) -> None:
    times = {"window_from": day, "window_to": day, "visit_id": f"v-{id_}"}
    counted = {"counts": True, "status": TaskStatus.CLOSED}
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    seen = visit(f"v-{id_}", county, day, "rectify")
    seen.opened_at = at
    add(parts, [*task(county, id_, **{**times, **counted, **changes}), seen])


def asked(parts: Parts, key: str, value: object, **more: object) -> Report:
    with open_work(parts, SYSTEM) as work:
        return what_if.run(work, key, value, year=2025, **more)


def test_a_lower_cap_stops_what_comes_after_it(lastyear: Parts) -> None:
    report = asked(lastyear, "yearly_cap", 1)
    assert (report.visits, report.stopped) == (5, 3)
    assert [(line.task_no, line.rule, line.effect) for line in report.lines] == [
        (no, "R26-01", Effect.BLOCK) for no in ("t1", "t2", "t3")
    ]


def test_what_was_stopped_did_not_happen_for_what_comes_after(lastyear: Parts) -> None:
    """With three a year the fourth is stopped; nothing else changes."""
    with open_work(lastyear, SYSTEM) as work:
        work.session.query(Parameter).filter_by(key="yearly_cap").one().value = 4
    report = asked(lastyear, "yearly_cap", 3)
    assert [line.task_no for line in report.lines] == ["t3"]


def test_visits_from_before_the_platform_are_judged_in_their_order(
    lastyear: Parts, county: County
) -> None:
    """They have no trace: one between the first two, and on the same day one of somebody else."""
    past = {"counts": True, "status": TaskStatus.CLOSED, "visit_id": None}
    for no, day in (("past", date(2025, 3, 3)), ("before", date(2024, 12, 31))):
        add(lastyear, task(county, no, window_from=day, window_to=day, **past))
    report = asked(lastyear, "yearly_cap", 1)
    assert (report.visits, report.stopped) == (6, 4)
    assert [line.task_no for line in report.lines] == ["past", "t1", "t2", "t3"]


def test_what_is_in_force_already_is_no_news(lastyear: Parts) -> None:
    assert asked(lastyear, "yearly_cap", 2).lines == []


def test_a_cap_of_everybody_counts_a_joint_visit_once(lastyear: Parts, county: County) -> None:
    add(lastyear, [agency("city", region="370100", abbr="消防")])
    made(lastyear, county, "joint", DAYS[0], agency_id="city")
    with open_work(lastyear, SYSTEM) as work:
        joined = work.session.get_one(type(task(county, "x")[0]), "joint")
        joined.visit_id = "v-t0"
    report = asked(lastyear, "whole_cap", 2, agency_id=county.agency)
    assert [line.task_no for line in report.lines if line.rule == "R29-02"] == ["t2", "t3"]


def test_nothing_is_stored_by_asking(lastyear: Parts) -> None:
    with open_work(lastyear, SYSTEM) as work:
        before = work.session.query(Parameter).count()
    asked(lastyear, "yearly_cap", 1)
    with open_work(lastyear, SYSTEM) as work:
        assert work.session.query(Parameter).count() == before
        assert work.session.query(PlanFinding).count() == 0


@pytest.mark.parametrize(
    ("key", "value"), [("yearly_cap", -1), ("yearly_cap", "x"), ("no_such", 1), ("annual_due", 1)]
)
def test_what_cannot_be_meant_is_refused(lastyear: Parts, key: str, value: object) -> None:
    with pytest.raises(BadInput):
        asked(lastyear, key, value)


def test_an_agency_sees_its_own_visits_only(lastyear: Parts, county: County) -> None:
    head = principal("other-head", Role.HEAD, agency=county.other_agency)
    with open_work(lastyear, head) as work:
        report = what_if.run(work, "yearly_cap", 1, year=2025, agency_id=county.agency)
    assert report.visits == 0
    planner = principal("planner", Role.PLANNER, agency=county.agency)
    with open_work(lastyear, planner) as work, pytest.raises(NotAllowed):
        what_if.run(work, "yearly_cap", 1, year=2025)


def test_the_command_tells_each_visit_and_stores_nothing(lastyear: Parts) -> None:
    environment = {"MINGCHA_DATA_DIR": str(lastyear.settings.data_dir), "MINGCHA_DATABASE_URL": ""}
    runner = CliRunner(env=environment)
    told = runner.invoke(cli, ["rules", "whatif", "yearly_cap", "1", "--year", "2025"])
    assert told.exit_code == 0, told.output
    assert told.output.count("R26-01 block") == 4
    assert told.output.endswith("2025: 5 visits, 3 stopped\n")
    assert runner.invoke(cli, ["rules", "whatif", "no_such", "1"]).exit_code == 2
    assert runner.invoke(cli, ["rules", "whatif", "yearly_cap", "one"]).exit_code == 2
