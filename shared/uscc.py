"""统一社会信用代码 (GB 32100-2015): is it one, what was probably meant, and how one is made.

The registering office in positions 3 to 8 is that of the day of issue, so it is never looked up
in today's list of regions. Nothing is ever corrected silently: a likely misreading is a
suggestion for a person to confirm.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from stdnum.cn import uscc as standard

from shared.errors import BadInput

LENGTH = 18
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(rf"[{LETTERS}]{{2}}[0-9]{{6}}[{LETTERS}]{{10}}")
_BASE = re.compile(rf"[{LETTERS}]{{2}}[0-9]{{6}}[{LETTERS}]{{9}}")
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
        cautions = () if _body_holds(code) else (Caution.BODY_CHECK,)
        return Reading(code=code, cautions=cautions)
    meant = code.translate(_MISREAD)
    suggestion = meant if meant != code and _problem(meant) is None else None
    return Reading(code=code, problem=problem, suggestion=suggestion)


def is_valid(text: str) -> bool:
    """Whether `text`, once normalised, is a code with a right check character."""
    return read(text).problem is None


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
    total = sum(
        int(letter, 36) * weight for letter, weight in zip(body, _BODY_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def _problem(code: str) -> Problem | None:
    if len(code) != LENGTH:
        return Problem.LENGTH
    if not _SHAPE.fullmatch(code):
        return Problem.LETTERS
    return None if code[-1] == check_character(code[:-1]) else Problem.CHECK


def _body_holds(code: str) -> bool:
    return code[16] == body_check_character(code[8:16])
