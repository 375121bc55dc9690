"""Inspections told of beforehand: once, in their time, taken back; of any other nothing, ever."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.clock import SetClock
from server.jobs import nightly
from server.models import Announcement, OutboxMessage, OutboxState, Task
from server.notify import wording
from server.notify.letter import Letter, Purpose
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import (
    announcements,
    contacts,
    dead_letters,
    delivery,
    enterprise_news,
    outbox,
    parameters,
    portal_visits,
    service_consents,
    tasks,
)
from server.services.contacts import ContactDraft
from server.work import Parts, open_work
from shared.plans.model import KIND_OF, Trigger
from shared.roles import Role
from tests.server import sync_world
from tests.server.counting import counted
from tests.server.factories import add, enterprise, principal
from tests.server.sync_world import HOME
from tests.world import OTHER_USCC, USCC

MONDAY = date(2026, 11, 30)  # the clock stands on the Monday before
ANNOUNCED = {"annual_plan", "licence_verify", "self_request", "rectification"}
HEAD = principal("head", Role.HEAD, agency=HOME)


@pytest.fixture
def quiet(planted: Parts) -> Parts:
    """Nothing that was planned before may be announced."""
    with open_work(planted, SYSTEM) as work:
        for task in work.session.scalars(select(Task)):
            task.trigger = "random"
    return planted


@pytest.fixture
def shop(quiet: Parts) -> Parts:
    """The enterprise has one confirmed contact, with a phone and a mail box."""
    with open_work(quiet, SYSTEM) as work:
        draft = ContactDraft(name="林小满", phone="13800138000", email="shop@example.test")
        contacts.confirm(work, contacts.add(work, USCC, draft).id, "paper")
    return quiet


def planned(parts: Parts, id_: str = "to-come", **other: Any) -> str:
    row = sync_world.task_row(
        id_,
        **{"kind": "daily", "trigger": "annual_plan", "window_from": MONDAY}
        | {"window_to": MONDAY + timedelta(days=4)}
        | other,
    )
    add(parts, [row])
    return id_


def look(parts: Parts) -> int:
    with open_work(parts, SYSTEM) as work:
        return announcements.come_due(work, HOME)


def messages(parts: Parts) -> list[OutboxMessage]:
    with open_work(parts, SYSTEM) as work:
        wanted = select(OutboxMessage).where(
            OutboxMessage.purpose.in_([Purpose.PREANNOUNCEMENT, Purpose.ANNOUNCEMENT_WITHDRAWN])
        )
        return list(work.session.scalars(wanted.order_by(OutboxMessage.id)))


def rows(parts: Parts) -> list[Announcement]:
    with open_work(parts, SYSTEM) as work:
        return list(work.session.scalars(select(Announcement)))


def at(clock: SetClock, day: date) -> None:
    clock.move(timedelta(days=(day - clock.now().date()).days))


def test_it_is_announced_once_so_many_working_days_before(shop: Parts, clock: SetClock) -> None:
    planned(shop)
    at(clock, date(2026, 11, 24))
    assert look(shop) == 0
    at(clock, date(2026, 11, 25))  # Wednesday: three working days before Monday
    assert look(shop) == 1
    assert look(shop) == 0
    nightly.turn(shop)
    sent = messages(shop)
    assert sorted(row.channel for row in sent) == ["email", "sms"]
    assert len({row.message_id for row in sent}) == 2
    assert {row.purpose for row in sent} == {"preannouncement"}


def test_nobody_comes_off_site_and_so_nothing_is_announced(shop: Parts, clock: SetClock) -> None:
    planned(shop, visit_type="offsite")
    at(clock, MONDAY)
    assert look(shop) == 0


def test_the_message_names_agency_day_and_number_and_nothing_else(
    shop: Parts, clock: SetClock
) -> None:
    planned(shop)
    at(clock, MONDAY)
    look(shop)
    with open_work(shop, SYSTEM) as work:
        row = work.session.get_one(OutboxMessage, messages(shop)[0].id)
        body, task = outbox.body_of(work, row), work.session.get_one(Task, "to-come")
        letter = Letter(
            message_id="m",
            purpose=Purpose.PREANNOUNCEMENT,
            address="x",
            language=contacts.Language.ZH,
            body=body,
        )
        said = wording.short(letter)
    assert task.no in said
    assert "2026年11月30日" in said
    assert body.link.endswith("/portal/inspections")
    assert not any(officer in said for officer in task.officer_ids)


@pytest.mark.parametrize("trigger", [each for each in Trigger if each not in ANNOUNCED])
def test_of_an_unannounced_one_there_is_never_anything(
    shop: Parts, clock: SetClock, trigger: Trigger
) -> None:
    for n, kind in enumerate(("daily", "special", "case", str(KIND_OF[trigger]))):
        planned(shop, f"secret-{n}", trigger=str(trigger), kind=kind)
    owner = Principal(
        kind=PrincipalKind.ENTERPRISE,
        id="contact",
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=USCC,
    )
    with open_work(shop, owner) as work:
        before = portal_visits.upcoming(work)
    for day in (MONDAY - timedelta(days=5), MONDAY, MONDAY + timedelta(days=4)):
        at(clock, day)
        assert look(shop) == 0
    with open_work(shop, owner) as work:
        seen = [one.task_id for one in (*before, *portal_visits.upcoming(work))]
    assert not [id_ for id_ in seen if id_.startswith("secret")]
    with open_work(shop, HEAD) as work:
        tasks.cancel(work, "secret-0", "不查了")
    assert rows(shop) == []
    assert messages(shop) == []


def test_a_case_of_an_announced_reason_is_not_announced_either(
    shop: Parts, clock: SetClock
) -> None:
    planned(shop, kind="case", trigger="rectification")
    at(clock, MONDAY)
    assert look(shop) == 0


def test_an_agency_may_be_told_to_announce_nothing(shop: Parts, clock: SetClock) -> None:
    planned(shop)
    with open_work(shop, SYSTEM) as work:
        parameters.record(work, "announced_kinds", [], valid_from=date(2026, 11, 23))
    at(clock, MONDAY)
    assert look(shop) == 0
    assert rows(shop) == []


def test_it_is_taken_back_with_a_message_to_whoever_was_written_to(
    shop: Parts, clock: SetClock
) -> None:
    planned(shop)
    at(clock, date(2026, 11, 25))
    look(shop)
    with open_work(shop, SYSTEM) as work:
        sms = next(row for row in messages(shop) if row.channel == "sms")
        claimed = outbox.claim(work, sms.id)
        assert claimed is not None
        outbox.settle(work, claimed, outbox.TryOutcome.TAKEN)
    with open_work(shop, HEAD) as work:
        tasks.cancel(work, "to-come", "企业停业")
    states = {(row.purpose, row.channel): row.state for row in messages(shop)}
    assert states == {
        ("preannouncement", "sms"): OutboxState.SENT,
        ("preannouncement", "email"): OutboxState.FAILED,
        ("announcement_withdrawn", "sms"): OutboxState.WAITING,
    }
    with open_work(shop, SYSTEM) as work:
        announcements.take_back(work, work.session.get_one(Task, "to-come"))
    assert len(messages(shop)) == 3
    assert look(shop) == 0


def test_after_its_window_nobody_is_written_to_any_more(shop: Parts, clock: SetClock) -> None:
    planned(shop)
    at(clock, MONDAY)
    look(shop)
    at(clock, MONDAY + timedelta(days=9))
    with open_work(shop, HEAD) as work:
        tasks.cancel(work, "to-come", "企业停业")
    assert {row.purpose for row in messages(shop)} == {"preannouncement"}


def test_without_consent_or_contact_nobody_is_written_to(quiet: Parts, clock: SetClock) -> None:
    planned(quiet)
    at(clock, MONDAY)
    assert look(quiet) == 1
    assert messages(quiet) == []
    assert len(rows(quiet)) == 1


def test_another_enterprise_hears_nothing(shop: Parts, clock: SetClock) -> None:
    add(shop, [enterprise(OTHER_USCC, region="370202", premise="premise-9")[0]])
    with open_work(shop, SYSTEM) as work:
        draft = ContactDraft(name="周海", phone="13900139000")
        theirs = contacts.confirm(work, contacts.add(work, OTHER_USCC, draft).id, "paper").id
    planned(shop)
    at(clock, MONDAY)
    look(shop)
    assert theirs not in {row.contact_id for row in messages(shop)}


def test_who_no_longer_agrees_to_be_written_to_is_not(shop: Parts, clock: SetClock) -> None:
    planned(shop)
    at(clock, MONDAY)
    look(shop)
    with open_work(shop, SYSTEM) as work:
        sms = next(row for row in messages(shop) if row.channel == "sms")
        claimed = outbox.claim(work, sms.id)
        assert claimed is not None
        outbox.settle(work, claimed, outbox.TryOutcome.TAKEN)
        service_consents.withdraw(work, USCC)
        delivery.call_back(work, USCC)
    with open_work(shop, HEAD) as work:
        tasks.cancel(work, "to-come", "企业停业")
    assert {row.channel: row.state for row in messages(shop)} == {
        "sms": OutboxState.SENT,
        "email": OutboxState.FAILED,
    }


def give_up(parts: Parts, channel: str) -> OutboxMessage:
    """The channel will never take its message about the task."""
    row = next(row for row in messages(parts) if row.channel == channel)
    with open_work(parts, SYSTEM) as work:
        claimed = outbox.claim(work, row.id)
        assert claimed is not None
        delivery.settle(work, claimed, outbox.TryOutcome.NEVER_TAKEN, "550")
    return row


def test_given_up_by_its_first_channel_it_goes_on_to_the_next_and_then_to_the_desk(
    shop: Parts, clock: SetClock
) -> None:
    planned(shop)
    with open_work(shop, SYSTEM) as work:
        (person,) = contacts.confirmed(work, USCC)
        service_consents.give(work, person, "sms")
    at(clock, MONDAY)
    look(shop)
    assert [row.channel for row in messages(shop)] == ["sms"]
    give_up(shop, "sms")
    first, second = messages(shop)
    assert (first.state, second.channel, second.state) == ("failed", "email", "waiting")
    with open_work(shop, SYSTEM) as work:
        assert outbox.body_of(work, first) == outbox.body_of(work, second)
        assert dead_letters.listed(work) == ()
    give_up(shop, "email")
    with open_work(shop, SYSTEM) as work:
        (letter,) = dead_letters.listed(work)
    assert (letter.purpose, letter.channel, letter.why) == ("preannouncement", "email", "550")
    assert letter.enterprise_name
    assert letter.number.endswith("to-come")
    at(clock, MONDAY + timedelta(days=5))  # its last day is over: nobody can do anything about it
    with open_work(shop, SYSTEM) as work:
        assert dead_letters.listed(work) == ()


def test_while_the_other_channel_may_still_reach_the_contact_nothing_more_is_written(
    shop: Parts, clock: SetClock
) -> None:
    planned(shop)
    at(clock, MONDAY)
    look(shop)
    give_up(shop, "sms")
    assert {row.channel: row.state for row in messages(shop)} == {
        "sms": OutboxState.FAILED,
        "email": OutboxState.WAITING,
    }


def test_consent_taken_back_ends_every_announcement_in_as_many_queries(
    shop: Parts, clock: SetClock
) -> None:
    def asked() -> int:
        with counted(shop.engine) as statements, open_work(shop, SYSTEM) as work:
            enterprise_news.call_back(work, USCC, "no_consent")
        return len(statements)

    planned(shop)
    at(clock, MONDAY)
    look(shop)
    once = asked()
    for n in range(4):
        planned(shop, f"more-{n}")
    assert look(shop) == 4
    assert asked() == once
    assert {row.state for row in messages(shop)} == {OutboxState.FAILED}
