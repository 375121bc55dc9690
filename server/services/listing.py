"""What of a list is wanted, and one page of it: every list of the console is narrowed this way.

A page begins after the last line shown, not at a count of lines: it costs the same however far
back it lies, and nothing is shown twice when the list grows meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from server.work import Work

AT_ONCE = 50
SEARCHED = 5000
"""Part of a name is looked for among so many of the newest: no index finds a part of a word, and
nothing may read through all of history. A whole number or code is found wherever it lies."""
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What of the list is wanted; empty is everything in reach. `before` is the last id shown."""

    status: str = ""
    text: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Line]):
    """Some lines, and the id after which the next ones begin."""

    lines: tuple[Line, ...]
    next_before: str | None = None


def begins_with(shown: Sequence[Any], found: int) -> str | None:
    """Where the next page begins, when `found` of at most `AT_ONCE` + 1 rows gave these lines."""
    return str(shown[-1].id) if found > AT_ONCE else None


def further(
    order: InstrumentedAttribute[Any], id_: InstrumentedAttribute[str], last: Any
) -> ColumnElement[bool]:
    """What comes after the row `last` in a list by `order` and `id_`, both descending."""
    # As one comparison of both, so that an index is entered at this very place.
    return tuple_(order, id_) < tuple_(getattr(last, order.key), last.id)


def beyond(columns: Sequence[InstrumentedAttribute[Any]], last: Any) -> ColumnElement[bool]:
    """What comes after the row `last` in a list by these columns, all ascending."""
    return tuple_(*columns) > tuple_(*(getattr(last, each.key) for each in columns))


def page(
    work: Work, query: Select[Line], columns: Sequence[InstrumentedAttribute[Any]], last: Any
) -> tuple[Sequence[Line], str | None]:
    """One page of rows by these columns, ascending, after the row `last`; where the next begins."""
    if last is not None:
        query = query.where(beyond(columns, last))
    rows = work.session.scalars(query.order_by(*columns).limit(AT_ONCE + 1)).all()
    return rows[:AT_ONCE], begins_with(rows[:AT_ONCE], len(rows))


def matching(
    work: Work, id_: InstrumentedAttribute[str], exact: Select[str], near: Select[str]
) -> ColumnElement[bool]:
    """What is `exact`, wherever it lies, or `near` among the newest (see `SEARCHED`).

    Asked beforehand: inside the list's own query an engine may choose to read everything.
    """
    return id_.in_({*work.session.scalars(exact), *work.session.scalars(near)})
