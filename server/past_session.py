"""Rows of a transaction asked of the driver itself, and objects of the session made of them.

What the session does around a statement that it has put together long ago (who wants which
columns, what each of them is called, which of its objects a row may be) costs a multiple of the
statement. A row that is the first a session hears of needs none of it.

SQLite is asked in the usual way, and so is a session that knows objects already, unless it has
asked ahead: what it has changed of them must stand.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, inspect
from sqlalchemy.orm import DeclarativeBase, Session

from server.adopting import adopt
from server.database import rows_of
from server.gathering import GatheringSession


class _Entity(NamedTuple):
    """A whole row of a table among what is asked: the names of its columns."""

    table: type[DeclarativeBase]
    names: tuple[str, ...]


class _Asked(NamedTuple):
    """What is asked column by column, and what is made of them; a None is one column itself."""

    statement: Select[*tuple[Any, ...]]
    parts: tuple[_Entity | None, ...]


def rows(
    session: Session, statement: Select[*tuple[Any, ...]], told: Mapping[str, Any]
) -> Sequence[tuple[Any, ...]]:
    """The rows of a statement that asks for whole objects and columns; no object may be missing.

    `statement` must be one that is put together once and kept.
    """
    engine = session.bind
    if not isinstance(engine, Engine) or engine.dialect.name != "postgresql":
        return [tuple(row) for row in session.execute(statement, told)]
    asked = _asked(statement)
    found: Iterable[Sequence[Any]] | None = None
    if not len(session.identity_map) and not session.new:
        found = rows_of(session, asked.statement, told)
    elif isinstance(session, GatheringSession):
        found = session.foreseen(asked.statement, told)
    if found is None:
        return [tuple(row) for row in session.execute(statement, told)]
    return [_made(session, asked, row) for row in found]


def columns_of(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """What `rows` asks of PostgreSQL; asked ahead, it is not asked again."""
    return _asked(statement).statement


def _made(session: Session, asked: _Asked, row: Sequence[Any]) -> tuple[Any, ...]:
    made, at = [], 0
    for part in asked.parts:
        if part is None:
            made.append(row[at])
            at += 1
        else:
            values = zip(part.names, row[at:], strict=False)
            made.append(adopt(session, part.table, dict(values)))
            at += len(part.names)
    return tuple(made)


@cache
def _asked(statement: Select[*tuple[Any, ...]]) -> _Asked:
    columns: list[Any] = []
    parts: list[_Entity | None] = []
    for one in statement.column_descriptions:
        if one["entity"] is not None and one["expr"] is one["entity"]:
            names = tuple(inspect(one["entity"]).columns.keys())
            columns += [getattr(one["entity"], name) for name in names]
            parts.append(_Entity(one["entity"], names))
        else:
            columns.append(one["expr"])
            parts.append(None)
    return _Asked(
        statement=statement.with_only_columns(*columns, maintain_column_froms=True),
        parts=tuple(parts),
    )
