"""What falls due is reminded of once, in its time; what is late is the agency's to see."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from server.clock import SetClock
from server.jobs import nightly
from server.models import Document, OutboxMessage, RectificationDeadline
from server.notify.letter import ChannelName
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import (
    contacts,
    notices,
    outbox,
    rectification_deadlines,
    rectifications,
    views_queue,
)
from server.services.contacts import ContactDraft
from server.services.views_queue import Waiting
from server.work import Parts, open_work
from shared.content import problems
from shared.localtime import local_day
from shared.roles import Role
from tests.server import sync_world
from tests.server.factories import principal
from tests.server.sync_world import HOME, STRANGER
from tests.server.telling import clean, with_problems
from tests.world import USCC

HEAD = principal("head", Role.HEAD, agency=HOME)


@pytest.fixture
def over(planted: Parts) -> str:
    """A visit with a problem to put right, told to a contact with a phone alone."""
    with open_work(planted, SYSTEM) as work:
        draft = ContactDraft(name="林小满", phone="13800138000")
        contacts.confirm(work, contacts.add(work, USCC, draft).id, "paper")
    pad = sync_world.pad(planted)
    with_problems(pad)
    sync_world.push(planted, pad.events)
    return pad.visit_id


@pytest.fixture
def ours(planted: Parts, over: str) -> Iterator[Principal]:
    """The enterprise's owner, who has read the result."""
    with open_work(planted, SYSTEM) as work:
        (person,) = contacts.confirmed(work, USCC)
    who = Principal(
        kind=PrincipalKind.ENTERPRISE,
        id=person.id,
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=USCC,
    )
    with open_work(planted, who) as work:
        notices.open_(work, result(planted).id)
    return who


def result(parts: Parts) -> Document:
    with open_work(parts, SYSTEM) as work:
        return work.session.scalars(
            select(Document).where(Document.kind == "result", Document.superseded_by.is_(None))
        ).one()


def row(parts: Parts) -> RectificationDeadline:
    with open_work(parts, SYSTEM) as work:
        return work.session.scalars(select(RectificationDeadline)).one()


def reminders(parts: Parts) -> list[OutboxMessage]:
    with open_work(parts, SYSTEM) as work:
        wanted = select(OutboxMessage).where(OutboxMessage.purpose == "rectification_due")
        return list(work.session.scalars(wanted.order_by(OutboxMessage.id)))


def look(parts: Parts, clock: SetClock, day: date) -> int:
    """What the night of `day` finds."""
    clock.move(timedelta(days=(day - local_day(clock.now())).days))
    with open_work(parts, SYSTEM) as work:
        return rectification_deadlines.come_due(work)


def put_right(parts: Parts, who: Principal, outcome: str) -> None:
    key = next(iter(problems.to_rectify(result(parts).content)))
    with open_work(parts, who) as work:
        rectifications.report(work, result(parts).visit_id or "", key, "换了冷柜")
    if outcome:
        with open_work(parts, HEAD) as work:
            rectifications.check(work, result(parts).visit_id or "", key, outcome, "仍为 9 ℃")


def late(parts: Parts, agency: str = HOME) -> int:
    who = principal("officer", Role.OFFICER, agency=agency)
    with open_work(parts, who) as work:
        found = rectification_deadlines.late(work)
        assert views_queue.piles(work)[Waiting.LATE_RECTIFICATIONS].count == len(found)
    return len(found)


def test_it_is_reminded_of_once_three_working_days_before(
    planted: Parts, over: str, clock: SetClock
) -> None:
    due, day = row(planted).due_on, row(planted).look_on
    assert (due, day) == (date(2026, 12, 14), date(2026, 12, 9))
    assert look(planted, clock, day - timedelta(days=1)) == 0
    assert look(planted, clock, day) == 1
    assert look(planted, clock, day) == 0
    assert nightly.turn(planted).deadlines == 0
    (sent,) = reminders(planted)
    with open_work(planted, SYSTEM) as work:
        body = outbox.body_of(work, work.session.get_one(OutboxMessage, sent.id))
    assert (sent.channel, sent.about, body.day) == (ChannelName.SMS, over, due)
    assert body.number == result(planted).number
    assert body.link.endswith(f"/portal/inspections/{over}/rectification")
    assert sent.message_id
    assert late(planted) == 0
    assert look(planted, clock, due) == 0
    assert late(planted) == 0


def test_late_it_is_on_the_desk_of_its_own_agency_until_it_is_found_put_right(
    planted: Parts, ours: Principal, clock: SetClock
) -> None:
    due = row(planted).due_on
    look(planted, clock, due - timedelta(days=3))
    look(planted, clock, due + timedelta(days=1))
    assert late(planted) == 1
    assert late(planted, STRANGER) == 0
    assert len(reminders(planted)) == 1
    put_right(planted, ours, "not_fixed")
    assert late(planted) == 1
    put_right(planted, ours, "fixed")
    assert late(planted) == 0
    assert look(planted, clock, due + timedelta(days=30)) == 0


def test_found_put_right_before_it_takes_back_what_waits_and_nothing_follows(
    planted: Parts, ours: Principal, clock: SetClock
) -> None:
    due = row(planted).due_on
    look(planted, clock, due - timedelta(days=4))
    assert [one.state for one in reminders(planted)] == ["waiting"]
    put_right(planted, ours, "fixed")
    assert [(one.state, one.dead_why) for one in reminders(planted)] == [("failed", "taken_back")]
    assert look(planted, clock, due + timedelta(days=1)) == 0
    assert late(planted) == 0


def test_who_has_told_of_everything_is_reminded_only_if_it_was_not_put_right(
    planted: Parts, ours: Principal, clock: SetClock
) -> None:
    day = row(planted).look_on
    assert day is not None
    put_right(planted, ours, "")
    assert look(planted, clock, day) == 1
    assert reminders(planted) == []
    with open_work(planted, HEAD) as work:
        key = next(iter(problems.to_rectify(result(planted).content)))
        rectifications.check(work, result(planted).visit_id or "", key, "partly", "一台未换")
    assert look(planted, clock, day + timedelta(days=1)) == 1
    assert len(reminders(planted)) == 1


def test_more_time_begins_it_anew(
    planted: Parts, ours: Principal, over: str, clock: SetClock
) -> None:
    due = row(planted).due_on
    look(planted, clock, due - timedelta(days=4))
    with open_work(planted, ours) as work:
        rectifications.ask_for_time(work, over, due + timedelta(days=14), "等配件")
    with open_work(planted, HEAD) as work:
        rectifications.give_time(work, over, granted=True)
    assert [one.state for one in reminders(planted)] == ["failed"]
    assert look(planted, clock, due + timedelta(days=1)) == 0
    assert look(planted, clock, due + timedelta(days=9)) == 1
    assert [one.state for one in reminders(planted)] == ["failed", "waiting"]
    with open_work(planted, SYSTEM) as work:
        body = outbox.body_of(work, work.session.get_one(OutboxMessage, reminders(planted)[-1].id))
    assert body.day == due + timedelta(days=14)


def test_a_visit_with_nothing_to_put_right_is_never_looked_at(planted: Parts) -> None:
    pad = sync_world.pad(planted)
    clean(pad)
    sync_world.push(planted, pad.events)
    with open_work(planted, SYSTEM) as work:
        assert work.session.scalars(select(RectificationDeadline)).all() == []
