"""What the rules are shown is what the database holds: each fact by the finding it leads to."""

import gc
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import literal, select, text
from sqlalchemy.exc import NoResultFound

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.database import FEW, MANY, along_indexes
from server.models import (
    Agency,
    AgencyStatus,
    AgencyType,
    Base,
    EnterpriseCounter,
    HolidayYear,
    InspectionItem,
    LegalBasis,
    Plan,
    PlanStatus,
    PlanTarget,
    Premise,
    Recusal,
    Task,
    TaskOfficer,
    TaskStatus,
    Visit,
    VisitCounter,
    WarningTally,
)
from server.principal import SYSTEM
from server.services import (
    facts_counters,
    facts_history,
    plan_checks,
    plan_facts,
    plan_reading,
)
from server.services.plan_reading import as_plan
from server.together import Together
from server.work import Parts, Work, open_work
from shared.plans.facts import Facts
from shared.plans.limits import Limits
from tests import servers
from tests.server.conftest import NOW
from tests.server.counting import counted
from tests.server.factories import LONG_AGO, County, add, agency, make_county, parameter

DAY = date(2026, 7, 6)


def plan(county: County, **changes: object) -> Plan:
    values: dict[str, object] = {
        "id": "plan",
        "agency_id": county.agency,
        "title": "七月餐饮服务日常检查",
        "kind": "daily",
        "trigger": "annual_plan",
        "visit_type": "inspection",
        "year": 2026,
        "window_from": date(2026, 7, 1),
        "window_to": date(2026, 7, 31),
        "item_ids": [county.item],
        "reason": "年度计划",
        "planner_id": county.planner,
        "created_at": LONG_AGO,
        "changed_at": LONG_AGO,
    }
    return Plan(**{**values, **changes})


def target(county: County, **changes: object) -> PlanTarget:
    values: dict[str, object] = {
        "id": "target",
        "plan_id": "plan",
        "position": 1,
        "uscc": county.usccs[0],
        "premise_id": county.premises[0],
        "officer_ids": list(county.officers),
        "assistant_count": 0,
        "window_from": DAY,
        "window_to": date(2026, 7, 10),
        "reason_onsite": "后厨须现场查看",
    }
    return PlanTarget(**{**values, **changes})


def task(county: County, id_: str, **changes: object) -> list[Task | TaskOfficer]:
    values: dict[str, object] = {
        "id": id_,
        "no": id_,
        "agency_id": county.agency,
        "kind": "daily",
        "trigger": "annual_plan",
        "visit_type": "inspection",
        "uscc": county.usccs[0],
        "premise_id": county.premises[0],
        "item_ids": [county.item],
        "forms": [],
        "officer_ids": list(county.officers),
        "window_from": DAY,
        "window_to": DAY,
        "frequency": {},
        "code": id_,
    }
    made = Task(**{**values, **changes})
    return [made, *(TaskOfficer(task_id=id_, officer_id=who) for who in made.officer_ids)]


def visit(id_: str, county: County, day: date, outcome: str) -> Visit:
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    return Visit(
        id=id_,
        agency_id=county.agency,
        region="370104",
        task_ids=[],
        lead_device_id="tablet",
        uscc=county.usccs[0],
        stage="sealed",
        outcome=outcome,
        opened_at=at,
        received_at=at,
        irregularities=[],
        flags=[],
        time_confidence="high",
        state={},
        changed_at=at,
    )


def judged(parts: Parts) -> list[str]:
    with open_work(parts, SYSTEM) as work:
        found = plan_checks.judge(work, work.session.get_one(Plan, "plan"))
        return [finding.rule for finding in found]


def facts(parts: Parts) -> Facts:
    with open_work(parts, SYSTEM) as work:
        row = work.session.get_one(Plan, "plan")
        return plan_facts.gather(work, as_plan(row, plan_checks.targets_of(work, row.id)))


@pytest.fixture
def stored(parts: Parts, county: County) -> Parts:
    add(parts, [plan(county), target(county)])
    return parts


def change(parts: Parts, model: type[Any], id_: object, /, **changes: object) -> None:
    with open_work(parts, SYSTEM) as work:
        row = work.session.get_one(model, id_)
        for name, value in changes.items():
            setattr(row, name, value)


def test_nothing_is_said_against_a_good_plan(stored: Parts) -> None:
    assert judged(stored) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"conflict": "与消防标准不一致"}, "R16-02"),
        ({"is_offsite": True}, "R30-04"),
        ({"levels": ["province"]}, "R10-03"),
        ({"industries": ["矿山"]}, "R10-05"),
        ({"standard": ""}, "R16-01"),
    ],
)
def test_what_an_item_says_is_seen(
    stored: Parts, county: County, changes: dict[str, object], rule: str
) -> None:
    change(stored, InspectionItem, county.item, **changes)
    assert judged(stored) == [rule]


def test_a_repealed_basis_is_seen_at_the_item_and_its_points(stored: Parts, county: County) -> None:
    change(stored, LegalBasis, county.basis, valid_to=DAY)
    assert judged(stored) == ["R14-02", "R14-03"]


def test_a_place_without_coordinates_is_seen(stored: Parts, county: County) -> None:
    change(stored, Premise, county.premises[0], lat=None)
    assert judged(stored) == ["R32-01"]


def test_an_entrusted_body_is_held_to_its_letter(stored: Parts, county: County) -> None:
    add(stored, [agency("principal", region="370104", abbr="卫健")])
    letter = {
        "document": "委托〔2026〕1号",
        "published_on": "2026-01-05",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "item_ids": [county.item],
    }
    entrusted = {"type": AgencyType.ENTRUSTED, "principal_id": "principal"}
    change(stored, Agency, county.agency, **entrusted, entrustment=letter)
    assert judged(stored) == []
    change(stored, Agency, county.agency, entrustment={**letter, "valid_to": "2026-07-08"})
    assert judged(stored) == ["R02-02"]
    change(stored, Agency, county.agency, entrustment={**letter, "item_ids": []})
    assert judged(stored) == ["R02-03"]
    change(stored, Agency, county.agency, entrustment=letter)
    change(stored, Agency, "principal", status=AgencyStatus.REVOKED)
    assert judged(stored) == ["R02-04"]


def test_a_recusal_holds_until_it_ends(stored: Parts, county: County) -> None:
    row = Recusal(
        id="recusal",
        officer_id=county.officers[0],
        uscc=county.usccs[0],
        ground="亲属任职",
        declared_by="admin",
        declared_at=LONG_AGO,
    )
    add(stored, [row])
    assert judged(stored) == ["R09-01"]
    with open_work(stored, SYSTEM) as work:
        first = work.session.scalars(select(PlanTarget.window_from)).first()
    assert first is not None
    change(stored, Recusal, "recusal", until=first)
    assert judged(stored) == ["R09-01"]
    change(stored, Recusal, "recusal", until=first - timedelta(days=1))
    assert judged(stored) == []
    change(stored, Recusal, "recusal", until=None, ended_at=LONG_AGO)
    assert judged(stored) == []


def test_visits_of_other_agencies_are_seen_and_joined(stored: Parts, county: County) -> None:
    theirs = task(county, "theirs", agency_id=county.other_agency, officer_ids=[])
    add(stored, theirs)
    assert judged(stored) == ["R30-03", "W-MULTI-01"]
    add(stored, [agency("fire", region="370104", abbr="消防")])
    change(stored, Task, "theirs", agency_id="fire")
    change(stored, Plan, "plan", joint_agency_ids=["fire"])
    assert judged(stored) == ["R31-03"]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": TaskStatus.CANCELLED},
        {"status": TaskStatus.UNABLE},
        {"visit_type": "service_visit"},
        {"plan_id": "plan"},
        {"window_from": date(2024, 7, 6), "window_to": date(2024, 7, 6)},
        {
            "agency_id": "agency-other",
            "window_from": date(2026, 3, 6),
            "window_to": date(2026, 3, 6),
        },
    ],
)
def test_what_is_no_visit_of_these_days_is_not_seen(
    stored: Parts, county: County, changes: dict[str, object]
) -> None:
    add(stored, task(county, "ours", **changes))
    assert facts(stored).history == {}


def test_a_run_of_visits_that_found_nothing_is_seen(stored: Parts, county: County) -> None:
    for month in (1, 2, 3):
        day = date(2026, month, 10)
        window = {"window_from": day, "window_to": day, "visit_id": f"v{month}"}
        add(stored, task(county, f"t{month}", item_ids=["another"], **window))
        add(stored, [visit(f"v{month}", county, day, "no_problem")])
    assert {"R51-01", "W-LOWYIELD-01", "R09-02"} <= set(judged(stored))
    seen = facts(stored).history[county.usccs[0]]
    assert [past.until for past in seen] == [date(2026, m, 10) for m in (1, 2, 3)]


def test_counters_are_seen_by_agency_field_and_everybody(stored: Parts, county: County) -> None:
    add(stored, [agency("city", region="370100", abbr="市监", field="市场监管")])
    change(stored, Agency, county.agency, field="市场监管")
    for id_, done, exempt in ((county.agency, 1, 4), ("city", 2, 0), (county.other_agency, 3, 0)):
        row = VisitCounter(
            agency_id=id_, uscc=county.usccs[0], year=2026, scheduled=0, done=done, exempt=exempt
        )
        add(stored, [row])
    made = EnterpriseCounter(uscc=county.usccs[0], year=2026, done=5, exempt=4)
    add(stored, [made])  # one of the six tasks went along with another
    found = facts(stored)
    place = (county.usccs[0], 2026)
    assert (found.counts[place].used, found.counts[place].exempt) == (1, 4)
    wider = found.wider[place]
    assert (wider.field, wider.everybody, wider.agencies) == (3, 5, 3)
    assert judged(stored) == ["W-CAP-01"]
    add(stored, [parameter("field_cap", 3)])
    assert judged(stored) == ["R29-01", "W-CAP-01"]
    add(stored, [parameter("whole_cap", 5), parameter("grade_caps", {"B": 5})])
    assert judged(stored) == ["R29-01", "R29-02", "R29-03", "W-CAP-01"]


def test_a_lead_that_led_to_a_visit_before_is_seen(stored: Parts, county: County) -> None:
    change(stored, Plan, "plan", kind="case", trigger="complaint_12345")
    change(stored, PlanTarget, "target", source_no="12345-7", source_on=date(2026, 6, 30))
    assert judged(stored) == []
    add(stored, [plan(county, id="before", status=PlanStatus.FILED)])
    add(stored, [target(county, id="old", plan_id="before", source_no="12345-7")])
    assert judged(stored) == ["R27-03"]


def test_a_recheck_is_held_to_what_was_found(stored: Parts, county: County) -> None:
    change(stored, Plan, "plan", kind="case", trigger="rectification")
    assert judged(stored) == ["R27-04"]
    march = date(2026, 3, 10)
    window = {"window_from": march, "window_to": march, "visit_id": "v"}
    add(stored, [*task(county, "before", **window), visit("v", county, march, "rectify")])
    change(stored, PlanTarget, "target", recheck_of="before")
    assert judged(stored) == []
    change(stored, Visit, "v", outcome="no_problem")
    assert "R27-04" in judged(stored)


def test_a_scheme_is_held_to_its_annual_plan(stored: Parts, county: County) -> None:
    add(stored, [plan(county, id="annual", term="annual", item_ids=[])])
    add(stored, [target(county, id="a1", plan_id="annual", uscc=county.usccs[1])])
    change(stored, Plan, "plan", annual_plan_id="annual")
    assert judged(stored) == ["R20-04", "R20-05", "W-NOPLAN-01"]
    change(stored, Plan, "annual", status=PlanStatus.FILED, item_ids=[county.item])
    change(stored, PlanTarget, "a1", uscc=county.usccs[0])
    assert judged(stored) == []
    change(stored, Plan, "plan", annual_plan_id=None, term="annual")
    assert judged(stored) == ["R20-03", "R20-02"]


def test_special_plans_of_the_year_and_unapproved_emergencies_are_counted(
    stored: Parts, county: County
) -> None:
    add(stored, [plan(county, id="special", kind="special", status=PlanStatus.FILED)])
    late = LONG_AGO + timedelta(days=1)
    add(stored, task(county, "urgent", trigger="emergency", post_approval_due=late))
    home = facts(stored).home
    assert (home.special_plans, home.unapproved_emergencies) == (1, 1)
    assert (home.assistants, home.other_heads) == (1, 2)


def test_officers_booked_elsewhere_are_counted(stored: Parts, county: County) -> None:
    add(stored, task(county, "elsewhere", uscc=county.usccs[1], premise_id=county.premises[1]))
    assert {each.booked for each in facts(stored).officers.values()} == {1}


def test_the_frequent_visits_of_a_region_are_told(stored: Parts) -> None:
    add(stored, [WarningTally(region="370104", year=2026, code="W-FREQ60", count=7)])
    assert facts(stored).frequent == 7


def test_facts_are_gathered_by_as_many_queries_for_three_as_for_one(
    stored: Parts, county: County
) -> None:
    with counted(stored.engine) as one:
        facts(stored)
    for n in (1, 2):
        more = {"uscc": county.usccs[n], "premise_id": county.premises[n]}
        add(stored, [target(county, id=f"more{n}", position=n + 1, **more)])
        add(stored, task(county, f"task{n}", **more))
    with counted(stored.engine) as three:
        assert len(facts(stored).history) == 2
    assert len(three) == len(one)


def test_cycles_are_looked_for_again_after_a_check(stored: Parts) -> None:
    with open_work(stored, SYSTEM) as work:
        plan_checks.judge(work, work.session.get_one(Plan, "plan"))
        assert gc.isenabled()
        missing = Plan(id="?", amends_id="nowhere")
        with pytest.raises(NoResultFound):
            plan_checks.judge(work, missing)
    assert gc.isenabled()


def explained(parts: Parts, before: str) -> str:
    """How the engine goes about what grows for the stored plan, after the statements `before`.

    Nothing of these is kept.
    """
    with open_work(parts, SYSTEM) as work:
        row = work.session.get_one(Plan, "plan")
        seen = plan_reading.stored(work, row)
        agency = work.session.get_one(Agency, row.agency_id)
        steps: list[Any] = []
        for statement in filter(None, before.split(";")[:-1]):
            work.session.execute(text(statement))
        go_along_indexes(work, len(seen.targets))
        years = facts_counters.asked(row.id, agency.id, agency.field, {2026})
        for query in (
            select(facts_history.RECENT).params(facts_history.asked(seen, Limits())),
            facts_counters.YEARLY.params(years),
        ):
            told: dict[str, Any] = {"literal_binds": True}
            written = query.compile(work.session.connection(), compile_kwargs=told)
            steps += work.session.execute(text(f"{before.split(';')[-1]} {written}")).all()
        work.session.rollback()
        return "\n".join(str(step[-1]) for step in steps)


def go_along_indexes(work: Work, rows: int) -> Mapping[str, str]:
    """What is done for a plan of so many targets; the settings as they were."""
    return Together({}, settings=along_indexes(literal(rows))).ask(work.session, {}).settings


def test_what_grows_is_found_along_its_indexes(stored: Parts) -> None:
    steps = explained(stored, "EXPLAIN QUERY PLAN")
    assert "ix_task_enterprise_window (uscc=? AND window_to>?)" in steps
    assert "ix_visit_counter_enterprise (uscc=? AND year=?)" in steps
    assert "SCAN task" not in steps
    assert "SCAN visit_counter" not in steps


def test_reading_a_stored_plan_gives_what_its_rows_say(stored: Parts, county: County) -> None:
    letter = {"no": "协1", "host_agency_id": county.other_agency, "issued_on": "2026-06-01"}
    more = {"premise_id": county.premises[1], "uscc": county.usccs[1], "letter": letter}
    add(stored, [target(county, id="b", position=2, window_from=None, window_to=None, **more)])
    with open_work(stored, SYSTEM) as work:
        row = work.session.get_one(Plan, "plan")
        seen = plan_reading.stored(work, row)
        assert seen == as_plan(row, plan_checks.targets_of(work, row.id))
    assert [each.window_from for each in seen.targets] == [DAY, date(2026, 7, 1)]


@pytest.fixture(scope="module")
def on_postgres(
    postgres_cluster: servers.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Parts]:
    """A county on PostgreSQL with `everything` in it."""
    name = postgres_cluster.create_database()
    values = {
        "MINGCHA_DATA_DIR": str(tmp_path_factory.mktemp("facts")),
        "MINGCHA_DATABASE_URL": postgres_cluster.url(name),
    }
    made = assembly.set_up(Settings.from_env(values), clock=SetClock(NOW))
    founding.found(made)
    add(made, everything(make_county(made)))
    yield made
    made.engine.dispose()
    postgres_cluster.drop_database(name)


def everything(county: County) -> list[Base]:
    """A plan of which each query finds something, and something that it is to leave out."""
    far = {"window_from": date(2026, 12, 20), "window_to": date(2027, 1, 10)}
    second = {"uscc": county.usccs[1], "premise_id": county.premises[1]}
    letter = {"no": "协1", "host_agency_id": county.other_agency, "issued_on": "2026-06-01"}
    lead = {"source_no": "12345-7", "source_on": date(2026, 6, 30), "recheck_of": "march"}
    march = {"window_from": date(2026, 3, 10), "window_to": date(2026, 3, 10), "visit_id": "v"}
    theirs = {"agency_id": "fire", "officer_ids": []}
    counted = {"agency_id": county.agency, "scheduled": 1, "done": 2, "exempt": 1}
    recusal = {"officer_id": county.officers[0], "ground": "亲属“任职”\n\\", "declared_by": "admin"}
    decree = {"source": "国办", "as_of": LONG_AGO, "recorded_at": LONG_AGO, "recorded_by": "admin"}
    found = visit("v", county, date(2026, 3, 11), "rectify")
    found.opened_at = found.opened_at.replace(microsecond=120_000)
    return [
        agency("fire", region="370104", abbr="消防", field="消防", principal_id="agency-other"),
        agency("unseen", region="370104", abbr="文旅"),
        plan(county, annual_plan_id="annual", joint_agency_ids=["fire"], kind="case"),
        target(county, letter=letter, **lead),
        target(county, id="b", position=3, window_from=None, window_to=None, **second),
        target(county, id="a", position=2, reason_onsite="", **second, **far),
        plan(county, id="annual", term="annual", status=PlanStatus.FILED),
        target(county, id="a1", plan_id="annual"),
        target(county, id="a2", plan_id="annual", position=2, **second, **lead),
        *task(county, "march", **march),
        *task(county, "ours", **second),
        *task(county, "theirs", **theirs),
        *task(county, "cancelled", **{**theirs, "agency_id": "unseen"}, status="cancelled"),
        *task(county, "urgent", trigger="emergency", post_approval_due=LONG_AGO),
        found,
        *(VisitCounter(uscc=county.usccs[0], year=year, **counted) for year in (2026, 2027)),
        EnterpriseCounter(uscc=county.usccs[0], year=2026, done=5, exempt=4),
        EnterpriseCounter(uscc=county.usccs[1], year=2027, done=1, exempt=0),
        Recusal(id="r1", uscc=county.usccs[0], declared_at=LONG_AGO, until=DAY, **recusal),
        Recusal(id="r2", uscc=county.usccs[1], declared_at=LONG_AGO, **recusal),
        WarningTally(region="370104", year=2026, code="W-FREQ60", count=7),
        HolidayYear(year=2026, version=2, off=["2026-10-01"], work=[], **decree),
        HolidayYear(year=2026, version=3, off=["2026-10-02"], work=["2026-10-10"], **decree),
        HolidayYear(year=2027, version=1, off=["2027-01-01"], work=[], **decree),
        HolidayYear(year=2027, version=2, off=[], work=[], withdrawn=True, **decree),
        parameter("grade_caps", {"B": 5}, region="370100"),
        parameter("whole_cap", 9, agency_id=county.agency),
        parameter("field_cap", 1, agency_id="unseen"),
    ]


@pytest.mark.postgres
def test_both_engines_tell_the_same_of_everything(
    parts: Parts, county: County, on_postgres: Parts
) -> None:
    add(parts, everything(county))
    told, asked_at_once = facts(parts), facts(on_postgres)
    for each in fields(told):
        assert getattr(asked_at_once, each.name) == getattr(told, each.name), each.name
        assert getattr(told, each.name), f"nothing is found of {each.name}"
    assert {past.agency_id for past in told.history[county.usccs[0]]} == {county.agency, "fire"}
    assert set(told.agencies) == {county.other_agency, "fire"}
    assert len(judged(on_postgres)) > 5
    assert judged(on_postgres) == judged(parts)


@pytest.mark.postgres
def test_a_plan_is_judged_in_two_questions(on_postgres: Parts) -> None:
    with open_work(on_postgres, SYSTEM) as work:
        row = work.session.get_one(Plan, "plan")
        with counted(on_postgres.engine) as asked:
            seen, known = plan_facts.look(work, row)
        assert len(asked) == 2
        assert seen == as_plan(row, plan_checks.targets_of(work, row.id))
        assert known == plan_facts.gather(work, seen)


def ways(work: Work) -> tuple[str, ...]:
    """How PostgreSQL is told to go about queries: along an index in its own order or not, with how
    much memory, with how many pages asked ahead, with a way found anew or not."""
    named = ("enable_indexscan", "work_mem", "effective_io_concurrency", "plan_cache_mode")
    told = ", ".join(f"current_setting('{name}')" for name in named)
    return tuple(work.session.execute(text(f"SELECT {told}")).one())


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("rows", "pages", "anew"),
    [(1, None, "generic"), (FEW + 1, None, "custom"), (MANY, "0", "custom")],
)
def test_what_grows_is_gone_along_by_how_much_it_is(
    on_postgres: Parts, rows: int, pages: str | None, anew: str
) -> None:
    with open_work(on_postgres, SYSTEM) as work:
        before = ways(work)
        was = go_along_indexes(work, rows)
        assert ways(work) == ("off", "64MB", pages or before[2], f"force_{anew}_plan")
        Together({}, settings={name: literal(value) for name, value in was.items()}).ask(
            work.session, {}
        )
        assert ways(work) == before


@pytest.mark.postgres
def test_postgresql_is_as_it_was_after_a_check(on_postgres: Parts) -> None:
    with open_work(on_postgres, SYSTEM) as work:
        before = ways(work)
        plan_checks.judge(work, work.session.get_one(Plan, "plan"))
        assert ways(work) == before


@pytest.mark.postgres
def test_what_grows_is_found_along_its_indexes_on_postgresql(on_postgres: Parts) -> None:
    anew = "SET LOCAL enable_seqscan = off;TRUNCATE task CASCADE"  # of a few rows any way does
    steps = explained(on_postgres, f"{anew};EXPLAIN")
    assert "Bitmap Index Scan on ix_task_enterprise_window" in steps
    assert "Bitmap Index Scan on ix_visit_counter_enterprise" in steps
    assert "Bitmap Index Scan on pk_enterprise_counter" in steps
    assert "Seq Scan on task" not in steps
    assert "Seq Scan on visit_counter" not in steps
