"""How a contact can be reached, channel by channel, and in which language.

A contact that cannot be read must never stand in the way of a visit being taken in: it is logged
and passed over, and a notice that reaches nobody shows on the desk.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select

from server.models import Contact, ContactWay
from server.notify import webhook
from server.notify.letter import ChannelName
from server.services import contacts, field_encryption
from server.services.field_encryption import Field
from server.work import Work
from shared.errors import SealBroken
from shared.mask import mask_email, mask_phone
from shared.text import Language

log = logging.getLogger(__name__)
WAYS: Mapping[ChannelName, Callable[[Work, Contact], str]] = {
    ChannelName.SMS: contacts.phone,
    ChannelName.EMAIL: contacts.email,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where notices go, by channel. `in_turn`: one after the other, else all at once."""

    addresses: Mapping[ChannelName, str]
    in_turn: bool

    @property
    def first(self) -> tuple[ChannelName, ...]:
        """The channels a notice begins with."""
        channels = tuple(self.addresses)
        return channels[:1] if self.in_turn else channels


def addresses(work: Work, contact: Contact) -> Mapping[ChannelName, str]:
    """Where the person can be reached, by channel, the quickest first."""
    found = {channel: _opened(work, contact, channel, read) for channel, read in WAYS.items()}
    return {channel: address for channel, address in found.items() if address}


def for_notices(work: Work, contact: Contact, prefers: str = "") -> Ways:
    """Where notices go: in the order the contact chose, else as its enterprise `prefers`.

    That is phone or e-mail first and the other in its turn, or "": both at once.
    """
    personal = addresses(work, contact)
    chosen = [row for row in kept(work, contact.id) if row.place]
    if not chosen:
        in_turn = prefers in personal
        order = sorted(personal, key=lambda channel: channel != prefers)
        return Ways(addresses={by: personal[by] for by in order}, in_turn=in_turn)
    found: dict[ChannelName, str] = {}
    for row in chosen:
        channel = ChannelName(row.channel)
        address = personal.get(channel, "") if channel in WAYS else opened(work, contact, row)
        if address:
            found[channel] = address
    return Ways(addresses=found or personal, in_turn=bool(found))


def kept(work: Work, contact_id: str) -> list[ContactWay]:
    """The rows of a contact, in their order."""
    rows = work.session.scalars(_KEPT, {"contact": contact_id})
    order = list(ChannelName)
    return sorted(rows, key=lambda row: (row.place, order.index(ChannelName(row.channel))))


_KEPT = select(ContactWay).where(ContactWay.contact_id == bindparam("contact"))


def opened(work: Work, contact: Contact, row: ContactWay) -> str:
    """The address of a row; "" for one that has none or does not open."""
    return _opened(work, contact, ChannelName(row.channel), lambda *_: _unsealed(work, row))


def masked(channel: ChannelName, address: str) -> str:
    """As much of an address as may be shown."""
    match channel:
        case ChannelName.SMS:
            return mask_phone(address)
        case ChannelName.EMAIL:
            return mask_email(address)
        case ChannelName.WEBHOOK:
            return urlsplit(webhook.unpacked(address)[0]).hostname or ""
        case ChannelName.WECOM | ChannelName.DINGTALK:
            return f"…{address.rstrip('/')[-4:]}"


def _unsealed(work: Work, row: ContactWay) -> str:
    if row.address_sealed is None:
        return ""
    return field_encryption.open_(work, row.address_sealed, Field.CONTACT_WAY, owner=row.id)


def _opened(
    work: Work, contact: Contact, channel: ChannelName, read: Callable[[Work, Contact], str]
) -> str:
    try:
        return read(work, contact)
    except SealBroken:
        log.error("contact %s: its %s does not open", contact.id, channel)  # noqa: TRY400
        return ""


def language(contact: Contact) -> Language:
    """The language a contact is written to in; anything but English is Chinese."""
    return Language.EN if contact.language == Language.EN else Language.ZH


def is_confirmed(contact: Contact) -> bool:
    return contact.confirmed_at is not None and contact.removed_at is None
