"""Rows of many tables as one statement of PostgreSQL, the rows of each one value (`row_form`)."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase

from server import driver, row_form
from server.driver import Json, Said
from server.models.base import JsonText
from server.row_form import Puts, Row

Table = type[DeclarativeBase]
KEPT = 512
"""Statements: those of a working day and more."""


class Part(NamedTuple):
    """One part of the statement: rows to add, or to change where `keys` name what tells them.

    `reckoned` are columns that the database fills in, with the SQL it does so by. `beside` is SQL
    after the rows, which it calls `news`: a join that makes several of one or none, or what is
    done where there is such a row already.
    """

    table: Table
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()
    reckoned: tuple[tuple[str, str], ...] = ()
    beside: str = ""


class Beside(NamedTuple):
    """What is done in the same statement otherwise: its parts in SQL, each `name AS (…)`.

    They know the values given with them as `$1` and so on.
    """

    parts: tuple[str, ...]
    values: tuple[Json, ...]


def write(
    connection: Connection,
    rows: Mapping[Part, Sequence[Row]],
    beside: Sequence[Beside] = (),
    *,
    then: Said | None = None,
    commit: bool = False,
) -> list[tuple[Any, ...]]:
    """Add and change rows, and do what is to be done beside it, as one statement of PostgreSQL.

    No row may be meant twice, and no column tell JSON's null from none. With it goes what is said
    or committed `then` (`driver.say_in_turn`); returns the rows of that.
    """
    values: list[Any] = []
    for part, some in rows.items():
        shape = row_form.shape_of(connection, _quote(part.table.__tablename__))
        values.append(row_form.array(shape, some, _puts(part.table)))
    for one in beside:
        values += one.values
    numbers = tuple((one.parts, len(one.values)) for one in beside)
    said = Said(_statement(tuple(rows), numbers), values)
    try:
        if then is None and not commit:
            return driver.say(connection, said)
        return driver.say_in_turn(connection, [said, *([then] if then else ())], commit=commit)[-1]
    except DBAPIError as error:
        if not isinstance(error.orig, psycopg.errors.DatatypeMismatch):
            raise
        row_form.forget_shapes(connection)  # a migration went through: the next try knows it
        raise OperationalError(error.statement, error.params, error.orig) from error


def order(part: Part) -> tuple[Any, ...]:
    """By this parts are sorted, so that it is few statements that PostgreSQL must know."""
    return (part.table.__tablename__, *part[1:])


@lru_cache(KEPT)  # what is written together, and which columns, comes in more ways than can be kept
def _statement(parts: tuple[Part, ...], beside: tuple[tuple[tuple[str, ...], int], ...]) -> bytes:
    written = [_part(each, place) for place, each in enumerate(parts, 1)]
    values = len(parts)
    last = "SELECT WHERE false" if beside else written.pop()
    named = [f"part_{number} AS ({said})" for number, said in enumerate(written)]
    for others, count in beside:
        named += [_moved_on(one, values) for one in others]
        values += count
    return (f"WITH {', '.join(named)} {last}" if named else last).encode()


def _moved_on(sql: str, by: int) -> str:
    """The same where its values stand after so many others."""
    return _VALUE.sub(lambda found: f"${int(found[1]) + by}", sql)


def _part(part: Part, place: int) -> str:
    """SQL of a part whose rows are `$place`."""
    name = _quote(part.table.__tablename__)
    rows = f"unnest(${place}::{name}[])"
    if part.keys:
        columns = [_quote(one) for one in part.columns]
        news = ", ".join(f"{one} = news.{one}" for one in columns)
        these = " AND ".join(f"{name}.{_quote(one)} = news.{_quote(one)}" for one in part.keys)
        return f"UPDATE {name} SET {news} FROM {rows} AS news WHERE {these}"  # noqa: S608
    filled = {one: f"news.{_quote(one)}" for one in part.columns}
    filled |= dict(part.reckoned)
    into, values = ", ".join(map(_quote, filled)), ", ".join(filled.values())
    return f"INSERT INTO {name} ({into}) SELECT {values} FROM {rows} AS news {part.beside}"  # noqa: S608


@cache
def _puts(table: Table) -> Puts:
    """What makes of a column's values those of its type in the database, where they are others."""
    columns = inspect(table).columns
    return {one.key: _json_text for one in columns if isinstance(one.type, JsonText)}


def _json_text(value: Any) -> bytes | None:
    return None if value is None else row_form.json_of(value)


_VALUE = re.compile(r"\$(\d+)")
_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]


def as_json(rows: Sequence[Row]) -> Json:
    """Rows as one value, for a statement that reads them so."""
    return Json(row_form.json_of(rows))
