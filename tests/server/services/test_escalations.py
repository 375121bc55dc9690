"""The order a contact chose, and what follows when nobody signs: each channel once, each way on."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from server.clock import SetClock
from server.job_names import JobName
from server.jobs import registry, sweeping
from server.models import Document, NoticeState, OutboxState
from server.notify.letter import ChannelName
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import (
    contact_preferences,
    delivery,
    delivery_reports,
    notices,
    receipts_of_notices,
)
from server.services.delivery_reports import Reported
from server.work import Parts, open_work
from shared.errors import BadInput, Conflict, NotFound
from shared.roles import Role
from tests.receivers import Receiver, receiver
from tests.server.factories import principal
from tests.server.telling import AGENCY, EMAIL, Scene, scene
from tests.servers import Mailbox
from tests.world import NOON

ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aac-4bc4"
WRONG = (
    (ChannelName.WECOM, "https://evil.test/x?key=a"),
    (ChannelName.DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token="),
    (ChannelName.DINGTALK, ""),
    (ChannelName.WEBHOOK, "ftp://example.test/"),
)
STROKES = [[[0, 0, 0], [500, 500, 120]]]
GATEWAY = Principal(
    kind=PrincipalKind.SYSTEM,
    id="gateway",
    roles=frozenset({Role.ASSESSOR, Role.CLIENT}),
    agency_id=AGENCY,
    scopes=frozenset({"deliveries"}),
)


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept


@pytest.fixture
def town(
    parts: Parts, clock: SetClock, smtp_server: Mailbox, other: Receiver, tmp_path: Path
) -> Scene:
    clock.moment = NOON
    settings = replace(
        parts.settings,
        smtp_url=f"smtp://{smtp_server.host}:{smtp_server.port}",
        sms_dir=tmp_path / "sms",
        wecom_url=other.url,
        webhook_networks=(ip_network("127.0.0.1"),),
    )
    made = scene(replace(parts, settings=settings))
    made.contact()
    return made


def choose(town: Scene, *order: ChannelName, **typed: str) -> None:
    places = {channel: place for place, channel in enumerate(order, 1)}
    addresses = {ChannelName(name): text for name, text in typed.items()}
    with open_work(town.parts, town.reader()) as work:
        contact_preferences.choose(work, places, addresses)


def look(town: Scene) -> None:
    """The caretaker's round without its drawings, which take most of its time."""
    for name, ids in sweeping.overdue(town.parts, timedelta(0)):
        if name in (JobName.SEND_MESSAGE, JobName.ESCALATE_NOTICE):
            registry.run(town.parts, name, ids)


def sent(town: Scene) -> list[str]:
    return [row.channel for row in town.messages()]


def days_pass(town: Scene, clock: SetClock, days: int) -> None:
    """So many natural days, with the caretaker's round on each."""
    for _ in range(days):
        clock.move(timedelta(days=1))
        look(town)  # writes
        look(town)  # sends


def read(town: Scene, document: Document) -> None:
    with open_work(town.parts, town.reader()) as work:
        notices.open_(work, document.id)


def test_the_first_of_an_order_goes_alone_and_the_next_after_working_days_each_once(
    town: Scene, clock: SetClock, smtp_server: Mailbox, other: Receiver
) -> None:
    choose(
        town,
        *(ChannelName.WECOM, ChannelName.WEBHOOK, ChannelName.EMAIL),
        wecom=ROBOT,
        webhook=f"{other.url}/in",
    )
    document = town.told()
    look(town)
    assert [call.path.partition("?")[0] for call in other.calls] == ["/cgi-bin/webhook/send"]

    days_pass(town, clock, 3)  # from a Monday: the third working day is not over
    assert sent(town) == ["wecom"]
    days_pass(town, clock, 1)
    assert sent(town) == ["wecom", "webhook"]
    assert other.calls[-1].headers["webhook-id"] == town.messages()[-1].message_id
    assert smtp_server.messages == []
    days_pass(town, clock, 30)

    assert sent(town) == ["wecom", "webhook", "email"]
    assert [mail["To"] for mail in smtp_server.messages] == [EMAIL]
    assert len(other.calls) == 2
    notice = town.notice(document)
    assert (notice.state, notice.escalate_on) == (NoticeState.SENT, None)
    with open_work(town.parts, principal("head", Role.HEAD, agency=AGENCY)) as work:
        assert [line.document_id for line in notices.unsigned_ones(work)] == [document.id]


def test_a_receipt_or_a_refusal_ends_it_and_reading_alone_does_not(
    town: Scene, clock: SetClock
) -> None:
    choose(town, ChannelName.SMS, ChannelName.EMAIL)
    signed, seen, refused = (town.told() for _ in range(3))
    with pytest.raises(Conflict), open_work(town.parts, town.reader()) as work:
        notices.refuse(work, refused.id, "unseen")
    for document in (signed, seen, refused):
        read(town, document)
    sign(town, signed)
    with open_work(town.parts, town.reader()) as work:
        notices.refuse(work, refused.id, "对结论有异议")
    days_pass(town, clock, 10)

    assert Counter(row.document_id for row in town.messages()) == {
        signed.id: 1,
        seen.id: 2,
        refused.id: 1,
    }
    with open_work(town.parts, principal("head", Role.HEAD, agency=AGENCY)) as work:
        lines = {line.document_id: (line.state, line.why) for line in notices.unsigned_ones(work)}
    assert lines[refused.id] == (NoticeState.REFUSED, "对结论有异议")
    assert signed.id not in lines
    sign(town, refused)  # thought over
    assert town.notice(refused).state == NoticeState.RECEIPTED


def sign(town: Scene, document: Document) -> None:
    with open_work(town.parts, town.reader()) as work:
        receipts_of_notices.sign(work, document.id, name="林小满", capacity="店长", strokes=STROKES)


def test_killed_or_asked_twice_it_writes_once(town: Scene, clock: SetClock) -> None:
    choose(town, ChannelName.SMS, ChannelName.EMAIL)
    notice = town.notice(town.told())
    clock.move(timedelta(days=10))
    with pytest.raises(SystemExit):
        _killed_before_the_commit(town, notice.id)
    assert sent(town) == ["sms"]
    for _ in range(2):
        with open_work(town.parts, SYSTEM) as work:
            delivery.escalate(work, notice.id)

    assert sent(town) == ["sms", "email"]


def _killed_before_the_commit(town: Scene, notice_id: str) -> None:
    with open_work(town.parts, SYSTEM) as work:
        delivery.escalate(work, notice_id)
        raise SystemExit


def test_killed_after_it_was_taken_the_same_message_goes_again_and_a_dead_robot_is_left(
    town: Scene, clock: SetClock, other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(town, ChannelName.WEBHOOK, webhook=f"{other.url}/in")
    town.told()
    with monkeypatch.context() as dying:
        dying.setattr(delivery, "settle", _die)
        with pytest.raises(SystemExit):
            look(town)
    clock.move(town.parts.settings.outbox_lease + timedelta(seconds=1))
    look(town)

    first, second = other.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert [row.state for row in town.messages()] == [OutboxState.SENT]

    choose(town, ChannelName.WECOM, ChannelName.SMS, wecom=ROBOT)
    other.answer = b'{"errcode": 93000}'
    town.told()
    look(town)

    assert [(row.channel, row.state) for row in town.messages()][1:] == [
        ("wecom", OutboxState.FAILED),
        ("sms", OutboxState.WAITING),
    ]


def _die(*_args: object) -> None:
    raise SystemExit


def test_what_a_gateway_reports(town: Scene) -> None:
    choose(town, ChannelName.SMS, ChannelName.EMAIL)
    document = town.told()
    look(town)
    report(town, Reported.DELIVERED, GATEWAY)
    assert town.notice(document).state == NoticeState.DELIVERED
    with pytest.raises(NotFound):
        report(town, Reported.RETURNED, replace(GATEWAY, agency_id="agency-2"))

    other_document = town.told()
    look(town)
    report(town, Reported.RETURNED, GATEWAY)
    assert sent(town) == ["sms", "sms", "email"]
    assert town.notice(other_document).state == NoticeState.SENT
    look(town)
    for _ in range(2):  # once more changes nothing
        report(town, Reported.REFUSED, GATEWAY)

    assert town.notice(other_document).state == NoticeState.RETURNED
    states = [row.state for row in town.messages()]
    assert states == [OutboxState.SENT, OutboxState.FAILED, OutboxState.DEAD]


def report(town: Scene, what: Reported, gateway: Principal) -> None:
    """Of the newest message."""
    with open_work(town.parts, gateway) as work:
        delivery_reports.take(work, town.messages()[-1].id, what)


def test_addresses_are_checked_kept_and_shown_masked(town: Scene) -> None:
    for channel, text in WRONG:
        with pytest.raises(BadInput) as refused:
            choose(town, channel, **{channel: text})
        assert f"/{channel}" in refused.value.errors
    choose(town, ChannelName.WEBHOOK, webhook="https://erp.example.test/in")
    choose(town, ChannelName.SMS, ChannelName.WEBHOOK)  # the address stays

    with open_work(town.parts, town.reader()) as work:
        ways = {way.channel: way for way in contact_preferences.mine(work)}
    assert ways[ChannelName.WEBHOOK].masked == "erp.example.test"
    assert ways[ChannelName.WEBHOOK].secret.startswith("whsec_")
    assert [way.place for way in ways.values()] == [1, 2, 0, 0, 0]
