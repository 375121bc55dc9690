"""News to an enterprise that carries no document: an inspection to come, its hour, a deadline.

Each piece is about one thing (a task, a joint visit, a visit) and goes to every confirmed contact
under the same consent as a notice: by its first channel, and by the next when that is given up
(`delivery`). What is no longer true is taken back by what it is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from server.models import Contact, OutboxMessage, OutboxState
from server.notify.letter import NEWS, Body, ChannelName, Purpose
from server.services import contact_ways, contacts, outbox, service_consents
from server.work import Work
from shared.localtime import beginning_of

TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is told to an enterprise; after `until`, its last day, nobody need know it."""

    purpose: Purpose
    agency_id: str
    uscc: str
    about: str
    body: Body
    until: date


def send(work: Work, news: News) -> int:
    """Write to every confirmed contact; to nobody without consent. Returns how many messages."""
    people = contacts.confirmed(work, news.uscc)
    consent = service_consents.in_force(work, news.uscc) if people else None
    if consent is None:
        return 0
    written = 0
    for contact in people:
        ways = contact_ways.for_notices(work, contact, consent.prefers)
        for channel in ways.first:
            _put(work, news, contact, channel, ways.addresses[channel])
            written += 1
    return written


def send_after(work: Work, sent: Sequence[OutboxMessage], news: News) -> int:
    """Write where earlier messages went: to whom still is to be written to, by the same channel."""
    if not sent:
        return 0
    people = {contact.id: contact for contact in contacts.confirmed(work, news.uscc)}
    if service_consents.in_force(work, news.uscc) is None:
        return 0
    told = [(people[row.contact_id], row) for row in sent if row.contact_id in people]
    for contact, row in told:
        _put(work, news, contact, ChannelName(row.channel), outbox.address_of(work, row))
    return len(told)


def take_back(work: Work, about: str, purposes: Sequence[Purpose] = NEWS) -> list[OutboxMessage]:
    """What waits about a thing is not sent; returns what went out, or is going out, about it."""
    rows = work.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.about == about, OutboxMessage.purpose.in_(purposes))
        .order_by(OutboxMessage.id)
        .with_for_update()
    ).all()
    _give_up(rows, TAKEN_BACK)
    return [row for row in rows if row.state in (OutboxState.SENDING, OutboxState.SENT)]


def call_back(work: Work, uscc: str, why: str) -> None:
    """Send nothing that waits for an enterprise: it no longer agrees to be written to."""
    rows = work.session.scalars(
        select(OutboxMessage)
        .join(Contact, Contact.id == OutboxMessage.contact_id)
        .where(
            Contact.uscc == uscc,
            OutboxMessage.purpose.in_(NEWS),
            OutboxMessage.state == OutboxState.WAITING,
        )
        .order_by(OutboxMessage.id)
        .with_for_update(of=OutboxMessage)
    )
    _give_up(rows.all(), why)


def _give_up(rows: Sequence[OutboxMessage], why: str) -> None:
    for row in rows:
        if row.state == OutboxState.WAITING:
            outbox.give_up(row, why)


def _put(work: Work, news: News, contact: Contact, channel: ChannelName, address: str) -> None:
    outbox.put(
        work,
        outbox.Draft(
            purpose=news.purpose,
            agency_id=news.agency_id,
            channel=channel,
            address=address,
            language=contact_ways.language(contact),
            body=news.body,
            about=news.about,
            contact_id=contact.id,
            expires_at=beginning_of(news.until + timedelta(days=1)),
        ),
    )
