"""E-mail through a mail server, as plain text and HTML, under one Message-ID for all tries."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.notify import wording
from server.notify.channels import NeverTaken, NotTaken
from server.notify.letter import Letter

TIMEOUT_S = 30
PERMANENT = range(500, 600)
PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """`smtp://[user:password@]host[:port][?starttls=1]`, or `smtps://…` for TLS from the start."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool

    @classmethod
    def from_url(cls, url: str) -> "MailServer":
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (465 if tls else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
            starttls=parse_qs(parts.query).get("starttls", ["0"])[0] == "1",
        )


class Mail:
    """The e-mail channel. `now` is asked for the Date header of each try."""

    def __init__(self, server: MailServer, *, sender: str, now: Callable[[], datetime]) -> None:
        self._server = server
        self._sender = sender
        self._now = now

    def send(self, letter: Letter) -> None:
        message = _composed_or_refused(letter, sender=self._sender, at=self._now())
        try:
            with _connection(self._server) as server:
                server.send_message(message, parseaddr(self._sender)[1], [letter.address])
        except smtplib.SMTPRecipientsRefused as refused:
            code = max((code for code, _ in refused.recipients.values()), default=0)
            kind = NeverTaken if code in PERMANENT else NotTaken
            raise kind("The recipient was refused.", smtp=code) from None
        except smtplib.SMTPResponseException as refused:
            raise NotTaken("The mail server refused.", smtp=refused.smtp_code) from None
        except (smtplib.SMTPException, OSError) as broken:
            raise NotTaken("The mail server did not answer.", why=type(broken).__name__) from None


def composed(letter: Letter, *, sender: str, at: datetime) -> EmailMessage:
    """The mail as it goes out."""
    message = EmailMessage()
    message["Subject"] = wording.subject(letter)
    message["From"] = sender
    message["To"] = letter.address
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = str(letter.language)
    said = wording.paragraphs(letter)
    footer = wording.FOOTER.into(letter.language)
    link = (letter.body.link,) if letter.body.link else ()
    message.set_content("\n\n".join((*said, *link, footer)) + "\n")
    page = PAGES.get_template("mail.html").render(
        language=str(letter.language),
        title=wording.subject(letter),
        agency=letter.body.agency,
        paragraphs=said,
        code=letter.body.code,
        link=letter.body.link,
        link_says=wording.link_says(letter),
        footer=footer,
    )
    message.add_alternative(page, subtype="html")
    return message


def _composed_or_refused(letter: Letter, *, sender: str, at: datetime) -> EmailMessage:
    try:
        return composed(letter, sender=sender, at=at)
    except ValueError:  # a line break inside an address: nobody writes to that
        raise NeverTaken("The address cannot be written in a header.") from None


@contextmanager
def _connection(server: MailServer) -> Iterator[smtplib.SMTP]:
    if server.tls:
        context = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_S, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    with smtp:
        if server.starttls:
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
        yield smtp
