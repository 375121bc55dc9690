"""Lists read from the end of an index: however many rows there are, a page reads some dozens."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.models import Plan, Task, Visit, VisitTask
from server.principal import Principal
from server.services import (
    listing,
    plans,
    views_plans,
    views_queue,
    views_tasks,
    views_visits,
    visits,
)
from server.services.listing import Filter
from server.services.views_visits import Filter as VisitFilter
from server.services.views_visits import Show
from server.work import Parts, Work, open_work
from shared.roles import Role
from tests.server.conftest import NOW
from tests.server.factories import USCCS, County, make_county, principal

pytestmark = pytest.mark.postgres
MANY = 10_000
OWN = 5
"""One row in so many is of the agency that looks."""
A_PAGE = 800
HEAD = principal("head", Role.HEAD, agency="agency-home")
SUPERVISION = principal("s", Role.SUPERVISION, agency="agency-home", region="370000")
PLAIN: Mapping[str, Mapping[str, Any]] = {
    "plan": {
        "kind": "daily",
        "trigger": "annual_plan",
        "visit_type": "inspection",
        "title": "计划",
        "status": "filed",
        "year": 2026,
        "window_from": NOW.date(),
        "window_to": NOW.date(),
        "item_ids": [],
        "created_at": NOW,
    },
    "task": {
        "kind": "daily",
        "trigger": "annual_plan",
        "visit_type": "inspection",
        "status": "closed",
        "uscc": USCCS[0],
        "item_ids": [],
        "forms": [],
        "officer_ids": [],
        "window_from": NOW.date(),
        "approved_by": "某",
        "frequency": {},
    },
    "visit": {
        "region": "370104",
        "task_ids": [],
        "lead_device_id": "d",
        "uscc": USCCS[0],
        "stage": "sealed",
        "sealed_at": NOW,
        "irregularities": [],
        "flags": [],
        "time_confidence": "good",
        "complete": True,
        "state": {},
        "changed_at": NOW,
    },
}


@pytest.fixture(scope="module")
def full(
    postgres_cluster: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Parts, County]]:
    """A county with years of history, of which one row in five is the own agency's."""
    name = postgres_cluster.create_database()
    folder = str(tmp_path_factory.mktemp("full"))
    url = postgres_cluster.url(name)
    settings = Settings.from_env({"MINGCHA_DATA_DIR": folder, "MINGCHA_DATABASE_URL": url})
    parts = assembly.set_up(settings, clock=SetClock(NOW))
    founding.found(parts)
    county = make_county(parts)
    fill(parts, county)
    yield parts, county
    parts.engine.dispose()
    postgres_cluster.drop_database(name)


def fill(parts: Parts, county: County) -> None:
    rows: dict[Any, list[dict[str, Any]]] = {Plan: [], Task: [], Visit: [], VisitTask: []}
    for n in range(MANY):
        agency = county.agency if n % OWN == 0 else county.other_agency
        at = NOW - timedelta(minutes=n)
        rows[Plan].append(
            {"id": f"p{n:06d}", "agency_id": agency, "no": f"P{n}", "changed_at": at}
            | {"planner_id": county.planner}
        )
        rows[Task].append(
            {"id": f"t{n:06d}", "agency_id": agency, "no": f"T{n}", "code": f"C{n}"}
            | {"window_to": at.date(), "premise_id": county.premises[0]}
        )
        rows[Visit].append({"id": f"v{n:06d}", "agency_id": agency, "received_at": at})
        rows[VisitTask].append(
            {"visit_id": f"v{n:06d}", "task_id": f"t{n:06d}", "received_at": at}
            | {"agency_id": county.agency, "guest": n % OWN == 1}
        )
    with parts.engine.begin() as connection:
        for table, each in rows.items():
            plain = PLAIN.get(table.__tablename__, {})
            connection.execute(insert(table), [{**plain, **row} for row in each])
    with parts.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one call asked: how many statements, and the most rows a scan of one went through."""

    statements: int
    rows: int
    of: str


def read(parts: Parts, who: Principal, do: Callable[[Work], object]) -> Read:
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cur: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(parts.engine, "before_cursor_execute", note)
    try:
        with open_work(parts, who) as work:
            do(work)
    finally:
        event.remove(parts.engine, "before_cursor_execute", note)
    worst = max((each for one in asked for each in scans(parts.engine, *one)), default=(0, ""))
    return Read(statements=len(asked), rows=worst[0], of=worst[1])


def scans(engine: Engine, statement: str, parameters: Any) -> Iterator[tuple[int, str]]:
    """(rows gone through, table) of every scan that a statement makes."""
    with engine.connect() as connection:
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
        (found,) = connection.exec_driver_sql(explain, parameters).scalars()
    todo = [(found if isinstance(found, list) else json.loads(found))[0]["Plan"]]
    while todo:
        node = todo.pop()
        todo += node.get("Plans", ())
        if node.get("Relation Name") in ("plan", "task", "visit", "visit_task"):
            through = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            yield round(through * node["Actual Loops"]), f"{node['Node Type']}: {statement}"


LISTS: Mapping[str, Callable[[Work], object]] = {
    "plans": lambda work: views_plans.lines(work, Filter()),
    "plans, further on": lambda work: views_plans.lines(work, Filter(before="p002000")),
    "plans of a status that none has": lambda work: views_plans.lines(work, Filter(status="draft")),
    "plans counted": views_plans.counts,
    "plans over the interface": lambda work: plans.page(
        work, status=None, after="p002000", limit=50
    ),
    "tasks": lambda work: views_tasks.lines(work, Filter()),
    "tasks, further on": lambda work: views_tasks.lines(work, Filter(before="t002000")),
    "tasks of a status that none has": lambda work: views_tasks.lines(work, Filter(status="coded")),
    "emergencies to approve": lambda work: views_tasks.lines(work, Filter(status="emergency")),
    "tasks counted": views_tasks.counts,
    "a task by its number": lambda work: views_tasks.lines(work, Filter(text="T10000")),
    "visits": lambda work: views_visits.lines(work, VisitFilter()),
    "visits, further on": lambda work: views_visits.lines(work, VisitFilter(before="v002000")),
    "visits to rule on": lambda work: views_visits.lines(work, VisitFilter(show=Show.TO_RULE)),
    "open visits": lambda work: views_visits.lines(work, VisitFilter(show=Show.OPEN)),
    "visits counted": views_visits.counts,
    "visits over the interface": lambda work: visits.search(work, visits.Wanted(irregular=True)),
    "what waits": views_queue.piles,
}
NAMED: Mapping[str, Callable[[Work], object]] = {
    "plans": lambda work: views_plans.lines(work, Filter(text="没有")),
    "tasks": lambda work: views_tasks.lines(work, Filter(text="没有")),
    "visits": lambda work: views_visits.lines(work, VisitFilter(text="没有")),
}


@pytest.mark.parametrize("who", [HEAD, SUPERVISION], ids=["head", "supervision"])
def test_a_page_reads_some_dozens_of_rows(full: tuple[Parts, County], who: Principal) -> None:
    parts, _ = full
    found = {name: read(parts, who, each) for name, each in LISTS.items()}
    far = {
        f"{name}: {each.rows} rows, {each.of}"
        for name, each in found.items()
        if each.rows > A_PAGE and not name.startswith("a task by")
    }
    assert far == set()
    assert {name: each.statements for name, each in found.items() if each.statements > 6} == {}


@pytest.mark.parametrize("who", [HEAD, SUPERVISION], ids=["head", "supervision"])
def test_part_of_a_name_is_looked_for_among_the_newest(
    full: tuple[Parts, County], who: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, _ = full
    monkeypatch.setattr(listing, "SEARCHED", 300)
    found = {name: read(parts, who, each) for name, each in NAMED.items()}
    assert {name: each for name, each in found.items() if each.rows > 3 * 300} == {}


def test_a_guest_finds_the_visit_among_its_own(full: tuple[Parts, County]) -> None:
    parts, _ = full
    with open_work(parts, HEAD) as work:
        first = views_visits.lines(work, VisitFilter())
        more = views_visits.lines(work, VisitFilter(before=first.next_before or ""))
    own_and_guest = [f"v{n:06d}" for n in range(MANY) if n % OWN in (0, 1)]
    shown = [line.id for line in (*first.lines, *more.lines)]
    assert shown == own_and_guest[: len(shown)]
    assert len(shown) == 2 * listing.AT_ONCE
