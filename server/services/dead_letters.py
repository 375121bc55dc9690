"""The desk of dead letters: what no channel took, shown, tried again or closed by a person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server.models import Contact, Document, Enterprise, Notice, OutboxMessage, OutboxState
from server.notify.letter import ChannelName, Purpose
from server.services import audit, contact_ways, delivery, notices, outbox
from server.services.notices import READERS
from server.services.scoping import in_reach, one, require_agency, require_role
from server.work import Work
from shared.errors import Conflict
from shared.roles import Role

GIVEN_UP = "given_up"
RETRIERS = (Role.AGENCY_ADMIN, Role.SUPERVISION, Role.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message no channel took. `why` is a code or a class, never an address."""

    id: str
    purpose: Purpose
    number: str
    enterprise_name: str
    channel: ChannelName
    masked_address: str
    attempts: int
    why: str
    dead_at: datetime


def listed(work: Work, *, limit: int = 100) -> tuple[DeadLetter, ...]:
    """Dead letters within reach of who asks, the newest first."""
    require_role(work.who, *READERS)
    rows = work.session.execute(
        select(OutboxMessage, Document.number, Enterprise.name)
        .outerjoin(Document, Document.id == OutboxMessage.document_id)
        .outerjoin(Contact, Contact.id == OutboxMessage.contact_id)
        .outerjoin(Enterprise, Enterprise.uscc == Contact.uscc)
        .where(outbox.is_dead_letter(work.now), in_reach(work.who, OutboxMessage.agency_id))
        .order_by(OutboxMessage.dead_at.desc(), OutboxMessage.id)
        .limit(limit)
    )
    return tuple(
        DeadLetter(
            id=row.id,
            purpose=Purpose(row.purpose),
            number=number or outbox.body_of(work, row).number,
            enterprise_name=enterprise_name or "",
            channel=ChannelName(row.channel),
            masked_address=_masked(work, row),
            attempts=row.attempts,
            why=row.dead_why,
            dead_at=row.dead_at or row.created_at,
        )
        for row, number, enterprise_name in rows
    )


def try_again(work: Work, message_id: str, reason: str = "") -> OutboxMessage:
    """Send a dead letter anew from its first try; `Conflict` if it is not dead."""
    require_role(work.who, *RETRIERS)
    row = one(work.session.get(OutboxMessage, message_id, with_for_update=True))
    require_agency(work, row.agency_id)
    if row.state != OutboxState.DEAD:
        raise Conflict("Not a dead letter.", state=row.state)
    outbox.revive(work, row)
    audit.write(work, "message.tried_again", "outbox_message", row.id, reason=reason)
    return row


def give_up(work: Work, message_id: str, reason: str) -> OutboxMessage:
    """Close a dead letter; its notice stays on the desk of those to be served by hand."""
    require_role(work.who, Role.SUPERVISION)
    row = one(work.session.get(OutboxMessage, message_id))
    require_agency(work, row.agency_id)
    document_id = row.document_id if row.purpose == Purpose.RESULT_NOTICE else None
    if document_id is not None:
        notices.of_document(work, document_id, lock=True)
    work.session.refresh(row, with_for_update=True)
    if row.state != OutboxState.DEAD:
        raise Conflict("Not a dead letter.", state=row.state)
    outbox.give_up(row, GIVEN_UP)
    if document_id is not None:
        notices.gave_up(work, document_id, GIVEN_UP)
    audit.write(work, "message.given_up", "outbox_message", row.id, reason=reason)
    return row


def visit_of(work: Work, message_id: str) -> str | None:
    """The visit whose result a message tells of; None where it tells of something else."""
    return work.session.scalar(
        select(Notice.visit_id)
        .join(OutboxMessage, OutboxMessage.document_id == Notice.document_id)
        .where(OutboxMessage.id == message_id, OutboxMessage.purpose == Purpose.RESULT_NOTICE)
    )


def announce_again(work: Work, document_id: str) -> int:
    """Write to the contacts an enterprise has by now, for a notice that reached nobody.

    Returns how many messages were written; `Conflict` unless the notice is undelivered.
    """
    require_role(work.who, *RETRIERS)
    notice = notices.of_document(work, document_id, lock=True)
    require_agency(work, notice.agency_id)
    written = delivery.announce_again(work, notice)
    audit.write(work, "notice.announced_again", "notice", notice.id, messages=written)
    return written


def _masked(work: Work, row: OutboxMessage) -> str:
    return contact_ways.masked(ChannelName(row.channel), outbox.address_of(work, row))
