"""A contact that the enterprise gave on site becomes one of its contacts, unconfirmed.

An officer typed it: nobody is written to there before the person enters with it, by a code sent to
that very number. Where the enterprise has nobody yet who may come in, and nothing speaks against
the number, that is open for some days; else its owner names whom it wants. What cannot be opened
or read stays in the event and never stands in the way of a visit.
"""

import hashlib
import hmac
import logging
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import or_, select

from server.models import Contact, Enterprise
from server.services import contacts, field_encryption
from server.services.contacts import ContactDraft
from server.services.field_encryption import Field
from server.services.visit_fold import Folded
from server.work import Work
from shared import crypto, site_contact
from shared.errors import BadInput, SealBroken
from shared.events.kinds import EventKind

PURPOSE = b"contacts given on site"
INVITED_FOR = timedelta(days=7)
log = logging.getLogger(__name__)


def key(work: Work) -> dict[str, str]:
    """What tablets seal contacts to, as their settings say it."""
    id_ = work.secrets.field_kid
    return {"id": id_, "public": _public(_seed(work, id_))}


@lru_cache(maxsize=8)
def _public(seed: bytes) -> str:
    """Counted once: every pull tells it."""
    return crypto.sealing_public(seed)


def note(work: Work, folded: Folded, uscc: str | None) -> None:
    """Make the contacts of a visit; one that was made before is left alone."""
    given = dict(_given(folded))
    if not given or uscc is None or work.session.get(Enterprise, uscc) is None:
        return
    made = set(work.session.scalars(select(Contact.id).where(Contact.id.in_(given))))
    for event_id, said in given.items():
        draft = None if event_id in made else _draft(work, event_id, said)
        if draft is not None:
            _take(work, event_id, folded.visit_id, uscc, draft)


def given(work: Work, folded: Folded) -> ContactDraft | None:
    """The last contact the enterprise gave at a visit, as it was given; None if it gave none."""
    drafts = [_draft(work, event_id, said) for event_id, said in _given(folded)]
    return next((draft for draft in reversed(drafts) if draft is not None), None)


def _given(folded: Folded) -> Iterator[tuple[str, dict[str, Any]]]:
    for event in folded.material.ordered:
        if event.kind is EventKind.RESULT_GIVEN and event.payload["contact"] is not None:
            yield event.id, event.payload["contact"]


def _draft(work: Work, event_id: str, said: dict[str, Any]) -> ContactDraft | None:
    try:
        reach = site_contact.open_(said["sealed"], _seed(work, said["key_id"]))
        draft = ContactDraft(
            name=said["name"],
            capacity=said["capacity"] or "",
            phone=reach.phone,
            email=reach.email,
        )
        contacts.require_good(draft)
    except (BadInput, SealBroken):
        log.warning("the contact in event %s cannot be read", event_id)
        return None
    return draft


def _take(work: Work, event_id: str, visit_id: str, uscc: str, draft: ContactDraft) -> None:
    same = _same(work, uscc, draft)
    if any(row.visit_id == visit_id for row in same):
        return  # noted when the visit was folded before, and perhaps removed since
    row = next((row for row in same if row.removed_at is None), None)
    if row is None:
        row = contacts.add(work, uscc, draft, contact_id=event_id, visit_id=visit_id)
    row.visit_id = visit_id
    if row.confirmed_at is None and not row.doubt and not contacts.confirmed(work, uscc):
        row.invited_until = work.now + INVITED_FOR


def _same(work: Work, uscc: str, draft: ContactDraft) -> list[Contact]:
    """Contacts the enterprise has or had with this phone or e-mail."""
    same = []
    for plain, column, field in (
        (draft.phone, Contact.phone_index, Field.CONTACT_PHONE),
        (draft.email, Contact.email_index, Field.CONTACT_EMAIL),
    ):
        if plain:
            same.append(column == field_encryption.blind_index(work, plain, field))
    wanted = select(Contact).where(Contact.uscc == uscc, or_(*same)).order_by(Contact.id)
    return list(work.session.scalars(wanted))


def _seed(work: Work, key_id: str) -> bytes:
    """The private half of a contact key: it comes of the field key of that name."""
    field_key = work.secrets.field_keys.get(key_id)
    if field_key is None:
        raise SealBroken("No such field key.", kid=key_id)
    return hmac.new(field_key, PURPOSE, hashlib.sha256).digest()
