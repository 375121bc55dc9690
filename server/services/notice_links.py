"""The address a message carries: what it shows to anybody, and the code that opens the rest.

Whoever has the link sees number, agency and date. The content needs six digits sent to the
contact the link belongs to. Looking never counts as opening. Secrets and codes are kept as hashes;
a link that does not hold looks the same whatever is wrong with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from server.documents.kinds import DocumentKind
from server.documents.kinds import title as title_of
from server.models import (
    Agency,
    Contact,
    Document,
    Notice,
    NoticeLink,
    NoticeState,
    PortalSession,
)
from server.notify.letter import Body, ChannelName, Purpose
from server.services import (
    audit,
    bearer,
    contact_checks,
    contact_ways,
    notices,
    outbox,
    portal_sessions,
    secret_links,
    verification_codes,
)
from server.services.verification_codes import Entry
from server.work import Work
from shared import base64url
from shared.errors import NotFound
from shared.localtime import local_day
from shared.text import Text

LINK_LIFE = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWay:
    """Where a code can be sent to, as much of it as may be shown."""

    channel: ChannelName
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What a link shows to whoever holds it: no name of the enterprise and no finding."""

    document_id: str
    title: Text
    number: str
    agency_name: str
    issued_on: date
    state: NoticeState
    expires_at: datetime
    ways: tuple[CodeWay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSent:
    way: CodeWay
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A portal session just begun. `secret` is shown to its owner once and kept nowhere."""

    secret: str
    document_id: str
    expires_at: datetime


def issue(work: Work, document_id: str, contact_id: str) -> tuple[NoticeLink, str]:
    """A new link for one contact, and its secret, which is kept nowhere."""
    secret = base64url.encode(work.chance(secret_links.SECRET_BYTES))
    link = NoticeLink(
        id=work.ids(),
        secret_hash=bearer.hash_of(secret),
        document_id=document_id,
        contact_id=contact_id,
        created_at=work.now,
        expires_at=work.now + LINK_LIFE,
    )
    work.session.add(link)
    return link, secret


def address(work: Work, secret: str) -> str:
    """What is written into a message."""
    return f"{work.settings.public_url}/n/{secret}"


def find(work: Work, secret: str) -> Door:
    """What the link shows. Changes nothing; raises `NotFound` or `Expired`."""
    link = _link(work, secret)
    document, agency_name, state = _behind(work, link)
    return Door(
        document_id=document.id,
        title=title_of(DocumentKind(document.kind), document.content),
        number=document.number or "",
        agency_name=agency_name,
        issued_on=_day(document),
        state=NoticeState(state),
        expires_at=link.expires_at,
        ways=tuple(_ways(_known(work, link))),
    )


def send_code(work: Work, secret: str, *, channel: ChannelName | None = None) -> CodeSent:
    """Send a code to the link's contact, by telephone if there is one; earlier codes end.

    Raises `TooMany` with `retry_after` in seconds, and `NotFound` where nothing can be sent to.
    """
    link = _link(work, secret, lock=True)
    known = _known(work, link)
    by = channel or next((c for c in (ChannelName.SMS, ChannelName.EMAIL) if c in known), None)
    if by is None or by not in known:
        raise NotFound("No such way to send a code.")
    code, expires_at = verification_codes.make(work, link)
    document, agency_name, _ = _behind(work, link)
    outbox.put(
        work,
        outbox.Draft(
            purpose=Purpose.VERIFICATION_CODE,
            agency_id=document.agency_id,
            channel=by,
            address=known[by],
            language=contact_ways.language(_contact(work, link)),
            body=Body(
                agency=agency_name,
                number=document.number or "",
                day=_day(document),
                code=code,
                minutes=int(verification_codes.LIFE.total_seconds()) // 60,
            ),
            contact_id=link.contact_id,
            link_id=link.id,
            expires_at=expires_at,
        ),
    )
    return CodeSent(
        way=CodeWay(channel=by, masked=contact_ways.masked(by, known[by])), expires_at=expires_at
    )


def enter(work: Work, secret: str, code: str) -> Entry[Entered]:
    """Try a code. Ask the answer for `.accepted()` after the commit, so that a try is counted."""
    link = _link(work, secret)
    left = verification_codes.tried(work, link, code)
    if left != verification_codes.RIGHT:
        return Entry(entered=None, tries_left=left)
    return Entry(entered=_begin(work, link))


def leave(work: Work) -> None:
    """End the portal session who asks came with: its cookie is worth nothing afterwards."""
    work.session.execute(
        update(PortalSession)
        .where(PortalSession.id == work.who.session_id, PortalSession.ended_at.is_(None))
        .values(ended_at=work.now)
    )
    audit.write(work, "portal.left", "contact", work.who.id)


def _begin(work: Work, link: NoticeLink) -> Entered:
    contact = _contact(work, link)
    notices.delivered(work, link.document_id)
    begun = portal_sessions.begin(work, contact, link_id=link.id)
    audit.write(work, "portal.entered", "contact", contact.id, link=link.id)
    return Entered(secret=begun.secret, document_id=link.document_id, expires_at=begun.expires_at)


def _link(work: Work, secret: str, *, lock: bool = False) -> NoticeLink:
    return secret_links.find(work, NoticeLink, secret, lock=lock)


def _behind(work: Work, link: NoticeLink) -> tuple[Document, str, str]:
    document, agency_name, state = work.session.execute(
        select(Document, Agency.name, Notice.state)
        .join(Agency, Agency.id == Document.agency_id)
        .join(Notice, Notice.document_id == Document.id)
        .where(Document.id == link.document_id)
    ).one()
    return document, agency_name, state


def _contact(work: Work, link: NoticeLink) -> Contact:
    contact = work.session.get_one(Contact, link.contact_id)
    if not contact_ways.is_confirmed(contact):
        raise NotFound("The contact was removed.")
    return contact


def _known(work: Work, link: NoticeLink) -> Mapping[ChannelName, str]:
    """Where a code can go: nowhere for an officer's number, lest one signs for his own notice."""
    contact = _contact(work, link)
    if contact_checks.is_an_officers(work, contact):
        return {}
    return contact_ways.addresses(work, contact)


def _ways(known: Mapping[ChannelName, str]) -> list[CodeWay]:
    return [CodeWay(channel=by, masked=contact_ways.masked(by, known[by])) for by in known]


def _day(document: Document) -> date:
    return local_day(document.issued_at or document.made_at)
