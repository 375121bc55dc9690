"""Carrying a notice to everybody it is for: which contact, which channel, and which one next.

A confirmed contact is written to by the channels it chose, one after the other, and by phone and
e-mail at once if it chose none. The next one follows when a channel is given up, when what it took
comes back, and when nobody signed within `escalate_workdays`; each once. When none is left the
message is dead and, if nothing else came through, so is the notice: both wait on a desk. Never
silently. An enterprise that did not agree to be served electronically is written to by nobody: its
notice waits to be served on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from server.models import (
    Agency,
    Contact,
    Document,
    Notice,
    NoticeLink,
    NoticeState,
    OutboxMessage,
    OutboxState,
)
from server.notify.letter import CARRIED_ON, Body, ChannelName, Purpose
from server.services import (
    audit,
    contact_ways,
    contacts,
    deadlines,
    enterprise_news,
    notice_links,
    notices,
    outbox,
    service_consents,
)
from server.services.contact_ways import Ways
from server.services.outbox import Claim, Settled, TryOutcome
from server.work import Work
from shared.errors import Conflict
from shared.localtime import local_day

NO_CONTACT = "no_confirmed_contact"
NO_CONSENT = "no_consent"
ESCALATE = "escalate_workdays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressees:
    """Whom an enterprise's notices are written to, and by which ways; else `why` nobody is."""

    each: Sequence[tuple[Contact, Ways]] = ()
    why: str = NO_CONTACT


def addressees(work: Work, uscc: str) -> Addressees:
    """Those of an enterprise now."""
    with work.session.no_autoflush:  # none of them is changed by who tells something
        people = contacts.confirmed(work, uscc)
        consent = service_consents.in_force(work, uscc) if people else None
        if consent is None:
            return Addressees(why=NO_CONSENT if people else NO_CONTACT)
        of_each = [(one, contact_ways.for_notices(work, one, consent.prefers)) for one in people]
    return Addressees(each=[(one, ways) for one, ways in of_each if ways.addresses])


def announce(
    work: Work,
    notice: Notice,
    document: Document,
    agency: Agency,
    *,
    to: Addressees | None = None,
    escalate_on: date | None = None,
) -> int:
    """Write the messages of a notice, in its own transaction; returns how many.

    With nobody to write to, the notice is undelivered from the beginning, and shown as such. `to`
    and `escalate_on` are what it would ask for, where that is known already.
    """
    with work.session.no_autoflush:  # the notice is written once, as it stands in the end
        found = to or addressees(work, notice.uscc)
        written = _write_to(work, document, agency, found)
        if written:
            notice.escalate_on = escalate_on or escalating_on(work, agency)
        else:
            notices.undelivered(notice, found.why)
    return written


def _write_to(work: Work, document: Document, agency: Agency, to: Addressees) -> int:
    written = 0
    for contact, ways in to.each:
        link, secret = notice_links.issue(work, document.id, contact.id)
        body = Body(
            agency=agency.name,
            number=document.number or "",
            day=local_day(document.issued_at or document.made_at),
            link=notice_links.address(work, secret),
        )
        for channel in ways.first:
            _put(work, document, contact, channel, ways.addresses[channel], body, link.id)
            written += 1
    return written


def announce_again(work: Work, notice: Notice) -> int:
    """The same for a notice that reached nobody: by then there may be a contact."""
    if notice.state not in notices.NOWHERE or notice.superseded_at is not None:
        raise Conflict("It is on its way, or came through.", state=notice.state)
    document = work.session.get_one(Document, notice.document_id)
    agency = work.session.get_one(Agency, notice.agency_id)
    notice.state, notice.why = NoticeState.QUEUED, ""
    return announce(work, notice, document, agency)


def call_back(work: Work, uscc: str) -> None:
    """Send nothing that waits for an enterprise: it no longer agrees to be served this way."""
    enterprise_news.call_back(work, uscc, NO_CONSENT)
    waiting = work.session.scalars(
        select(OutboxMessage)
        .join(Notice, Notice.document_id == OutboxMessage.document_id)
        .where(
            Notice.uscc == uscc,
            Notice.superseded_at.is_(None),
            OutboxMessage.purpose == Purpose.RESULT_NOTICE,
            OutboxMessage.state == OutboxState.WAITING,
        )
        .order_by(OutboxMessage.id)
        .with_for_update(of=OutboxMessage)
    ).all()
    for row in waiting:
        outbox.give_up(row, NO_CONSENT)
    for document_id in dict.fromkeys(row.document_id or "" for row in waiting):
        notices.gave_up(work, document_id, NO_CONSENT)


def escalate(work: Work, notice_id: str) -> None:
    """Write by each contact's next channel, for want of a receipt; on the desk when none is left.

    Once for each day that was set: the day is moved in the transaction that writes.
    """
    notice = notices.held_to_escalate(work, notice_id)
    if notice is None:
        return
    written = sum(_next_channel(work, each[0], each[1:]) for each in _by_link(work, notice))
    if written:
        agency = work.session.get_one(Agency, notice.agency_id)
        notice.escalate_on = escalating_on(work, agency)
    else:
        notice.escalate_on, notice.unanswered_at = None, work.now
    audit.write(work, "notice.escalated", "notice", notice.id, messages=written)


def came_back(work: Work, row: OutboxMessage, why: str) -> None:
    """What a channel had taken over came back: the next one carries on."""
    _hold(work, row)
    _give_up(work, row, why)


def begin(work: Work, message_id: str) -> Claim | None:
    """Claim a message to be sent. One that killed every worker so far is given up instead."""
    claimed = outbox.claim(work, message_id)
    if claimed is None or not outbox.is_beyond(work, claimed):
        return claimed
    settle(work, claimed, TryOutcome.LOST, "lost")
    return None


def settle(work: Work, claimed: Claim, outcome: TryOutcome, detail: str = "") -> Settled:
    """Note what came of a try, and do what follows from it for the notice."""
    row = work.session.get_one(OutboxMessage, claimed.message_id)
    _hold(work, row)
    settled = outbox.settle(work, claimed, outcome, detail)
    if settled is Settled.GIVEN_UP:
        _give_up(work, row, detail or str(outcome))
    elif settled is Settled.SENT and _is_notice(row):
        notices.sent(work, row.document_id or "")
    return settled


def _hold(work: Work, row: OutboxMessage) -> None:
    """Lock what the channels of a message have in common, before the message itself.

    Two of them given up at once must not each count on the other.
    """
    if _is_notice(row):
        notices.of_document(work, row.document_id or "", lock=True)
    elif row.purpose in CARRIED_ON:
        work.session.get(Contact, row.contact_id, with_for_update=True)


def _give_up(work: Work, row: OutboxMessage, why: str) -> None:
    if row.purpose not in CARRIED_ON:
        outbox.bury(row, work.now, why)
        return
    others = _siblings(work, row)
    if any(other.state in notices.LIVE for other in others) or _next_channel(work, row, others):
        outbox.give_up(row, why)
        return
    outbox.bury(row, work.now, why)
    if _is_notice(row):
        notices.gave_up(work, row.document_id or "", why)


def _next_channel(work: Work, row: OutboxMessage, others: Sequence[OutboxMessage]) -> bool:
    """Write the same message by a channel not yet used for this contact, if there is one."""
    contact = work.session.get(Contact, row.contact_id)
    if contact is None or not contact_ways.is_confirmed(contact):
        return False
    consent = service_consents.in_force(work, contact.uscc)
    if consent is None:
        return False
    used = {row.channel, *(other.channel for other in others)}
    ways = contact_ways.for_notices(work, contact, consent.prefers)
    for channel, address in ways.addresses.items():
        if channel not in used:
            outbox.put_by(work, row, channel, address)
            return True
    return False


def _by_link(work: Work, notice: Notice) -> list[list[OutboxMessage]]:
    """The messages of a notice, contact by contact; those whose link holds."""
    rows = work.session.scalars(
        select(OutboxMessage)
        .join(NoticeLink, NoticeLink.id == OutboxMessage.link_id)
        .where(
            OutboxMessage.document_id == notice.document_id,
            OutboxMessage.purpose == Purpose.RESULT_NOTICE,
            NoticeLink.revoked_at.is_(None),
        )
        .order_by(OutboxMessage.id)
    )
    found: dict[str, list[OutboxMessage]] = {}
    for row in rows:
        found.setdefault(row.link_id or "", []).append(row)
    return list(found.values())


def escalating_on(work: Work, agency: Agency) -> date:
    """The day after which the next channel carries on what is written now."""
    return deadlines.within(work, agency, ESCALATE, since=local_day(work.now))


def _siblings(work: Work, row: OutboxMessage) -> list[OutboxMessage]:
    return list(
        work.session.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.purpose == row.purpose,
                OutboxMessage.document_id == row.document_id,
                OutboxMessage.about == row.about,
                OutboxMessage.contact_id == row.contact_id,
                OutboxMessage.link_id == row.link_id,
                OutboxMessage.id != row.id,
            )
            .execution_options(populate_existing=True)
        )
    )


def _put(
    work: Work,
    document: Document,
    contact: Contact,
    channel: ChannelName,
    address: str,
    body: Body,
    link_id: str | None,
) -> None:
    outbox.put(
        work,
        outbox.Draft(
            purpose=Purpose.RESULT_NOTICE,
            agency_id=document.agency_id,
            channel=channel,
            address=address,
            language=contact_ways.language(contact),
            body=body,
            document_id=document.id,
            contact_id=contact.id,
            link_id=link_id,
        ),
    )


def _is_notice(row: OutboxMessage) -> bool:
    return row.purpose == Purpose.RESULT_NOTICE
