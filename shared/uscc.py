"""统一社会信用代码 (GB 32100-2015): is it one, what was probably meant, and how one is made.

The registering office in positions 3 to 8 is that of the day of issue, so it is never looked up
in today's list of regions. Nothing is ever corrected silently: a likely misreading is a
suggestion for a person to confirm.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from operator import mul

from stdnum.cn import uscc as standard

from shared.errors import BadInput

LENGTH = 18
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(rf"[{LETTERS}]{{2}}[0-9]{{6}}[{LETTERS}]{{10}}")
_BASE = re.compile(rf"[{LETTERS}]{{2}}[0-9]{{6}}[{LETTERS}]{{9}}")
_VALUES = {letter: value for value, letter in enumerate(LETTERS)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_BODY_VALUES = {letter: int(letter, 36) for letter in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_MISREAD = str.maketrans({"O": "0", "I": "1", "S": "5", "Z": "2"})


class Problem(StrEnum):
    """Why a text is no code; a stable word."""

    LENGTH = "uscc_length"
    LETTERS = "uscc_letters"
    CHECK = "uscc_check"


class Caution(StrEnum):
    """What looks odd about a code that is valid; never a reason to refuse it."""

    BODY_CHECK = "uscc_body_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read in a text: `code` when `problem` is None, else perhaps a `suggestion`."""

    code: str
    problem: Problem | None = None
    suggestion: str | None = None
    cautions: tuple[Caution, ...] = ()


def normalise(text: str) -> str:
    """`text` stripped, in upper case, full-width letters made half-width; no letter exchanged."""
    return text.translate(_FULL_WIDTH).strip().upper()


def read(text: str) -> Reading:
    """Whether `text` is a code, and if not, the valid code that was probably meant."""
    code = normalise(text)
    problem = _problem(code)
    if problem is None:
        return Reading(code=code, cautions=_cautions(code))
    meant = code.translate(_MISREAD)
    suggestion = meant if meant != code and _problem(meant) is None else None
    return Reading(code=code, problem=problem, suggestion=suggestion)


def is_valid(text: str) -> bool:
    """Whether `text`, once normalised, is a code with a right check character."""
    return _problem(normalise(text)) is None


def cautions(text: str) -> tuple[Caution, ...]:
    """What looks odd about `text` as a code; nothing if it is none at all."""
    code = normalise(text)
    return _cautions(code) if _problem(code) is None else ()


def require(text: str) -> str:
    """The normalised code; `BadInput` with the problem and the suggestion if it is none."""
    found = read(text)
    if found.problem is not None:
        raise BadInput(
            "Not a unified social credit code.",
            errors={"": found.problem},
            suggestion=found.suggestion,
        )
    return found.code


def check_character(base: str) -> str:
    """The 18th character for the first 17, which must be normalised.

    A weighted sum that is a multiple of 31 gives `0`, where "31 minus remainder" read naively
    gives 31 and has no character: one code in 31, refused by many implementations.
    """
    return standard.calc_check_digit(base)


def make(base: str) -> str:
    """A valid code from its first 17 characters, for seeds and tests; `BadInput` if malformed."""
    if not _BASE.fullmatch(base):
        raise BadInput("Not the first 17 characters of a code.")
    return base + check_character(base)


def body_check_character(body: str) -> str:
    """The 9th character of an organisation's body code (GB 11714) for its first 8.

    Letters count A=10 … Z=35. That is remembered, not read in the standard, and published codes
    do not settle it: see `Caution.BODY_CHECK`.
    """
    total = sum(map(mul, map(_BODY_VALUES.__getitem__, body), _BODY_WEIGHTS))
    return "0123456789X0"[11 - total % 11]


def _problem(code: str) -> Problem | None:
    if len(code) != LENGTH:
        return Problem.LENGTH
    if not _SHAPE.fullmatch(code):
        return Problem.LETTERS
    return None if _check_holds(code) else Problem.CHECK


def _check_holds(code: str) -> bool:
    """Whether the 18th character is `check_character` of the others; asked of millions of codes."""
    total: int = sum(map(mul, map(_VALUES.__getitem__, code), _WEIGHTS))
    return (total + _VALUES[code[-1]]) % len(LETTERS) == 0


def _cautions(code: str) -> tuple[Caution, ...]:
    holds = code[16] == body_check_character(code[8:16])
    return () if holds else (Caution.BODY_CHECK,)
