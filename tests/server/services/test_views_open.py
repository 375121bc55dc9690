"""Open data: results of drawn inspections, when the time to object is over; never a problem."""

from datetime import timedelta

from sqlalchemy import select

from server.clock import SetClock
from server.models import (
    Contact,
    Document,
    InspectionItem,
    ItemPublication,
    Notice,
    Task,
    Ticket,
    TicketKind,
)
from server.principal import PUBLIC, SYSTEM, Principal, PrincipalKind
from server.services import tickets, views_open
from server.services.tickets import Draft
from server.work import Parts, open_work
from shared.content import problems
from shared.localtime import local_day
from shared.roles import Role
from tests.server import sync_world
from tests.server.factories import add
from tests.server.telling import with_problems
from tests.world import USCC


def results(parts: Parts) -> list[views_open.OpenResult]:
    with open_work(parts, PUBLIC) as work:
        return list(views_open.results(work).lines)


def told(parts: Parts, trigger: str) -> str:
    """A visit of a task of this trigger, told and sent; the result's document."""
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Task, sync_world.TASK).trigger = trigger
    pad = sync_world.pad(parts)
    with_problems(pad)
    sync_world.push(parts, pad.events)
    with open_work(parts, SYSTEM) as work:
        notice = work.session.scalars(select(Notice)).one()
        notice.sent_at = work.now
        return notice.document_id


def test_what_was_not_drawn_is_never_public(planted: Parts, clock: SetClock) -> None:
    told(planted, "annual_plan")
    clock.move(timedelta(days=60))
    assert results(planted) == []


def test_a_drawn_one_is_public_when_the_time_to_object_is_over_and_none_is_open(
    planted: Parts, clock: SetClock
) -> None:
    add(planted, [Contact(id="contact-1", uscc=USCC, name="林小满")])
    document_id = told(planted, "random")
    firm = Principal(
        kind=PrincipalKind.ENTERPRISE,
        id="contact-1",
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=USCC,
    )
    with open_work(planted, firm) as work:
        notice = work.session.scalars(select(Notice)).one()
        until = tickets.objection_until(work, notice.visit_id)
        document = work.session.get_one(Document, document_id)
        point = next(iter(problems.to_rectify(document.content)))
        notice.opened_at = work.now
    assert until is not None
    while local_day(clock.now()) <= until:
        assert results(planted) == []
        clock.move(timedelta(days=1))
    (line,) = results(planted)
    assert (line.id, line.uscc, line.published_on) == (document_id, USCC, until + timedelta(days=1))
    assert "冷柜" not in str(line)

    clock.move(-timedelta(days=5))
    with open_work(planted, firm) as work:
        kind = TicketKind.OBJECTION
        tickets.put(
            work, Draft(kind=kind, text="温度计坏了", visit_id=notice.visit_id, points=(point,))
        )
    clock.move(timedelta(days=30))
    assert results(planted) == []
    with open_work(planted, SYSTEM) as work:
        work.session.scalars(select(Ticket)).one().state = "answered"
    assert [one.id for one in results(planted)] == [document_id]


def test_items_of_lists_in_force_alone(planted: Parts) -> None:
    with open_work(planted, PUBLIC) as work:
        shown = {line.id for line in views_open.items(work).lines}
        there = set(work.session.scalars(select(InspectionItem.id)))
    assert shown
    assert shown <= there
    with open_work(planted, SYSTEM) as work:
        for row in work.session.scalars(select(ItemPublication)):
            row.published_to = local_day(work.now) - timedelta(days=1)
    with open_work(planted, PUBLIC) as work:
        assert views_open.items(work).lines == ()
