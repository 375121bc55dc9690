"""Mail to a real mail server on loopback."""

from datetime import UTC, datetime

import pytest

from server.notify.channels import NeverTaken, NotTaken
from server.notify.mail import Mail, MailServer, composed
from shared.text import Language
from tests.server.notify.letters import BODY, code_letter, letter
from tests.servers import Mailbox, free_port

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SENDER = "明察平台 <notice@mingcha.test>"


def mail_to(port: int) -> Mail:
    return Mail(MailServer.from_url(f"smtp://127.0.0.1:{port}"), sender=SENDER, now=lambda: AT)


def test_a_notice_arrives_as_text_and_html_with_its_link(smtp_server: Mailbox) -> None:
    mail_to(smtp_server.port).send(letter())

    (message,) = smtp_server.messages
    assert message["To"] == "shop@example.test"
    assert message["Subject"] == "检查结果告知：鲁历下市监检告〔2026〕0001号"
    assert message["Message-ID"] == "<0193f6b2-7c11-7e02-9d5a-0c8a5a1b2c3d@mingcha.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = (part.get_content() for part in message.iter_parts())
    assert BODY.link in plain
    assert f'href="{BODY.link}"' in html
    for said in (plain, html):
        assert BODY.agency in said
        assert BODY.number in said
        assert "2026年11月20日" in said


def test_every_try_carries_the_same_message_id(smtp_server: Mailbox) -> None:
    for _ in range(2):
        mail_to(smtp_server.port).send(letter())

    assert len({message["Message-ID"] for message in smtp_server.messages}) == 1


def test_a_code_is_said_in_the_language_of_its_reader() -> None:
    chinese = composed(code_letter(), sender=SENDER, at=AT)
    english = composed(code_letter(language=Language.EN), sender=SENDER, at=AT)

    assert "042117，10 分钟内有效" in next(iter(chinese.iter_parts())).get_content()
    assert "Your code is 042117" in next(iter(english.iter_parts())).get_content()
    assert "href" not in list(chinese.iter_parts())[1].get_content()


def test_words_of_an_agency_are_no_markup() -> None:
    nasty = letter(body=type(BODY)(agency="<img src=x>局", number="1", day=BODY.day, link="l"))

    html = list(composed(nasty, sender=SENDER, at=AT).iter_parts())[1].get_content()

    assert "<img" not in html
    assert "&lt;img" in html


def test_a_server_that_puts_off_is_asked_again(smtp_server: Mailbox) -> None:
    smtp_server.reply = "451 later"

    with pytest.raises(NotTaken) as refused:
        mail_to(smtp_server.port).send(letter())

    assert refused.value.facts == {"smtp": 451}


def test_a_server_that_is_not_there_is_asked_again() -> None:
    with pytest.raises(NotTaken) as refused:
        mail_to(free_port()).send(letter())

    assert refused.value.facts == {"why": "ConnectionRefusedError"}


@pytest.mark.parametrize(("code", "kind"), [(550, NeverTaken), (450, NotTaken)])
def test_an_address_refused_for_good_is_not_tried_again(
    code: int, kind: type[Exception], smtp_server: Mailbox
) -> None:
    async def refuse(*_: object) -> str:
        return f"{code} shop@example.test is not here"

    smtp_server.handle_RCPT = refuse  # type: ignore[attr-defined]
    with pytest.raises(kind) as refused:
        mail_to(smtp_server.port).send(letter())

    assert "shop" not in str(refused.value)


def test_an_address_with_a_line_break_sends_nothing(smtp_server: Mailbox) -> None:
    with pytest.raises(NeverTaken):
        mail_to(smtp_server.port).send(letter(address="a@b.test\nBcc: c@d.test"))

    assert smtp_server.messages == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.test", ("mail.test", 25, "", False, False)),
        ("smtps://u%40x:p%2F@mail.test", ("mail.test", 465, "u@x", True, False)),
        ("smtp://u:p@mail.test:587?starttls=1", ("mail.test", 587, "u", False, True)),
    ],
)
def test_an_address_of_a_server_is_read(url: str, expected: tuple[object, ...]) -> None:
    server = MailServer.from_url(url)

    assert (server.host, server.port, server.user, server.tls, server.starttls) == expected


def test_a_letter_never_shows_itself() -> None:
    assert "shop@example.test" not in repr(letter())
