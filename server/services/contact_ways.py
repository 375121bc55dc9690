"""How a contact can be reached, channel by channel, and in which language.

A contact that cannot be read must never stand in the way of a visit being taken in: it is logged
and passed over, and a notice that reaches nobody shows on the desk.
"""

import logging
from collections.abc import Callable, Mapping

from server.models import Contact
from server.notify.letter import ChannelName
from server.services import contacts
from server.work import Work
from shared.errors import SealBroken
from shared.text import Language

log = logging.getLogger(__name__)
WAYS: Mapping[ChannelName, Callable[[Work, Contact], str]] = {
    ChannelName.SMS: contacts.phone,
    ChannelName.EMAIL: contacts.email,
}


def addresses(work: Work, contact: Contact) -> Mapping[ChannelName, str]:
    """Where a contact can be reached, by channel, the quickest first."""
    found = {}
    for channel, read in WAYS.items():
        try:
            address = read(work, contact)
        except SealBroken:
            log.error("contact %s: its %s does not open", contact.id, channel)  # noqa: TRY400
            continue
        if address:
            found[channel] = address
    return found


def language(contact: Contact) -> Language:
    """The language a contact is written to in; anything but English is Chinese."""
    return Language.EN if contact.language == Language.EN else Language.ZH


def is_confirmed(contact: Contact) -> bool:
    return contact.confirmed_at is not None and contact.removed_at is None
