"""Whom an enterprise named for notices. Only a confirmed contact is ever written to.

Phone and e-mail are sealed as they come in; a change means a new contact, so that what was sent
before still says to whom.
"""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from server.database import any_of
from server.models import Contact, Enterprise
from server.notify.letter import ChannelName
from server.services import (
    audit,
    contact_doubts,
    field_encryption,
    service_consents,
    typed_words,
)
from server.services.field_encryption import Field
from server.services.scoping import one
from server.work import Work
from shared.errors import BadInput
from shared.roles import Role
from shared.site_contact import LONGEST_WORD, is_email, is_phone
from shared.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft:
    """A contact as named by the enterprise; at least one of phone and e-mail."""

    name: str
    capacity: str = ""
    phone: str = ""
    email: str = ""
    language: str = "zh"


def add(
    work: Work,
    uscc: str,
    draft: ContactDraft,
    *,
    contact_id: str | None = None,
    visit_id: str | None = None,
) -> Contact:
    """Note a contact of an enterprise, perhaps given at a visit; not used before `confirm`."""
    one(work.session.get(Enterprise, uscc))
    require_good(draft)
    row = Contact(
        id=contact_id or work.ids(),
        uscc=uscc,
        visit_id=visit_id,
        name=draft.name,
        capacity=draft.capacity,
        language=draft.language,
    )
    if draft.phone:
        row.phone_sealed = _sealed(work, draft.phone, Field.CONTACT_PHONE, row)
        row.phone_index = field_encryption.blind_index(work, draft.phone, Field.CONTACT_PHONE)
    if draft.email:
        row.email_sealed = _sealed(work, draft.email, Field.CONTACT_EMAIL, row)
        row.email_index = field_encryption.blind_index(work, draft.email, Field.CONTACT_EMAIL)
    work.session.add(row)
    contact_doubts.judge(work, row, draft.phone)
    audit.write(work, "contact.added", "contact", row.id, uscc=uscc)
    return row


def require_good(draft: ContactDraft) -> None:
    """Raise `BadInput` for what is no contact."""
    typed_words.require(name=(draft.name, LONGEST_WORD))
    if len(draft.capacity) > LONGEST_WORD:
        raise BadInput("Too long.", errors={"/capacity": f"At most {LONGEST_WORD} characters."})
    if not (draft.phone or draft.email):
        raise BadInput("A contact has a phone or an e-mail.", errors={"/phone": "?"})
    if draft.phone and not is_phone(draft.phone):
        raise BadInput("Not a telephone number.", errors={"/phone": "?"})
    if draft.email and not is_email(draft.email):
        raise BadInput("Not an e-mail address.", errors={"/email": "?"})
    if draft.language not in set(Language):
        raise BadInput("Not a language that is spoken here.", errors={"/language": "?"})


def channel_of(address: str) -> ChannelName:
    """By what channel an address is reached; `BadInput` for what is none."""
    text = address.strip()
    if is_phone(text):
        return ChannelName.SMS
    if is_email(text):
        return ChannelName.EMAIL
    raise BadInput("Neither a telephone number nor an address.", errors={"/address": "?"})


def confirm(work: Work, contact_id: str, how: str) -> Contact:
    """Confirm that the enterprise wants notices there (送达地址确认书 or the like).

    The first one of an enterprise becomes its owner on the portal, who names the others; with it
    the enterprise agrees to be served electronically, unless it ever said otherwise.
    """
    work.session.flush()
    row = one(work.session.get(Contact, contact_id))
    row.confirmed_at, row.confirmed_how = work.now, how
    if not any(is_owner(other) for other in confirmed(work, row.uscc)):
        row.role = Role.ENTERPRISE_OWNER
        service_consents.by_confirmation(work, row)
    audit.write(work, "contact.confirmed", "contact", row.id, how=how)
    return row


def is_owner(row: Contact) -> bool:
    """Whether a contact names and removes the others of its enterprise."""
    return row.role == Role.ENTERPRISE_OWNER


def remove(work: Work, contact_id: str) -> None:
    """Write to a contact no more; what was sent stays on record."""
    row = one(work.session.get(Contact, contact_id))
    row.removed_at = row.removed_at or work.now
    audit.write(work, "contact.removed", "contact", row.id)


def confirmed(work: Work, uscc: str) -> list[Contact]:
    """The contacts of an enterprise that may be written to, the newest first."""
    if work.session.foresees_nothing(ANY_OF_ENTERPRISES, {"to_write_to": [uscc]}):
        return []
    return list(work.session.scalars(_CONFIRMED, {"uscc": uscc}))


_CAN_BE_WRITTEN_TO = (Contact.confirmed_at.isnot(None), Contact.removed_at.is_(None))
_CONFIRMED = (
    select(Contact)
    .where(Contact.uscc == bindparam("uscc"), *_CAN_BE_WRITTEN_TO)
    .order_by(Contact.confirmed_at.desc(), Contact.id)
)
ANY_OF_ENTERPRISES = (
    select(Contact.id).where(any_of(Contact.uscc, "to_write_to"), *_CAN_BE_WRITTEN_TO).limit(1)
)
"""Whether any of some enterprises has a contact that may be written to."""


def phone(work: Work, row: Contact) -> str:
    """A contact's phone in clear, to send to; "" without one."""
    if row.phone_sealed is None:
        return ""
    return field_encryption.open_(work, row.phone_sealed, Field.CONTACT_PHONE, owner=row.id)


def email(work: Work, row: Contact) -> str:
    """A contact's e-mail in clear, to send to; "" without one."""
    if row.email_sealed is None:
        return ""
    return field_encryption.open_(work, row.email_sealed, Field.CONTACT_EMAIL, owner=row.id)


def _sealed(work: Work, plain: str, field: Field, row: Contact) -> str:
    return field_encryption.seal(work, plain, field, owner=row.id)
