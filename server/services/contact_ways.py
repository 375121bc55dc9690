"""How a contact can be reached, channel by channel."""

from collections.abc import Mapping

from server.models import Contact
from server.notify.letter import ChannelName
from server.services import contacts
from server.work import Work


def addresses(work: Work, contact: Contact) -> Mapping[ChannelName, str]:
    """Where a contact can be reached, by channel, the quickest first."""
    known = {
        ChannelName.SMS: contacts.phone(work, contact),
        ChannelName.EMAIL: contacts.email(work, contact),
    }
    return {channel: address for channel, address in known.items() if address}


def is_confirmed(contact: Contact) -> bool:
    return contact.confirmed_at is not None and contact.removed_at is None
