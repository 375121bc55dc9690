"""Signing in to the portal: a credit code, a number that belongs to it, and a code sent there.

    asked → handled (a code goes out, if the number is one of the enterprise's) → entered

Whoever asks learns nothing: the request does the same, says the same and takes as long for a
number and an enterprise that do not belong together, or that nobody knows. Whether they do is
found out by a job. Without a code every try is a wrong one, and counted.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from server.job_names import JobName
from server.models import Contact, PortalSignIn
from server.notify.letter import Body, ChannelName, Purpose
from server.services import (
    audit,
    bearer,
    contact_checks,
    contact_ways,
    contacts,
    field_encryption,
    outbox,
    portal_sessions,
    verification_codes,
)
from server.services.field_encryption import Field
from server.services.verification_codes import LIFE, TRIES, Entry
from server.work import Work
from shared import base64url, uscc
from shared.errors import BadInput
from shared.localtime import local_day

TICKET_BYTES = 18  # 144 bits in 24 letters
CONFIRMED_HOW = "portal_code"
NOBODYS = "0" * 64
"""What a code is compared with when none was sent: no HMAC comes out so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What the browser that asked holds on to; it opens nothing without the code."""

    secret: str
    expires_at: datetime


def ask(work: Work, code_of_firm: str, address: str) -> Ticket:
    """Ask for a code at a number or e-mail address of an enterprise.

    Raises `BadInput` for what is neither a credit code nor an address, whoever's it might be, and
    `TooMany` with `retry_after` in seconds for an address that was asked for too often.
    """
    firm = uscc.normalise(code_of_firm)
    if not uscc.is_valid(firm):
        raise BadInput("Not a credit code.", errors={"/uscc": "18 letters and digits."})
    index = field_encryption.blind_index(work, address, _field(address))
    verification_codes.require_few(
        work, PortalSignIn.created_at, PortalSignIn.address_index == index
    )
    secret = base64url.encode(work.chance(TICKET_BYTES))
    row = PortalSignIn(
        id=work.ids(),
        ticket_hash=bearer.hash_of(secret),
        uscc=firm,
        address_index=index,
        created_at=work.now,
        expires_at=work.now + LIFE,
    )
    work.session.add(row)
    work.after_commit(JobName.SEND_SIGN_IN_CODE, sign_in=row.id)
    return Ticket(secret=secret, expires_at=row.expires_at)


def send(work: Work, sign_in_id: str) -> None:
    """Write the code's message if the number is one of the enterprise's. Once; safe to repeat."""
    row = work.session.get(PortalSignIn, sign_in_id, with_for_update=True, populate_existing=True)
    if row is None or row.handled_at is not None:
        return
    row.handled_at = work.now
    if row.expires_at <= work.now:
        return
    found = _contact(work, row)
    if found is None:
        return
    contact, channel = found
    code = verification_codes.drawn(work)
    row.contact_id, row.code_hash = contact.id, verification_codes.hash_of(work, row.id, code)
    outbox.put(
        work,
        outbox.Draft(
            purpose=Purpose.SIGN_IN_CODE,
            agency_id=None,
            channel=channel,
            address=contact_ways.WAYS[channel](work, contact),
            language=contact_ways.language(contact),
            body=Body(
                agency="",
                number="",
                day=local_day(work.now),
                code=code,
                minutes=int(LIFE.total_seconds()) // 60,
            ),
            contact_id=contact.id,
            expires_at=row.expires_at,
        ),
    )


def unhandled(work: Work, since: datetime, limit: int) -> list[str]:
    """What was asked at `since` or before and no job has looked at yet."""
    rows = (
        select(PortalSignIn.id)
        .where(PortalSignIn.handled_at.is_(None), PortalSignIn.created_at <= since)
        .order_by(PortalSignIn.created_at)
        .limit(limit)
    )
    return list(work.session.scalars(rows))


def enter(work: Work, ticket: str, code: str) -> Entry[str]:
    """Try a code; what is begun is the session's secret, shown to its owner once.

    Ask the answer for `.accepted()` after the commit, so that a try is counted.
    """
    row = verification_codes.use_up(
        work, PortalSignIn, PortalSignIn.ticket_hash == bearer.hash_of(ticket)
    )
    if row is None:
        return Entry(entered=None)
    tried = verification_codes.hash_of(work, row.id, verification_codes.typed(code))
    if not hmac.compare_digest(row.code_hash or NOBODYS, tried) or row.contact_id is None:
        return Entry(entered=None, tries_left=TRIES - row.tries)
    row.used_at = work.now
    contact = work.session.get_one(Contact, row.contact_id)
    if not may_enter(work, contact):
        return Entry(entered=None)
    return Entry(entered=_begin(work, contact))


def _begin(work: Work, contact: Contact) -> str:
    if contact.confirmed_at is None:
        contacts.confirm(work, contact.id, CONFIRMED_HOW)
    audit.write(work, "portal.signed_in", "contact", contact.id)
    return portal_sessions.begin(work, contact).secret


def _contact(work: Work, row: PortalSignIn) -> tuple[Contact, ChannelName] | None:
    """The newest contact of the enterprise with this number, and how it is reached."""
    for channel, column in COLUMNS.items():
        wanted = (
            select(Contact)
            .where(Contact.uscc == row.uscc, column == row.address_index)
            .order_by(Contact.confirmed_at.is_(None), Contact.confirmed_at.desc(), Contact.id)
        )
        for contact in work.session.scalars(wanted):
            if may_enter(work, contact):
                return contact, channel
    return None


def may_enter(work: Work, contact: Contact) -> bool:
    """Whether a code is sent there: confirmed, or asked in, and no officer's number."""
    if contact.removed_at is not None or contact_checks.is_an_officers(work, contact):
        return False
    invited = contact.invited_until is not None and contact.invited_until > work.now
    return contact.confirmed_at is not None or invited


def _field(address: str) -> Field:
    channel = contacts.channel_of(address)
    return Field.CONTACT_EMAIL if channel is ChannelName.EMAIL else Field.CONTACT_PHONE


COLUMNS: dict[ChannelName, InstrumentedAttribute[str | None]] = {
    ChannelName.SMS: Contact.phone_index,
    ChannelName.EMAIL: Contact.email_index,
}
