"""Several queries asked in one go, where each by itself is soon done.

Asked one by one each costs a way to the database and back, and more in Python than in the
database. PostgreSQL takes all as one statement and gives back one JSON value for each query, its
columns side by side; SQLite, which lies in the same process, takes one after the other. Both
give the same rows, in no order.
"""

from collections import namedtuple
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.orm import Session

from server import json_rows
from server.database import is_postgresql

Query = Select[*tuple[Any, ...]] | FromClause
"""Plain columns. One that groups or unites is a subquery; a CTE if others look at it as well."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Rows by the query's name, none of one that was left out.

    And what settings of PostgreSQL were before they were changed.
    """

    rows: Mapping[str, Sequence[Any]]
    settings: Mapping[str, str]

    def __getitem__(self, name: str) -> Sequence[Any]:
        return self.rows[name]


class Together:
    """Queries by name. A parameter that several of them name is one.

    `settings` are PostgreSQL's for whatever the transaction asks next.
    """

    def __init__(
        self,
        queries: Mapping[str, Query],
        *,
        settings: Mapping[str, ColumnElement[str]] | None = None,
    ) -> None:
        self._queries = queries
        self._settings = settings or {}
        self._asked = cache(self._put_together)

    def ask(
        self, session: Session, told: Mapping[str, Any], *, without: Collection[str] = ()
    ) -> Answers:
        """Ask all of them but those in `without`.

        What waits in the session is not written before.
        """
        names = tuple(name for name in self._queries if name not in without)
        connection = session.connection()
        rows: dict[str, Sequence[Any]] = dict.fromkeys(self._queries, ())
        if not is_postgresql(connection):
            alone = {name: _alone(self._queries[name]) for name in names}
            rows |= {name: connection.execute(one, told).all() for name, one in alone.items()}
            return Answers(rows, {})
        statement, readers = self._asked(names)
        *values, before, _ = connection.execute(statement, told).one()
        found = zip(readers.items(), values, strict=True)
        return Answers(rows | {name: read(value) for (name, read), value in found}, before)

    def _put_together(
        self, names: tuple[str, ...]
    ) -> tuple[Select[*tuple[Any, ...]], Mapping[str, "_Reader"]]:
        """One statement and what reads its answer, made once for all."""
        queries = {name: self._queries[name] for name in names}
        statement = select(
            *(_as_one_value(query).label(name) for name, query in queries.items()),
            _before(self._settings),
            _from_now_on(self._settings),
        )
        return statement, {name: _reader(query) for name, query in queries.items()}


def _alone(query: Query) -> Select[*tuple[Any, ...]]:
    return select(query) if isinstance(query, FromClause) else query


def _as_one_value(query: Query) -> ColumnElement[Any]:
    """All rows as a list of their columns, each a list of values, or of nulls if there is none."""
    columns = query.c if isinstance(query, FromClause) else query.selected_columns
    whole = func.json_build_array(*(func.json_agg(column) for column in columns))
    if isinstance(query, FromClause):
        return select(whole).select_from(query).scalar_subquery()
    return query.with_only_columns(whole, maintain_column_froms=True).scalar_subquery()


def _before(settings: Mapping[str, Any]) -> ColumnElement[Any]:
    pairs = ((_quoted(name), func.current_setting(_quoted(name))) for name in settings)
    return func.json_build_object(*(each for pair in pairs for each in pair))


def _from_now_on(settings: Mapping[str, ColumnElement[str]]) -> ColumnElement[Any]:
    """Last of all, so that nothing in the same statement goes by them already."""
    changes = (func.set_config(_quoted(name), value, true()) for name, value in settings.items())
    return func.json_build_array(*changes)


def _quoted(name: str) -> ColumnElement[str]:
    return literal_column(f"'{name}'")


_Reader = Callable[[Sequence[Any]], Sequence[Any]]


def _reader(query: Query) -> _Reader:
    """What makes rows of such a value again."""
    columns = query.c if isinstance(query, FromClause) else query.selected_columns
    row = namedtuple("Row", columns.keys())  # type: ignore[misc]
    ways = [_way_to_read(column.type) for column in columns]

    def read(values: Sequence[Any]) -> Sequence[Any]:
        if values[0] is None:
            return ()
        as_told = zip(ways, values, strict=True)
        whole = (each if way is None else map(way(), each) for way, each in as_told)
        return list(map(row._make, zip(*whole, strict=True)))

    return read


def _way_to_read(type_: Any) -> Callable[[], Callable[[Any], Any]] | None:
    """What makes a reader that knows again what it has read; None where none is needed."""
    read = json_rows.reader(type_)
    return None if read is None else lambda: cache(lambda said: said and read(said))
