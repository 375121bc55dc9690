"""Whether a contact is really the enterprise's: an officer's number never speaks for it."""

from sqlalchemy import exists, select

from server.models import Contact, Officer
from server.services import contacts, field_encryption
from server.services.field_encryption import Field
from server.work import Work
from shared.errors import SealBroken


def is_an_officers(work: Work, contact: Contact) -> bool:
    """Whether the contact's phone is one an officer was registered with, here or anywhere.

    Then no code goes there and no receipt comes from there: nobody signs for a notice of his own.
    """
    try:
        phone = contacts.phone(work, contact)
    except SealBroken:
        return True
    if not phone:
        return False
    index = field_encryption.blind_index(work, phone, Field.OFFICER_PHONE)
    return bool(work.session.scalar(select(exists().where(Officer.phone_index == index))))
