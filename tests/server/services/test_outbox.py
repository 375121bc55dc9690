"""Every way a message can go, with a clock that is moved by hand."""

from datetime import timedelta

import pytest

from server.clock import SetClock
from server.models import DeliveryTry, Document, NoticeState, OutboxMessage, OutboxState
from server.notify.letter import ChannelName
from server.principal import SYSTEM
from server.services import dead_letters, delivery, outbox
from server.services.outbox import MOST_TRIES, WAITS, Claim, Settled, TryOutcome
from server.work import Parts, open_work
from shared.errors import Conflict, NotFound
from shared.roles import Role
from tests.server.factories import principal
from tests.server.telling import AGENCY, EMAIL, PHONE, Scene, scene
from tests.world import NOON


@pytest.fixture
def town(parts: Parts, clock: SetClock) -> Scene:
    clock.moment = NOON
    return scene(parts)


@pytest.fixture
def document(town: Scene) -> Document:
    """A result told to one contact with a phone and an e-mail."""
    town.contact()
    return town.told()


def message(town: Scene, channel: ChannelName = ChannelName.EMAIL) -> OutboxMessage:
    (found,) = [row for row in town.messages() if row.channel == channel]
    return found


def claim(town: Scene, row: OutboxMessage) -> Claim | None:
    with open_work(town.parts, SYSTEM) as work:
        return outbox.claim(work, row.id)


def settle(town: Scene, claimed: Claim | None, outcome: TryOutcome, detail: str = "") -> Settled:
    assert claimed is not None
    with open_work(town.parts, SYSTEM) as work:
        return delivery.settle(work, claimed, outcome, detail)


def tries(town: Scene, row: OutboxMessage) -> list[str]:
    with open_work(town.parts, SYSTEM) as work:
        found = work.session.query(DeliveryTry).filter_by(message_id=row.id)
        return [one.outcome for one in found.order_by(DeliveryTry.no)]


def fail_until_given_up(town: Scene, clock: SetClock, channel: ChannelName) -> None:
    for wait in (*WAITS, timedelta(0)):
        claimed = claim(town, message(town, channel))
        settle(town, claimed, TryOutcome.NOT_TAKEN, "smtp=451")
        clock.move(wait)


def test_a_message_taken_is_sent_and_so_is_its_notice(town: Scene, document: Document) -> None:
    assert settle(town, claim(town, message(town)), TryOutcome.TAKEN) is Settled.SENT

    assert message(town).state == OutboxState.SENT
    notice = town.notice(document)
    assert (notice.state, notice.sent_at) == (NoticeState.SENT, NOON)


def test_a_claimed_message_is_nobody_elses(town: Scene, document: Document) -> None:
    assert claim(town, message(town)) is not None
    assert claim(town, message(town)) is None


def test_a_message_not_taken_waits_longer_every_time(
    town: Scene, document: Document, clock: SetClock
) -> None:
    waited = []
    for _ in WAITS:
        settle(town, claim(town, message(town)), TryOutcome.NOT_TAKEN)
        due = message(town).next_try_at
        assert due is not None
        clock.moment = due - timedelta(seconds=1)
        assert claim(town, message(town)) is None
        waited.append(due - clock.moment + timedelta(seconds=1))
        clock.moment = due

    assert sum(WAITS, timedelta()) >= timedelta(hours=72)
    assert tries(town, message(town)) == ["not_taken"] * len(WAITS)


def test_a_channel_given_up_leaves_the_other_to_carry_on(
    town: Scene, document: Document, clock: SetClock
) -> None:
    fail_until_given_up(town, clock, ChannelName.EMAIL)

    assert message(town).state == OutboxState.FAILED
    assert message(town, ChannelName.SMS).state == OutboxState.WAITING
    assert town.notice(document).state == NoticeState.QUEUED


def test_when_every_channel_is_given_up_message_and_notice_are_on_the_desk(
    town: Scene, document: Document, clock: SetClock
) -> None:
    fail_until_given_up(town, clock, ChannelName.EMAIL)
    fail_until_given_up(town, clock, ChannelName.SMS)

    last = message(town, ChannelName.SMS)
    assert (last.state, last.attempts, last.dead_why) == (OutboxState.DEAD, MOST_TRIES, "smtp=451")
    notice = town.notice(document)
    assert (notice.state, notice.why) == (NoticeState.UNDELIVERED, "smtp=451")
    with open_work(town.parts, principal("admin", Role.AGENCY_ADMIN, agency=AGENCY)) as work:
        (letter,) = dead_letters.listed(work)
        assert outbox.counts(work)[OutboxState.DEAD] == 1
    assert (letter.number, letter.masked_address) == (document.number, "138****8000")


def test_an_address_refused_for_good_is_not_tried_again(town: Scene, document: Document) -> None:
    settle(town, claim(town, message(town)), TryOutcome.NEVER_TAKEN, "smtp=550")

    assert message(town).state == OutboxState.FAILED
    assert message(town, ChannelName.SMS).state == OutboxState.WAITING


def test_a_channel_the_contact_got_meanwhile_is_used_next(town: Scene) -> None:
    contact = town.contact(phone="")
    document = town.told()
    with open_work(town.parts, SYSTEM) as work:
        row = town.contact_row(work)
        row.phone_sealed = outbox.field_encryption.seal(
            work, PHONE, outbox.Field.CONTACT_PHONE, owner=contact
        )

    settle(town, claim(town, message(town)), TryOutcome.NEVER_TAKEN, "smtp=550")

    assert message(town).state == OutboxState.FAILED
    following = message(town, ChannelName.SMS)
    with open_work(town.parts, SYSTEM) as work:
        claimed = outbox.claim(work, following.id)
        assert claimed is not None
        letter = outbox.letter(work, claimed)
    assert letter.address == PHONE
    assert letter.body.link.startswith("http://mingcha.test/n/")
    assert letter.body.number == document.number


def test_a_worker_that_never_came_back_is_replaced_under_the_same_id(
    town: Scene, document: Document, clock: SetClock
) -> None:
    first = claim(town, message(town))
    clock.move(town.parts.settings.outbox_lease)
    second = claim(town, message(town))

    assert first is not None
    assert second is not None
    assert (first.no, second.no) == (1, 2)
    with open_work(town.parts, SYSTEM) as work:
        ids = {outbox.letter(work, one).message_id for one in (first, second)}
    assert len(ids) == 1
    settle(town, second, TryOutcome.TAKEN)
    assert tries(town, message(town)) == ["lost", "taken"]


def test_a_late_failure_does_not_undo_what_another_worker_did(
    town: Scene, document: Document, clock: SetClock
) -> None:
    late = claim(town, message(town))
    clock.move(town.parts.settings.outbox_lease)
    settle(town, claim(town, message(town)), TryOutcome.TAKEN)

    assert settle(town, late, TryOutcome.NOT_TAKEN) is Settled.OVERTAKEN
    assert message(town).state == OutboxState.SENT


def test_a_late_success_counts_whoever_has_the_claim(
    town: Scene, document: Document, clock: SetClock
) -> None:
    late = claim(town, message(town))
    clock.move(town.parts.settings.outbox_lease)
    now = claim(town, message(town))

    assert settle(town, late, TryOutcome.TAKEN) is Settled.SENT
    assert settle(town, now, TryOutcome.NOT_TAKEN) is Settled.OVERTAKEN
    assert message(town).state == OutboxState.SENT


def test_workers_that_die_every_time_end_at_the_desk_too(
    town: Scene, document: Document, clock: SetClock
) -> None:
    settle(town, claim(town, message(town, ChannelName.SMS)), TryOutcome.NEVER_TAKEN)
    for _ in range(MOST_TRIES):
        assert claim(town, message(town)) is not None
        clock.move(town.parts.settings.outbox_lease)

    with open_work(town.parts, SYSTEM) as work:
        assert delivery.begin(work, message(town).id) is None

    assert (message(town).state, message(town).dead_why) == (OutboxState.DEAD, "lost")
    assert town.notice(document).state == NoticeState.UNDELIVERED


def test_one_contact_reached_is_enough(town: Scene, clock: SetClock) -> None:
    town.contact(email="")
    town.contact(phone="13900139000", email="")
    document = town.told()
    first, second = town.messages()

    settle(town, claim(town, first), TryOutcome.NEVER_TAKEN)
    assert town.notice(document).state == NoticeState.QUEUED
    settle(town, claim(town, second), TryOutcome.TAKEN)
    assert town.notice(document).state == NoticeState.SENT


def test_an_undelivered_notice_that_comes_through_late_is_sent(
    town: Scene, document: Document
) -> None:
    settle(town, claim(town, message(town)), TryOutcome.NEVER_TAKEN)
    settle(town, claim(town, message(town, ChannelName.SMS)), TryOutcome.NEVER_TAKEN)
    dead = message(town, ChannelName.SMS)
    admin = principal("admin", Role.AGENCY_ADMIN, agency=AGENCY)

    with open_work(town.parts, admin) as work:
        dead_letters.try_again(work, dead.id)
    assert settle(town, claim(town, dead), TryOutcome.NOT_TAKEN) is Settled.AGAIN
    assert town.notice(document).state == NoticeState.UNDELIVERED

    town.parts.clock.move(WAITS[0])  # type: ignore[attr-defined]
    settle(town, claim(town, dead), TryOutcome.TAKEN)
    assert town.notice(document).state == NoticeState.SENT


def test_only_a_dead_letter_is_tried_again_and_only_by_its_own_agency(
    town: Scene, document: Document
) -> None:
    admin = principal("admin", Role.AGENCY_ADMIN, agency=AGENCY)
    stranger = principal("other", Role.AGENCY_ADMIN, agency="agency-2")

    with open_work(town.parts, admin) as work, pytest.raises(Conflict):
        dead_letters.try_again(work, message(town).id)
    with open_work(town.parts, stranger) as work, pytest.raises(NotFound):
        dead_letters.try_again(work, message(town).id)


def test_a_notice_without_contacts_is_announced_when_there_is_one(town: Scene) -> None:
    document = town.told()
    admin = principal("admin", Role.AGENCY_ADMIN, agency=AGENCY)
    with open_work(town.parts, admin) as work:
        assert dead_letters.announce_again(work, document.id) == 0
    assert town.notice(document).why == "no_confirmed_contact"
    town.contact()

    with open_work(town.parts, admin) as work:
        assert dead_letters.announce_again(work, document.id) == 2

    assert town.notice(document).state == NoticeState.QUEUED
    with open_work(town.parts, admin) as work, pytest.raises(Conflict):
        dead_letters.announce_again(work, document.id)


def test_what_is_due_is_found_without_looking_at_what_was_sent(
    town: Scene, document: Document, clock: SetClock
) -> None:
    settle(town, claim(town, message(town)), TryOutcome.TAKEN)
    claim(town, message(town, ChannelName.SMS))
    assert due(town) == []

    clock.move(town.parts.settings.outbox_lease)
    assert due(town) == [message(town, ChannelName.SMS).id]


def due(town: Scene) -> list[str]:
    with open_work(town.parts, SYSTEM) as work:
        return outbox.due(work, work.now, 10)


def test_a_letter_says_number_agency_date_and_link_and_nothing_found(
    town: Scene, document: Document
) -> None:
    claimed = claim(town, message(town))
    assert claimed is not None
    with open_work(town.parts, SYSTEM) as work:
        letter = outbox.letter(work, claimed)

    assert letter.address == EMAIL
    assert letter.body.number == document.number
    assert letter.body.day.isoformat() == "2026-11-23"
    assert "冷柜" not in str(letter.body)
