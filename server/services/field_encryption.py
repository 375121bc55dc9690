"""Personal fields at rest: sealed under a key id, bound to their row, found by a blind index.

AES-256-GCM; the field's name and the row's id are authenticated with it, so a sealed value moved
to another row or column does not open. Never logs, never returns a plain value it did not open.
"""

import hashlib
import hmac
import re
from enum import StrEnum

from server.work import Work
from shared import base64url, crypto
from shared.errors import SealBroken

NONCE_BYTES = 12


class Field(StrEnum):
    """Every sealed column, once."""

    OFFICER_ID_NUMBER = "officer.id_number"
    OFFICER_PHONE = "officer.phone"
    CONTACT_PHONE = "contact.phone"
    CONTACT_EMAIL = "contact.email"
    CONTACT_WAY = "contact_way.address"
    WEBHOOK_SECRET = "webhook_subscription.secret"  # noqa: S105 -- a column, not a secret
    DRAW_SECRET = "draw_voice.secret"  # noqa: S105 -- a column, not a secret
    PERSON_TOTP = "person.totp"
    OUTBOX_ADDRESS = "outbox_message.address"
    OUTBOX_BODY = "outbox_message.body"
    RATING_LINK = "rating_link.sealed"
    RATED_VISIT = "rating_link.visit"
    COMPLAINT_NAME = "complaint.contact_name"
    COMPLAINT_PHONE = "complaint.contact_phone"
    COMPLAINT = "complaint.digest"


def seal(work: Work, plain: str, field: Field, *, owner: str) -> str:
    """`plain` as `<key id>.<base64url>`, for the row `owner`."""
    kid = work.secrets.field_kid
    nonce = work.chance(NONCE_BYTES)
    box = crypto.seal(work.secrets.field_keys[kid], nonce, plain.encode(), _bound(field, owner))
    return f"{kid}.{base64url.encode(nonce + box)}"


def open_(work: Work, sealed: str, field: Field, *, owner: str) -> str:
    """What was sealed for this field of this row; `SealBroken` otherwise."""
    kid, _, text = sealed.partition(".")
    key = work.secrets.field_keys.get(kid)
    if key is None:
        raise SealBroken("No such field key.", kid=kid)
    raw = base64url.decode(text)
    return crypto.open_(key, raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(field, owner)).decode()


def blind_index(work: Work, plain: str, field: Field) -> str:
    """HMAC-SHA256 by which an exact value is found without being readable, 64 hex letters."""
    message = f"{field}\0{normalised(plain)}".encode()
    return hmac.new(work.secrets.blind_index, message, hashlib.sha256).hexdigest()


def normalised(plain: str) -> str:
    """One spelling of what is written in several: numbers without gaps, mail in small letters."""
    text = plain.strip()
    if "@" in text:
        return text.lower()
    return re.sub(r"^\+86", "", re.sub(r"[\s\-()]", "", text)).upper()


def _bound(field: Field, owner: str) -> bytes:
    return f"{field}\0{owner}".encode()
