"""The outbox: what is to be sent, written in the transaction it belongs to, and never lost.

    waiting → sending → sent
       ↑         ├→ waiting   not taken; tried again after 1 min, 10 min, 1 h, 6 h, 24 h, 48 h
       └─────────┤
                 ├→ failed    this channel is given up, another one carries on
                 └→ dead      no channel is left: on the desk, until somebody looks

A worker claims a row for a while; when it is killed the claim runs out and the row is due again.
So a message is sent at least once, under one id. Which channel follows is for `delivery`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from server.job_names import JobName
from server.models import DeliveryTry, OutboxMessage, OutboxState
from server.notify.letter import CARRIED_ON, Body, ChannelName, Letter, Purpose
from server.services import field_encryption
from server.services.field_encryption import Field
from server.work import Work
from shared.canonical import canonical, parse_object
from shared.text import Language

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(hours=48),
)
MOST_TRIES = len(WAITS) + 1
LONGEST_DETAIL = 300


class TryOutcome(StrEnum):
    """What came of one try, as the proof of delivery keeps it."""

    UNFINISHED = "unfinished"
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    NEVER_TAKEN = "never_taken"
    LOST = "lost"  # the worker never came back


class Settled(StrEnum):
    """What a try means for its message."""

    SENT = "sent"
    AGAIN = "again"
    GIVEN_UP = "given_up"
    OVERTAKEN = "overtaken"  # another worker has it now, or it was called back


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to be written. After `expires_at` it is not worth sending."""

    purpose: Purpose
    agency_id: str | None
    channel: ChannelName
    address: str
    language: Language
    body: Body
    document_id: str | None = None
    about: str | None = None
    contact_id: str | None = None
    link_id: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """That this worker has the message, for its `no`th try."""

    message_id: str
    channel: ChannelName
    no: int


def put(work: Work, draft: Draft) -> OutboxMessage:
    """Write a message; whoever sends is woken when this transaction is durable."""
    message_id = work.ids()
    row = OutboxMessage(
        id=message_id,
        purpose=draft.purpose,
        agency_id=draft.agency_id,
        document_id=draft.document_id,
        about=draft.about,
        contact_id=draft.contact_id,
        link_id=draft.link_id,
        channel=draft.channel,
        address_sealed=_sealed(work, draft.address, Field.OUTBOX_ADDRESS, message_id),
        language=draft.language,
        body_sealed=_sealed(work, _packed(draft.body), Field.OUTBOX_BODY, message_id),
        state=OutboxState.WAITING,
        attempts=0,
        created_at=work.now,
        next_try_at=work.now,
        expires_at=draft.expires_at,
        message_id=f"{message_id}@{urlsplit(work.settings.public_url).hostname}",
    )
    work.session.add(row)
    work.after_commit(JobName.SEND_MESSAGE, message=message_id)
    return row


def put_by(work: Work, row: OutboxMessage, channel: ChannelName, address: str) -> OutboxMessage:
    """Write the same message anew, to the same person by another channel."""
    return put(
        work,
        Draft(
            purpose=Purpose(row.purpose),
            agency_id=row.agency_id,
            channel=channel,
            address=address,
            language=Language(row.language),
            body=body_of(work, row),
            document_id=row.document_id,
            about=row.about,
            contact_id=row.contact_id,
            link_id=row.link_id,
            expires_at=row.expires_at,
        ),
    )


def claim(work: Work, message_id: str) -> Claim | None:
    """Take a message that is due for this worker; None when it is not, or is no longer.

    Commit before sending: only then does nobody else send it too.
    """
    row = work.session.scalars(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, _is_due(work.now))
        .values(
            state=OutboxState.SENDING,
            attempts=OutboxMessage.attempts + 1,
            claimed_until=work.now + work.settings.outbox_lease,
        )
        .returning(OutboxMessage)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    work.session.execute(
        update(DeliveryTry)
        .where(DeliveryTry.message_id == row.id, DeliveryTry.outcome == TryOutcome.UNFINISHED)
        .values(outcome=TryOutcome.LOST)
    )
    if row.expires_at is not None and row.expires_at <= work.now:
        bury(row, work.now, "expired")
        return None
    work.session.add(
        DeliveryTry(
            id=work.ids(),
            message_id=row.id,
            no=row.attempts,
            at=work.now,
            outcome=TryOutcome.UNFINISHED,
        )
    )
    return Claim(message_id=row.id, channel=ChannelName(row.channel), no=row.attempts)


def is_beyond(work: Work, claimed: Claim) -> bool:
    """Whether this would be a try too many: every one before it was lost with its worker."""
    row = work.session.get_one(OutboxMessage, claimed.message_id)
    return claimed.no - row.tries_before > MOST_TRIES


def letter(work: Work, claimed: Claim) -> Letter:
    """The claimed message, opened."""
    row = work.session.get_one(OutboxMessage, claimed.message_id)
    return Letter(
        message_id=row.message_id or row.id,
        purpose=Purpose(row.purpose),
        address=address_of(work, row),
        language=Language(row.language),
        body=body_of(work, row),
    )


def address_of(work: Work, row: OutboxMessage) -> str:
    """Where a message goes, opened."""
    return _opened(work, row.address_sealed, Field.OUTBOX_ADDRESS, row.id)


def body_of(work: Work, row: OutboxMessage) -> Body:
    """What a message's text is made of, opened."""
    return _unpacked(_opened(work, row.body_sealed, Field.OUTBOX_BODY, row.id))


def settle(work: Work, claimed: Claim, outcome: TryOutcome, detail: str = "") -> Settled:
    """Note what came of a try. `detail` is codes and classes, never an address.

    That a channel took the message is a fact, whoever has the claim by now; a failure counts only
    while the claim is still this worker's.
    """
    work.session.execute(
        update(DeliveryTry)
        .where(DeliveryTry.message_id == claimed.message_id, DeliveryTry.no == claimed.no)
        .values(outcome=outcome, detail=detail[:LONGEST_DETAIL])
    )
    row = work.session.get_one(
        OutboxMessage, claimed.message_id, with_for_update=True, populate_existing=True
    )
    if outcome is TryOutcome.TAKEN:
        if row.state == OutboxState.SENT:
            return Settled.OVERTAKEN
        row.state, row.sent_at = OutboxState.SENT, work.now
        row.next_try_at = row.claimed_until = row.dead_at = None
        return Settled.SENT
    if row.state != OutboxState.SENDING or row.attempts != claimed.no:
        return Settled.OVERTAKEN
    tries = claimed.no - row.tries_before
    if outcome is TryOutcome.NEVER_TAKEN or tries >= MOST_TRIES:
        return Settled.GIVEN_UP
    row.state, row.claimed_until = OutboxState.WAITING, None
    row.next_try_at = work.now + WAITS[tries - 1]
    return Settled.AGAIN


def give_up(row: OutboxMessage, why: str) -> None:
    """Leave this channel; another one carries on."""
    row.state, row.dead_why = OutboxState.FAILED, why
    row.next_try_at = row.claimed_until = None


def bury(row: OutboxMessage, at: datetime, why: str) -> None:
    """No channel is left: the message waits on the desk for a person."""
    give_up(row, why)
    row.state, row.dead_at = OutboxState.DEAD, at


def revive(work: Work, row: OutboxMessage) -> None:
    """Begin anew with a message that was given up; its tries so far stay on record."""
    row.state, row.next_try_at, row.tries_before = OutboxState.WAITING, work.now, row.attempts
    row.dead_at, row.dead_why = None, ""
    work.after_commit(JobName.SEND_MESSAGE, message=row.id)


def due(work: Work, since: datetime, limit: int) -> list[str]:
    """Messages due at `since` or before, the longest waiting first; abandoned ones among them."""
    return list(
        work.session.scalars(
            select(OutboxMessage.id)
            .where(_is_due(since))
            .order_by(OutboxMessage.next_try_at)
            .limit(limit)
        )
    )


def counts(work: Work) -> Mapping[OutboxState, int]:
    """How many messages are on their way or dead; those that were sent are not counted."""
    open_states = (OutboxState.WAITING, OutboxState.SENDING, OutboxState.DEAD)
    rows = work.session.execute(
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.state.in_(open_states))
        .group_by(OutboxMessage.state)
    )
    found = {OutboxState(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in open_states}


def is_dead_letter(now: datetime) -> ColumnElement[bool]:
    """What waits for a person because no channel took it, while it is still worth sending."""
    return and_(
        OutboxMessage.state == OutboxState.DEAD,
        OutboxMessage.purpose.in_(CARRIED_ON),
        or_(OutboxMessage.expires_at.is_(None), OutboxMessage.expires_at > now),
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(OutboxMessage.state == OutboxState.WAITING, OutboxMessage.next_try_at <= now),
        and_(OutboxMessage.state == OutboxState.SENDING, OutboxMessage.claimed_until <= now),
    )


def _packed(body: Body) -> str:
    return canonical(
        {
            "agency": body.agency,
            "number": body.number,
            "day": body.day.isoformat(),
            "link": body.link,
            "code": body.code,
            "minutes": body.minutes,
            "half": body.half,
        }
    ).decode()


def _unpacked(text: str) -> Body:
    fields = parse_object(text.encode())
    return Body(**{**fields, "day": date.fromisoformat(fields["day"])})


def _sealed(work: Work, plain: str, field: Field, owner: str) -> str:
    return field_encryption.seal(work, plain, field, owner=owner)


def _opened(work: Work, sealed: str, field: Field, owner: str) -> str:
    return field_encryption.open_(work, sealed, field, owner=owner)
