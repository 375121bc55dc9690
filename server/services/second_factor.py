"""Time codes (RFC 6238): who needs one, whether one is right, and that none is used twice."""

import base64
import hmac

import pyotp

from server.models import Person
from server.services import field_encryption
from server.services.field_encryption import Field
from server.work import Work
from shared.roles import Role

STEP_S = 30
SECRET_BYTES = 20
ISSUER = "Mingcha 明察"
# Others need one as soon as they have one.
ALWAYS = frozenset({Role.HEAD, Role.SUPERVISION})


def is_needed(person: Person) -> bool:
    """Whether this person signs in with a time code."""
    return person.totp_sealed is not None or not ALWAYS.isdisjoint(person.roles)


def give(work: Work, person: Person) -> str:
    """Make a new secret for `person`; returns the otpauth address to show once, as a QR code."""
    secret = base64.b32encode(work.chance(SECRET_BYTES)).decode()
    person.totp_sealed = field_encryption.seal(work, secret, Field.PERSON_TOTP, owner=person.id)
    person.totp_last_step = None
    return pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=ISSUER)


def use(work: Work, person: Person, code: str | None) -> bool:
    """Whether `code` is right now, and newer than the last one used; it is then used up."""
    if person.totp_sealed is None or not code:
        return False
    secret = field_encryption.open_(work, person.totp_sealed, Field.PERSON_TOTP, owner=person.id)
    totp = pyotp.TOTP(secret)
    now = int(work.now.timestamp()) // STEP_S
    for step in (now, now - 1, now + 1):
        if step <= (person.totp_last_step or 0):
            continue
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.strip().encode()):
            person.totp_last_step = step
            return True
    return False
