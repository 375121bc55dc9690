"""What was typed into a search: part of a name, first letters of its pinyin, or a code.

One way for every register. On PostgreSQL windows of two characters lead to the row along an index
(migrations: `windows_of`), so that no search reads every name; SQLite, for small places, reads.
"""

from sqlalchemy import ARRAY, ColumnElement, Text, and_, cast, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from server.database import is_postgresql
from server.work import Work
from shared.search.windows import windows

Column = InstrumentedAttribute[str]


def fits(
    work: Work, text: str, name: Column, initials: Column, *codes: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Rows whose `name` or `initials` hold `text`, or of which one of `codes` is true.

    Codes count only where letters and figures were typed.
    """
    typed = text.strip()
    found = [_holds(work, name, typed)]
    if typed.isascii():
        found.extend(codes)
        if typed.isalnum():
            found.append(_holds(work, initials, typed.lower()))
    return or_(*found)


def among(text: str, name: Column, initials: Column) -> ColumnElement[bool]:
    """The same where few rows are looked through anyway (`listing.SEARCHED`): no index is asked."""
    typed = text.strip()
    found = [name.contains(typed, autoescape=True)]
    if typed.isascii() and typed.isalnum():
        found.append(initials.contains(typed.lower(), autoescape=True))
    return or_(*found)


def begins(column: Column, text: str) -> ColumnElement[bool]:
    """Where a code begins with what was typed, in capitals or not."""
    typed = text.strip()
    return or_(
        *(column.startswith(each, autoescape=True) for each in {typed.upper(), typed.lower()})
    )


def _holds(work: Work, column: Column, typed: str) -> ColumnElement[bool]:
    """Where a column holds what was typed. Its windows lead there along an index on PostgreSQL."""
    contains = column.contains(typed, autoescape=True)
    if not is_postgresql(work.session.connection()):
        return contains
    wanted = cast(list(windows(typed)), ARRAY(Text))
    return and_(func.windows_of(column).op("@>", is_comparison=True)(wanted), contains)
