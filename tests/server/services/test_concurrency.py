"""Two at once, on the engine where it matters: nothing is given twice and nothing is lost."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.database import Aim
from server.models import (
    Agency,
    AuditEntry,
    EnterpriseCounter,
    Form,
    InspectionItem,
    ItemPublication,
    Plan,
    PlanStatus,
    PlanTarget,
    VisitCounter,
)
from server.principal import SYSTEM
from server.refusals import PlanBlocked
from server.services import audit, counter_changes, counters, day_turns, filing, numbers
from server.services.counter_changes import Weight
from server.work import Parts, open_work
from shared.localtime import local_day
from shared.roles import Role
from tests.server.conftest import NOW
from tests.server.factories import (
    LONG_AGO,
    County,
    add,
    agency,
    make_county,
    officer,
    parameter,
    person,
    principal,
)

pytestmark = pytest.mark.postgres
AT_ONCE = 8
PLANNERS = 50


@pytest.fixture
def parts(postgres_url: str, tmp_path: Path) -> Iterator[Parts]:
    settings = Settings.from_env(
        {"MINGCHA_DATA_DIR": str(tmp_path), "MINGCHA_DATABASE_URL": postgres_url}
    )
    made = assembly.set_up(settings, clock=SetClock(NOW))
    founding.found(made)
    yield made
    made.engine.dispose()


@pytest.fixture
def county(parts: Parts) -> County:
    return make_county(parts)


def together(do: Callable[[int], None], count: int = AT_ONCE) -> None:
    start = threading.Barrier(count)
    failures: list[BaseException] = []

    def run(n: int) -> None:
        start.wait()
        try:
            do(n)
        except Exception as failure:  # noqa: BLE001 -- brought to the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_numbers_are_given_once_each_without_a_gap(parts: Parts, county: County) -> None:
    given: list[str] = []
    who = principal(county.planner, Role.PLANNER, agency=county.agency)

    def take(n: int) -> None:
        # What only looks is rolled back, and leaves no gap.
        aim = Aim.READ if n % 2 else Aim.WRITE
        with open_work(parts, who, aim=aim) as work:
            agency = work.session.get_one(Agency, county.agency)
            number = numbers.take(work, agency, "检备", 2026)
        if aim is Aim.WRITE:
            given.append(number)

    together(take)
    assert sorted(given) == [f"槐荫市监检备〔2026〕{n:04d}号" for n in range(1, 5)]


def test_visits_counted_at_once_wait_for_each_other_in_one_order(
    parts: Parts, county: County
) -> None:
    """Each makes the same visits, half of them in the other order, and gives up as many places."""
    visits = [(uscc, whose) for uscc in county.usccs for whose in both(county)]
    kept = [(uscc, 2026) for uscc in county.usccs] * (AT_ONCE + 1)
    for whose in both(county):
        with open_work(parts, SYSTEM) as work:
            counters.schedule(counters.locked(work, whose, kept), kept)

    def count(n: int) -> None:
        with open_work(parts, SYSTEM) as work:
            for uscc, whose in visits[:: 1 if n % 2 else -1]:
                changes = counter_changes.of(work)
                changes.freed(whose, uscc, 2026)
                changes.made(whose, uscc, 2026, Weight.DONE)
                changes.came(uscc, 2026, {Weight.SERVICE: -1, Weight.DONE: 1})

    together(count)
    with open_work(parts, SYSTEM) as work:
        own = work.session.query(VisitCounter.scheduled, VisitCounter.done).all()
        whole = work.session.query(EnterpriseCounter.done, EnterpriseCounter.service).all()
    assert {tuple(row) for row in own} == {(1, AT_ONCE)}
    assert {tuple(row) for row in whole} == {(2 * AT_ONCE, -2 * AT_ONCE)}
    assert (len(own), len(whole)) == (6, 3)


def both(county: County) -> tuple[str, str]:
    return county.agency, county.other_agency


def test_audit_entries_of_writers_at_once_make_one_chain(parts: Parts, county: County) -> None:
    who = principal(county.planner, Role.PLANNER, agency=county.agency)

    def note(n: int) -> None:
        with open_work(parts, who) as work:
            audit.write(work, "a", "thing", str(n))
            audit.write(work, "b", "thing", str(n))

    together(note)
    with Session(parts.engine) as session:
        assert list(audit.verify(session)) == []
        assert len(session.scalars(select(AuditEntry)).all()) == 2 * AT_ONCE


def test_plans_filed_at_once_keep_the_cap(parts: Parts, county: County) -> None:
    add(parts, [row for n in range(AT_ONCE) for row in approved_plan(n, county)])
    who = principal(county.planner, Role.PLANNER, agency=county.agency)
    blocked: list[int] = []

    def file(n: int) -> None:
        try:
            with open_work(parts, who) as work:
                filing.file(work, f"plan-{n}")
        except PlanBlocked:
            blocked.append(n)

    together(file)
    with Session(parts.engine) as session:
        filed = session.scalars(select(Plan.no).where(Plan.status == PlanStatus.FILED)).all()
        counter = session.scalars(select(VisitCounter)).one()
    assert len(blocked) == AT_ONCE - 2
    assert sorted(filed) == ["槐荫市监检备〔2026〕0001号", "槐荫市监检备〔2026〕0002号"]
    assert (counter.scheduled, counter.done) == (2, 0)


def test_fifty_planners_of_two_agencies_keep_every_cap_together(
    parts: Parts, county: County
) -> None:
    """Two a year for each agency, three for all of them; each plan alone would be in order."""
    fire = beside(parts, county)
    add(parts, [parameter("whole_cap", 3)])
    for who, numbers_ in ((county, range(0, PLANNERS, 2)), (fire, range(1, PLANNERS, 2))):
        add(parts, [row for n in numbers_ for row in approved_plan(n, who)])
    outcomes: list[str] = []

    def file(n: int) -> None:
        of = (county, fire)[n % 2]
        try:
            with open_work(parts, principal(of.planner, Role.PLANNER, agency=of.agency)) as work:
                filing.file(work, f"plan-{n}")
        except PlanBlocked:
            outcomes.append("blocked")
        else:
            outcomes.append("filed")

    together(file, PLANNERS)
    with Session(parts.engine) as session:
        taken = session.scalars(select(VisitCounter.scheduled)).all()
    assert Counter(outcomes) == {"filed": 3, "blocked": PLANNERS - 3}
    assert sorted(taken) == [1, 2]


def beside(parts: Parts, county: County) -> County:
    """Another agency of the same place, with officers and an item of its own."""
    id_ = "agency-fire"
    form = {"id": "f1", "no": "1", "title": "通道", "content": "是否畅通", "basis_id": "basis"}
    add(
        parts,
        [
            agency(id_, region="370104", abbr="消防"),
            person("fire-planner", Role.PLANNER, agency=id_),
            person("fire-head", Role.HEAD, agency=id_),
            *officer("officer-f", agency=id_),
            *officer("officer-g", agency=id_),
            InspectionItem(
                id="fire-item",
                agency_id=id_,
                code="XF-001",
                name="消防检查",
                standard="消防标准",
                basis_ids=["basis"],
            ),
            ItemPublication(
                id="fire-pub",
                item_id="fire-item",
                list_version="2026",
                published_from=date(2026, 1, 1),
            ),
            Form(
                id="fire-form",
                version=1,
                item_id="fire-item",
                name="消防检查表",
                valid_from=date(2026, 1, 1),
                points=[{"method": "查看", "key": True, **form}],
            ),
        ],
    )
    return replace(
        county,
        agency=id_,
        planner="fire-planner",
        officers=("officer-f", "officer-g"),
        item="fire-item",
    )


def approved_plan(n: int, county: County) -> tuple[Plan, PlanTarget]:
    plan = Plan(
        id=f"plan-{n}",
        agency_id=county.agency,
        title=f"计划{n}",
        kind="daily",
        trigger="annual_plan",
        visit_type="inspection",
        year=2026,
        window_from=NOW.date(),
        window_to=NOW.date().replace(day=31),
        item_ids=[county.item],
        status=PlanStatus.APPROVED,
        planner_id=county.planner,
        created_at=LONG_AGO,
        changed_at=LONG_AGO,
    )
    target = PlanTarget(
        id=f"target-{n}",
        plan_id=plan.id,
        position=1,
        uscc=county.usccs[0],
        premise_id=county.premises[0],
        officer_ids=list(county.officers),
        assistant_count=0,
        reason_onsite="须现场查看",
    )
    return plan, target


def test_a_day_is_turned_by_one_of_all_processes(parts: Parts) -> None:
    tomorrow = local_day(NOW + timedelta(days=1))
    told: list[bool] = []

    def ask(_n: int) -> None:
        with open_work(parts, SYSTEM) as work:
            told.append(day_turns.claim(work, tomorrow))

    together(ask)
    assert sorted(told) == [False] * (AT_ONCE - 1) + [True]
