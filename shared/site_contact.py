"""A contact given on site: what counts as one, and the box in which it travels to the platform.

Phone and e-mail are sealed to a key of the platform before they are signed into the chain, so that
neither ledger, case file nor tablet shows them to anybody; what is shown is masked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared import crypto
from shared.canonical import canonical, parse_object
from shared.errors import BadInput
from shared.mask import mask_email, mask_phone

PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")
# No more than is needed to write to it: a mail server says whether there is such a box.
EMAIL = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")
LONGEST_EMAIL = 254
LONGEST_WORD = 60
SEED_BYTES, NONCE_BYTES = 32, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactKey:
    """Whom the box is for: the name of a key of the platform, and its X25519 public half."""

    id: str
    public: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """By what somebody is reached; at least one is not empty."""

    phone: str = ""
    email: str = ""

    @property
    def masked(self) -> str:
        """As much of it as may be shown."""
        shown = (mask_phone(self.phone), mask_email(self.email) if self.email else "")
        return ", ".join(filter(None, shown))


def is_phone(text: str) -> bool:
    """Whether it could be a telephone number."""
    return PHONE.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether it could be an e-mail address."""
    return len(text) <= LONGEST_EMAIL and EMAIL.fullmatch(text) is not None


def key_of(settings: Mapping[str, object]) -> ContactKey | None:
    """The key a platform lets tablets know; None where it takes no contacts from them."""
    said = settings.get("contact_key")
    if not isinstance(said, Mapping):
        return None
    id_, public = said.get("id"), said.get("public")
    if not (isinstance(id_, str) and isinstance(public, str)):
        return None
    return ContactKey(id=id_, public=public)


def seal(reach: Reach, key: ContactKey, chance: bytes) -> str:
    """The box; `chance` is 44 bytes that are used once. `BadInput` for a key that is none."""
    plain = canonical({"phone": reach.phone, "email": reach.email})
    return crypto.seal_to(key.public, plain, chance[:SEED_BYTES], chance[SEED_BYTES:])


def open_(box: str, seed: bytes) -> Reach:
    """What is in a box; `SealBroken` where it does not open, `BadInput` if it is no contact."""
    said = parse_object(crypto.open_sealed(seed, box))
    phone, email = said.get("phone"), said.get("email")
    if not (isinstance(phone, str) and isinstance(email, str)):
        raise BadInput("Not a contact.")
    return Reach(phone=phone, email=email)
