"""Rows found by part of a name or by its pinyin's first letters (server/services/finding.py)."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from shared.search.initials import initials

LONGEST_INITIALS = 200


def initials_of(name: str) -> str:
    """What something of this name is also found by: its pinyin's initials, in small letters."""
    return initials(name).lower()[:LONGEST_INITIALS]


class Named:
    """`initials` follows whatever `name` (or, of a law, `title`) is given."""

    initials: Mapped[str] = mapped_column(String(LONGEST_INITIALS), default="")

    @validates("name", "title")
    def _named(self, _column: str, name: str) -> str:
        self.initials = initials_of(name)
        return name
