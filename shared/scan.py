"""What a scanned text is: a chain of adapters, the first that knows it answers.

Nothing scanned is ever opened or followed, and nothing is verified here: an `EnterpriseCode` is a
token that has yet to be read with the trusted keys. A new code format, of a province or of the
whole country, is one more adapter.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote

from shared import tokens, uscc
from shared.enrolment import Enrolment
from shared.enrolment import decode as decode_enrolment
from shared.errors import BadInput
from shared.tokens import TokenType

MAX_CHARACTERS = 8192
SHOWN_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class EnterpriseCode:
    token: str


@dataclass(frozen=True, slots=True)
class OfficerCode:
    token: str


@dataclass(frozen=True, slots=True)
class DocumentCode:
    token: str


@dataclass(frozen=True, slots=True)
class TabletCode:
    """Between tablets at a joint visit: `typ` says whether to join, to answer or to close."""

    typ: TokenType
    token: str


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    enrolment: Enrolment


@dataclass(frozen=True, slots=True)
class Licence:
    """A business licence, or any text with exactly one credit code in it."""

    uscc: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing we know: `text` is safe to show and to log, shortened and without control signs."""

    text: str


Scanned: TypeAlias = (
    EnterpriseCode | OfficerCode | DocumentCode | TabletCode | EnrolmentCode | Licence | Unknown
)
Adapter: TypeAlias = Callable[[str], Scanned | None]

_OF_LETTER: dict[str, Callable[[str], Scanned]] = {
    "e": EnterpriseCode,
    "o": OfficerCode,
    "d": DocumentCode,
}
# Bounded on both sides: a long random string holds a valid code by accident once in 31 windows.
_CANDIDATE = re.compile(rf"(?<![0-9A-Z])[{uscc.LETTERS}]{{18}}(?![0-9A-Z])")
_UNSHOWABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def our_address(text: str) -> Scanned | None:
    """`https://…/q/<letter>/<token>` on any host; its signature decides whose it is."""
    found = tokens.from_url(text)
    return _OF_LETTER[found[0]](found[1]) if found else None


def bare_token(text: str) -> Scanned | None:
    """A token without an address, as tablets show each other."""
    typ = tokens.type_of(text)
    if typ is None:
        return None
    letter = tokens.LETTERS.get(typ)
    return _OF_LETTER[letter](text) if letter else TabletCode(typ, text)


def enrolment(text: str) -> Scanned | None:
    """`MCE1.…`, which an administrator shows to let a tablet in."""
    try:
        return EnrolmentCode(decode_enrolment(text))
    except BadInput:
        return None


def licence(text: str) -> Scanned | None:
    """A text or address in which exactly one credit code with a right check character stands."""
    plain = uscc.normalise(unquote(text, errors="replace"))
    codes = {code for code in _CANDIDATE.findall(plain) if uscc.is_valid(code)}
    return Licence(codes.pop()) if len(codes) == 1 else None


ADAPTERS: tuple[Adapter, ...] = (our_address, bare_token, enrolment, licence)


def decode(text: str, adapters: tuple[Adapter, ...] = ADAPTERS) -> Scanned:
    """What `text` is; `Unknown` for everything no adapter knows, and never an error."""
    stripped = text.strip()
    if len(stripped) <= MAX_CHARACTERS:
        for adapter in adapters:
            found = adapter(stripped)
            if found is not None:
                return found
    return Unknown(showable(stripped))


def showable(text: str) -> str:
    """`text` as it may stand on a screen, in a log or in an event: short, one line, plain."""
    plain = _UNSHOWABLE.sub("�", text[: SHOWN_CHARACTERS + 1])
    return plain if len(plain) <= SHOWN_CHARACTERS else plain[: SHOWN_CHARACTERS - 1] + "…"
