"""Results for other systems: nothing before its day, nothing that no longer stands, one order."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.clock import SetClock
from server.models import ChangeKind, Contact, Document, Notice, Task, Ticket, TicketKind
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import result_changes, tickets
from server.services.result_changes import Page
from server.services.tickets import Draft
from server.work import Parts, open_work
from shared.content import problems
from shared.errors import NotAllowed
from shared.roles import Role
from tests.server import sync_world
from tests.server.factories import add, principal
from tests.server.sync_world import HOME, STRANGER
from tests.server.telling import with_problems
from tests.world import USCC

HEAD = principal("head", Role.HEAD, agency=HOME)


def system(agency: str = HOME) -> Principal:
    return Principal(
        kind=PrincipalKind.SYSTEM,
        id="credit",
        roles=frozenset({Role.ASSESSOR, Role.CLIENT}),
        agency_id=agency,
        scopes=frozenset({"results"}),
    )


FIRM = Principal(
    kind=PrincipalKind.ENTERPRISE,
    id="contact-1",
    roles=frozenset({Role.ENTERPRISE_OWNER}),
    uscc=USCC,
)


def told(parts: Parts, trigger: str) -> str:
    """A visit of a task of this trigger, told and read; the result's document."""
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Task, sync_world.TASK).trigger = trigger
    add(parts, [Contact(id="contact-1", uscc=USCC, name="林小满")])
    pad = sync_world.pad(parts)
    with_problems(pad)
    sync_world.push(parts, pad.events)
    with open_work(parts, SYSTEM) as work:
        notice = work.session.scalars(select(Notice)).one()
        notice.sent_at = notice.opened_at = work.now
        return notice.document_id


def look(parts: Parts) -> int:
    with open_work(parts, SYSTEM) as work:
        return result_changes.come_due(work)


def read(parts: Parts, after: int = 0, *, agency: str = HOME, limit: int = 200) -> Page:
    with open_work(parts, system(agency)) as work:
        return result_changes.read(work, after, limit)


def due_day(parts: Parts, document_id: str) -> timedelta:
    """From now to the day it is public."""
    with open_work(parts, SYSTEM) as work:
        notice = work.session.scalars(select(Notice).where(Notice.document_id == document_id)).one()
        assert notice.publish_on is not None
        return notice.publish_on - work.now.date()


def upheld(parts: Parts, clock: SetClock) -> str:
    """An objection is upheld; the new version's document, which is told."""
    with open_work(parts, SYSTEM) as work:
        old = work.session.scalars(
            select(Document).where(Document.kind == "result", Document.superseded_by.is_(None))
        ).one()
        point = next(iter(problems.to_rectify(old.content)))
    with open_work(parts, FIRM) as work:
        draft = Draft(
            kind=TicketKind.OBJECTION, text="温度计坏了", visit_id=old.visit_id, points=(point,)
        )
        ticket = tickets.put(work, draft).id
    with open_work(parts, HEAD) as work:
        tickets.answer(work, ticket, "upheld", "温度计未检定")
    with open_work(parts, SYSTEM) as work:
        new = work.session.get_one(Document, old.id).superseded_by or ""
        notice = work.session.scalars(select(Notice).where(Notice.document_id == new)).one()
        notice.sent_at = work.now
    return new


def test_what_was_not_drawn_is_never_told(planted: Parts, clock: SetClock) -> None:
    told(planted, "annual_plan")
    clock.move(timedelta(days=60))
    assert look(planted) == 0
    assert read(planted) == Page(changes=(), next=0, more=False)


def test_a_drawn_one_is_told_when_it_is_due_and_once(planted: Parts, clock: SetClock) -> None:
    id_ = told(planted, "random")
    clock.move(due_day(planted, id_) - timedelta(days=1))
    assert look(planted) == 0
    clock.move(timedelta(days=1))
    assert look(planted) == 1
    assert look(planted) == 0
    page = read(planted)
    ((change),) = page.changes
    assert (change.id, change.kind, page.next, page.more) == (id_, ChangeKind.PUBLISHED, 1, False)
    assert change.result is not None
    assert (change.result.uscc, change.result.replaces) == (USCC, None)
    assert "冷柜" not in str(change)
    assert read(planted, page.next) == Page(changes=(), next=1, more=False)
    assert read(planted, agency=STRANGER).changes == ()
    with open_work(planted, HEAD) as work, pytest.raises(NotAllowed):
        result_changes.read(work, 0, 1)


def test_while_an_objection_is_open_or_nobody_was_told_it_waits(
    planted: Parts, clock: SetClock
) -> None:
    id_ = told(planted, "random")
    with open_work(planted, SYSTEM) as work:
        notice = work.session.scalars(select(Notice)).one()
        ticket = Ticket(
            id="ticket-1",
            kind=TicketKind.OBJECTION,
            agency_id=HOME,
            uscc=USCC,
            visit_id=notice.visit_id,
            text="温度计坏了",
            files=[],
            points=[],
            state="open",
            contact_id="contact-1",
            created_at=work.now,
            due_on=work.now.date(),
        )
        notice.sent_at = None
    add(planted, [ticket])
    clock.move(due_day(planted, id_))
    assert look(planted) == 1
    with open_work(planted, SYSTEM) as work:
        work.session.scalars(select(Notice)).one().sent_at = work.now
    clock.move(timedelta(days=1))
    assert look(planted) == 1
    assert read(planted).changes == ()
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Ticket, "ticket-1").state = "answered"
    clock.move(timedelta(days=1))
    look(planted)
    assert [one.id for one in read(planted).changes] == [id_]


def test_what_is_replaced_is_withdrawn_at_once_and_the_new_version_waits_for_its_own_day(
    planted: Parts, clock: SetClock
) -> None:
    first = told(planted, "random")
    with open_work(planted, SYSTEM) as work:  # public at once, so that it may still be objected to
        notice = work.session.scalars(select(Notice)).one()
        notice.publish_on = notice.list_on = work.now.date()
    assert look(planted) == 1
    seen = read(planted).next
    second = upheld(planted, clock)
    page = read(planted, seen)
    assert [(one.id, one.kind, one.result) for one in page.changes] == [
        (first, ChangeKind.WITHDRAWN, None)
    ]
    assert second not in str(page)
    clock.move(due_day(planted, second))
    assert look(planted) == 1
    (change,) = read(planted, page.next).changes
    assert change.result is not None
    assert (change.id, change.result.replaces) == (second, first)
    # From the beginning: of what was withdrawn, only that.
    assert [(one.seq, one.kind) for one in read(planted).changes] == [
        (2, ChangeKind.WITHDRAWN),
        (3, ChangeKind.PUBLISHED),
    ]
    first_page = read(planted, limit=1)
    assert (first_page.next, first_page.more) == (2, True)
    assert read(planted, first_page.next, limit=1).next == 3
