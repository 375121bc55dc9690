"""Who of an enterprise may come in: its owner names them and lets them go.

    named → confirmed (by the code sent to the number that was named) → removed

A name alone opens nothing and is written to for nothing but the invitation: whoever has the number
confirms it by signing in with it. Nobody is left without an owner.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from server.models import Contact, Enterprise
from server.notify.letter import Body, ChannelName, Purpose
from server.refusals import OfficersNumber
from server.services import contact_checks, contact_ways, contacts, outbox
from server.services.contacts import ContactDraft
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import BadInput, Conflict, NotFound, TooMany
from shared.localtime import local_day
from shared.roles import Role

INVITED_FOR = timedelta(days=7)
MOST = 20
MOST_INVITED_A_DAY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who may come in, or was asked to. `ways` are masked numbers and addresses."""

    id: str
    name: str
    capacity: str
    ways: tuple[str, ...]
    is_owner: bool
    is_me: bool
    confirmed_at: datetime | None
    invited_until: datetime | None


def listed(work: Work) -> tuple[Member, ...]:
    """Everybody of the enterprise that asks, the owner first, then as they came."""
    require_role(work.who, Role.ENTERPRISE_OWNER)
    return tuple(_member(work, row) for row in _live(work))


def invite(work: Work, *, name: str, capacity: str, address: str) -> Contact:
    """Name a user and write to them. Raises `BadInput`, `TooMany`, `OfficersNumber`."""
    require_role(work.who, Role.ENTERPRISE_OWNER)
    firm = one(work.session.get(Enterprise, work.who.uscc, with_for_update=True))
    channel = contacts.channel_of(address)
    said = {"email" if channel is ChannelName.EMAIL else "phone": address.strip()}
    _require_room(work, firm.uscc)
    row = contacts.add(work, firm.uscc, ContactDraft(name=name, capacity=capacity, **said))
    work.session.flush()
    if any(_is_the_same(row, other) for other in _live(work) if other.id != row.id):
        raise BadInput("Somebody has this number already.", errors={"/address": "twice"})
    if contact_checks.is_an_officers(work, row):
        raise OfficersNumber("An officer's number.")
    row.invited_until = work.now + INVITED_FOR
    outbox.put(
        work,
        outbox.Draft(
            purpose=Purpose.INVITATION,
            agency_id=None,
            channel=channel,
            address=contact_ways.WAYS[channel](work, row),
            language=contact_ways.language(row),
            body=Body(
                agency=firm.name,
                number="",
                day=local_day(row.invited_until),
                link=f"{work.settings.public_url}/portal/sign-in",
            ),
            contact_id=row.id,
            expires_at=row.invited_until,
        ),
    )
    return row


def remove(work: Work, contact_id: str) -> None:
    """Let somebody go: every session of theirs ends at once. Never the last owner."""
    require_role(work.who, Role.ENTERPRISE_OWNER)
    row = one(work.session.get(Contact, contact_id, with_for_update=True))
    if row.uscc != work.who.uscc or row.removed_at is not None:
        raise NotFound("No such person.")
    owners = [other for other in _live(work) if contacts.is_owner(other)]
    if owners == [row]:
        raise Conflict("Somebody must be the owner.")
    contacts.remove(work, row.id)


def _live(work: Work) -> list[Contact]:
    """Who may come in or was asked to and still may."""
    rows = work.session.scalars(
        select(Contact)
        .where(Contact.uscc == work.who.uscc, Contact.removed_at.is_(None))
        .order_by(Contact.confirmed_at.is_(None), Contact.confirmed_at, Contact.id)
    )
    found = [row for row in rows if _may_come(work, row)]
    return sorted(found, key=lambda row: not contacts.is_owner(row))


def _may_come(work: Work, row: Contact) -> bool:
    asked = row.invited_until is not None and row.invited_until > work.now
    return row.confirmed_at is not None or asked


def _require_room(work: Work, uscc: str) -> None:
    if len(_live(work)) >= MOST:
        raise Conflict("Nobody has so many people for this.", most=MOST)
    today = work.session.scalar(
        select(func.count()).where(
            Contact.uscc == uscc, Contact.invited_until > work.now + INVITED_FOR - timedelta(days=1)
        )
    )
    if (today or 0) >= MOST_INVITED_A_DAY:
        raise TooMany("Enough for one day.", retry_after=int(timedelta(days=1).total_seconds()))


def _is_the_same(row: Contact, other: Contact) -> bool:
    return any(
        mine is not None and mine == theirs
        for mine, theirs in (
            (row.phone_index, other.phone_index),
            (row.email_index, other.email_index),
        )
    )


def _member(work: Work, row: Contact) -> Member:
    known = contact_ways.addresses(work, row)
    return Member(
        id=row.id,
        name=row.name,
        capacity=row.capacity,
        ways=tuple(contact_ways.masked(channel, address) for channel, address in known.items()),
        is_owner=contacts.is_owner(row),
        is_me=row.id == work.who.id,
        confirmed_at=row.confirmed_at,
        invited_until=row.invited_until,
    )
