"""What an enterprise sees of its inspections, and what it must not see before they come."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from server.models import Notice, Premise, Task, Visit
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import enterprise_codes, parameters, portal_doors, portal_visits
from server.services.portal_visits import Course
from server.work import Parts, open_work
from shared.errors import Conflict, NotFound
from shared.events.kinds import EventKind
from shared.localtime import local_day
from shared.roles import Role
from tests.server import sync_world
from tests.server.counting import counted
from tests.server.factories import add
from tests.server.telling import with_problems
from tests.world import OTHER_USCC, USCC


def firm(uscc: str = USCC, role: Role = Role.ENTERPRISE_OWNER) -> Principal:
    return Principal(
        kind=PrincipalKind.ENTERPRISE, id="contact-1", roles=frozenset({role}), uscc=uscc
    )


def change(parts: Parts, table: type[Any], id_: str, **values: object) -> None:
    with open_work(parts, SYSTEM) as work:
        row = work.session.get_one(table, id_)
        for name, value in values.items():
            setattr(row, name, value)


def again(parts: Parts, id_: str) -> Task:
    """The same task once more."""
    with open_work(parts, SYSTEM) as work:
        row = work.session.get_one(Task, sync_world.TASK)
        columns = [column.key for column in Task.__table__.columns]
        own = {"id": id_, "no": id_, "code": id_}
        return Task(**{**{name: getattr(row, name) for name in columns}, **own})


def announced(parts: Parts) -> list[str]:
    with open_work(parts, firm()) as work:
        return [one.task_id for one in portal_visits.upcoming(work)]


def test_only_kinds_that_allow_notice_are_announced(planted: Parts) -> None:
    with open_work(planted, SYSTEM) as work:
        day = local_day(work.now) + timedelta(days=1)
        parameters.record(work, "announced_kinds", ["daily"], valid_from=day)
    for kind, trigger, shown in (
        ("daily", "annual_plan", True),
        ("daily", "random", False),
        ("daily", "complaint_12345", False),
        ("special", "annual_plan", True),
        ("immediate", "annual_plan", False),
        ("lead", "monitoring_lead", False),
    ):
        change(planted, Task, sync_world.TASK, kind=kind, trigger=trigger)
        assert announced(planted) == [sync_world.TASK] * shown, (kind, trigger)
    costs = []
    for n in range(2):
        change(planted, Task, sync_world.TASK, kind="daily", trigger="annual_plan")
        with open_work(planted, firm()) as work, counted(planted.engine) as statements:
            assert len(portal_visits.upcoming(work)) == 1 + 5 * n
        costs.append(len(statements))
        if not n:
            add(planted, [again(planted, f"task-more-{more}") for more in range(5)])
    assert costs[0] == costs[1] <= 6
    with open_work(planted, SYSTEM) as work:
        work.session.execute(update(Task).values(status="cancelled"))
    assert announced(planted) == []
    with open_work(planted, firm(OTHER_USCC)) as work:
        assert portal_visits.upcoming(work) == ()


def test_one_nobody_announced_appears_with_its_scan(planted: Parts) -> None:
    change(planted, Task, sync_world.TASK, kind="daily", trigger="complaint_12345")
    pad = sync_world.pad(planted)
    pad.open()
    sync_world.push(planted, pad.events)

    def seen() -> list[Course]:
        with open_work(planted, firm()) as work:
            return [line.course for line in portal_visits.lines(work).lines]

    assert (seen(), announced(planted)) == ([], [])
    with open_work(planted, firm()) as work, pytest.raises(NotFound):
        portal_visits.read(work, pad.visit_id)
    pad.scan()
    sync_world.push(planted, pad.events[1:])
    assert seen() == [Course.UNDER_WAY]


def test_an_inspection_is_told_with_its_timeline_and_papers(planted: Parts) -> None:
    pad = sync_world.pad(planted)
    with_problems(pad)
    sync_world.push(planted, pad.events)
    with open_work(planted, firm()) as work:
        view = portal_visits.read(work, pad.visit_id)
    assert (view.line.course, view.line.outcome) == (Course.TO_READ, None)
    assert [step.event or step.act for step in view.steps] == [
        EventKind.SCANNED_IN,
        *[EventKind.CREDENTIALS_SHOWN] * 2,
        EventKind.NOTICE_SERVED,
        EventKind.RECORD_READ,
        EventKind.SIGNED,
        EventKind.RESULT_GIVEN,
        EventKind.LEFT,
        "issued",
    ]
    assert [paper.sealed for paper in view.papers].count(True) == 1
    assert {paper.title.zh for paper in view.papers} == {
        "行政检查通知书",
        "现场检查笔录",
        "行政检查结果告知书",
        "行政检查要点表",
        "责令限期改正通知书",
        "音像记录清单",
    }
    with open_work(planted, firm(OTHER_USCC)) as work, pytest.raises(NotFound):
        portal_visits.read(work, pad.visit_id)
    with open_work(planted, firm(OTHER_USCC)) as work:
        assert portal_visits.lines(work).lines == ()
        assert portal_visits.to_sign(work) == 0
    change(planted, Visit, pad.visit_id, irregular=True)
    with open_work(planted, SYSTEM) as work:
        work.session.query(Notice).one().superseded_at = work.now
    with open_work(planted, firm()) as work:
        assert portal_visits.lines(work).lines[0].course is Course.IN_REVIEW


def test_a_long_history_is_read_page_by_page_at_the_same_cost(planted: Parts) -> None:
    pad = sync_world.pad(planted)
    with_problems(pad)
    sync_world.push(planted, pad.events)
    with open_work(planted, SYSTEM) as work:
        first = work.session.get_one(Visit, pad.visit_id)
        columns = [c.key for c in Visit.__table__.columns if c.key not in ("id", "received_at")]
        same = {name: getattr(first, name) for name in columns}
        received = first.received_at
    pages: list[list[str]] = []
    costs = []
    add(
        planted,
        [
            Visit(id=f"v{n:02d}", received_at=received - timedelta(days=n), **same)
            for n in range(1, 45)
        ],
    )
    before: str | None = ""
    while before is not None:
        with open_work(planted, firm()) as work, counted(planted.engine) as statements:
            page = portal_visits.lines(work, before)
        costs.append(len(statements))
        pages.append([line.id for line in page.lines])
        before = page.next_before
    assert [len(page) for page in pages] == [20, 20, 5]
    assert len({id_ for page in pages for id_ in page}) == 45
    assert max(costs) <= 4


def test_a_door_has_one_code_and_only_its_enterprise_makes_it(planted: Parts) -> None:
    place = {"uscc": USCC, "name": "二店", "address": "人民路 9 号", "region": "370102"}
    add(planted, [Premise(id="premise-2", **place)])
    with open_work(planted, firm(OTHER_USCC)) as work, pytest.raises(NotFound):
        portal_doors.make(work, "premise-2")
    with open_work(planted, firm()) as work:
        code = portal_doors.make(work, "premise-2")
        work.session.flush()
        shown = {each.premise_id: each.url for each in portal_doors.listed(work)}
        assert shown["premise-2"] == enterprise_codes.url(work, code)
    with open_work(planted, firm()) as work, pytest.raises(Conflict):
        portal_doors.make(work, "premise-2")


@pytest.mark.parametrize(
    ("typed", "token"),
    [
        ("https://a.test/q/o/abc.DEF-_1?x=1", "abc.DEF-_1"),
        (" abc.def ", "abc.def"),
        ("", ""),
        ("x" * 3000, "x" * 2000),
    ],
)
def test_an_officers_code_is_found_in_what_is_pasted(typed: str, token: str) -> None:
    assert portal_doors.token_in(typed) == token
