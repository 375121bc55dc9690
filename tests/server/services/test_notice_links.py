"""The link in a message: what it shows, and that the rest needs the code."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from server.clock import SetClock
from server.jobs import sweeping
from server.models import Document, NoticeLink, NoticeState, VerificationCode
from server.notify.letter import ChannelName
from server.principal import SYSTEM
from server.refusals import CodeExpired, WrongCode
from server.services import notice_links, notices, principals
from server.services.bearer import Bearer
from server.services.notice_links import CodeSent, Entry
from server.services.verification_codes import LIFE, TRIES
from server.work import Parts, open_work
from shared.errors import Expired, NotFound, TooMany
from tests.server.telling import PHONE, Scene, scene
from tests.servers import Mailbox
from tests.world import NOON, USCC


@pytest.fixture
def town(parts: Parts, clock: SetClock) -> Scene:
    clock.moment = NOON
    made = scene(parts)
    made.contact()
    return made


@pytest.fixture
def document(town: Scene) -> Document:
    return town.told()


@pytest.fixture
def secret(town: Scene, document: Document) -> str:
    """The secret as the enterprise reads it in its short message."""
    sweeping.drain(town.parts)
    (text,) = [one["text"] for one in sent(town) if "/n/" in one["text"]]
    return text.rpartition("/n/")[2]


def sent(town: Scene) -> list[dict[str, str]]:
    folder = town.parts.settings.sms_dir
    assert folder is not None
    files = sorted(folder.glob("*.json"), key=lambda file: file.name)
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def ask(town: Scene, secret: str, channel: ChannelName | None = None) -> CodeSent:
    with open_work(town.parts, SYSTEM) as work:
        return notice_links.send_code(work, secret, channel=channel)


def code(town: Scene) -> str:
    """The newest code in the enterprise's phone."""
    sweeping.drain(town.parts)
    found = [m[1] for one in sent(town) if (m := re.search(r"验证码(\d{6})", one["text"]))]
    return found[-1]


def enter(town: Scene, secret: str, typed: str) -> Entry:
    with open_work(town.parts, SYSTEM) as work:
        return notice_links.enter(work, secret, typed)


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06d}"


def test_the_link_shows_number_agency_and_date_and_no_name(
    town: Scene, document: Document, secret: str
) -> None:
    with open_work(town.parts, SYSTEM) as work:
        door = notice_links.find(work, secret)

    assert door.number == document.number
    assert door.agency_name == "济南市历下区市场监督管理局"
    assert door.issued_on == NOON.date()
    assert [(way.channel, way.masked) for way in door.ways] == [
        ("sms", "138****8000"),
        ("email", "s***@example.test"),
    ]
    shown = str(door)
    for hidden in ("泉城食品", USCC, PHONE, "冷柜", "rectify"):
        assert hidden not in shown


def test_looking_at_the_link_opens_nothing(town: Scene, document: Document, secret: str) -> None:
    for _ in range(3):
        with open_work(town.parts, SYSTEM) as work:
            notice_links.find(work, secret)

    assert town.notice(document).opened_at is None
    assert town.notice(document).state == NoticeState.SENT


def test_the_right_code_begins_a_session_of_that_enterprise(
    town: Scene, document: Document, secret: str
) -> None:
    way = ask(town, secret).way
    entered = enter(town, secret, f" {code(town)[:3]} {code(town)[3:]} ").accepted()

    assert way.channel is ChannelName.SMS
    assert entered.document_id == document.id
    with open_work(town.parts, SYSTEM) as work:
        who = principals.recognise(
            work.session, entered.secret, work.now, taken=frozenset({Bearer.PORTAL})
        )
    assert (who.uscc, who.id) == (USCC, town.contacts[0])


def test_full_width_digits_are_digits(town: Scene, secret: str) -> None:
    ask(town, secret)
    wide = code(town).translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})

    assert enter(town, secret, wide).entered is not None


def test_a_code_works_once(town: Scene, secret: str) -> None:
    ask(town, secret)
    right = code(town)
    enter(town, secret, right).accepted()

    with pytest.raises(CodeExpired):
        enter(town, secret, right).accepted()


def test_wrong_tries_are_counted_and_end_the_code(town: Scene, secret: str) -> None:
    ask(town, secret)
    right = code(town)
    for left in reversed(range(1, TRIES)):
        with pytest.raises(WrongCode) as refused:
            enter(town, secret, wrong(right)).accepted()
        assert refused.value.facts["tries_left"] == left
    with pytest.raises(CodeExpired):
        enter(town, secret, wrong(right)).accepted()

    assert enter(town, secret, right).entered is None


def test_a_code_ends_after_ten_minutes(town: Scene, secret: str, clock: SetClock) -> None:
    ask(town, secret)
    right = code(town)
    clock.move(LIFE)

    assert enter(town, secret, right).entered is None


def test_a_new_code_ends_the_one_before(town: Scene, secret: str, clock: SetClock) -> None:
    ask(town, secret)
    first = code(town)
    clock.move(timedelta(seconds=1))
    ask(town, secret)
    second = code(town)

    assert first != second
    assert enter(town, secret, first).entered is None
    assert enter(town, secret, second).entered is not None


def test_codes_are_asked_for_three_times_an_hour_and_eight_a_day(
    town: Scene, secret: str, clock: SetClock
) -> None:
    for _ in range(3):
        ask(town, secret)
    with pytest.raises(TooMany) as refused:
        ask(town, secret)
    assert refused.value.facts["retry_after"] == 3600

    for _ in range(5):
        clock.move(timedelta(hours=1))
        ask(town, secret)
    clock.move(timedelta(hours=1))
    with pytest.raises(TooMany):
        ask(town, secret)


def test_a_code_can_be_sent_by_mail(town: Scene, secret: str, smtp_server: Mailbox) -> None:
    parts = with_mail(town.parts, smtp_server)
    ask(town, secret, ChannelName.EMAIL)
    sweeping.drain(parts)

    last = smtp_server.messages[-1]
    assert "验证码" in last["Subject"]
    assert re.search(r"\d{6}", next(iter(last.iter_parts())).get_content())


def with_mail(parts: Parts, mailbox: Mailbox) -> Parts:
    url = f"smtp://{mailbox.host}:{mailbox.port}"
    return replace(parts, settings=replace(parts.settings, smtp_url=url))


def test_a_code_nobody_could_send_in_time_is_not_sent_late(
    town: Scene, secret: str, clock: SetClock
) -> None:
    ask(town, secret)
    clock.move(LIFE)
    sweeping.drain(town.parts)

    assert not [one for one in sent(town) if "验证码" in one["text"] and "/n/" not in one["text"]]
    (message,) = [row for row in town.messages() if row.purpose == "verification_code"]
    assert (message.state, message.dead_why) == ("dead", "expired")


@pytest.mark.parametrize("secret", ["", "x" * 24, "\ud800", "..", "a" * 5000])
def test_a_link_nobody_made_leads_nowhere(town: Scene, document: Document, secret: str) -> None:
    with open_work(town.parts, SYSTEM) as work, pytest.raises(NotFound):
        notice_links.find(work, secret)


def test_a_link_ends_after_ninety_days(town: Scene, secret: str, clock: SetClock) -> None:
    clock.move(timedelta(days=90))

    with open_work(town.parts, SYSTEM) as work, pytest.raises(Expired):
        notice_links.find(work, secret)


def test_a_superseded_document_and_a_removed_contact_have_no_door(
    town: Scene, document: Document, secret: str
) -> None:
    town.remove_contact(town.contacts[0])
    with open_work(town.parts, SYSTEM) as work, pytest.raises(NotFound):
        notice_links.send_code(work, secret)

    with open_work(town.parts, SYSTEM) as work:
        notices.supersede(work, document.id)
    with open_work(town.parts, SYSTEM) as work, pytest.raises(NotFound):
        notice_links.find(work, secret)


def test_neither_secret_nor_code_is_kept(town: Scene, secret: str) -> None:
    ask(town, secret)
    right = code(town)
    with open_work(town.parts, SYSTEM) as work:
        link = work.session.query(NoticeLink).one()
        row = work.session.query(VerificationCode).one()

    assert len(secret) == 24  # 144 bits
    assert secret not in str(vars(link))
    assert right not in str(vars(row).values())
