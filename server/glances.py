"""One look at the database outside any transaction: for what tablets ask all day long.

PostgreSQL shows a statement what is committed when it begins, with a transaction around it or
without, so whoever only looks needs no BEGIN and no ROLLBACK. Asked through the driver itself it
costs a quarter of the calls that a session makes of it. The connections for it are kept apart:
they are in no transaction and plan each statement once (`database.OF_GLANCES`).

SQLite is asked in the usual way, and so is a session in the middle of a transaction, which must
see what it has written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Engine, Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session

from server.database import GLANCES, rows_of

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A statement as the driver takes it, with the values that stand in it."""

    text: bytes
    values: Mapping[str, Any]


def glance(session: Session, statement: Executable, told: Mapping[str, Any]) -> Sequence[Row]:
    """The rows of a statement that only looks, as plain values.

    `statement` must be one that is put together once and kept: its text is remembered. Past
    SQLAlchemy, values go in and come out as the driver has them: give no enums, and moments with
    their time zone.
    """
    engine = session.bind
    aside = engine.get_execution_options().get(GLANCES) if isinstance(engine, Engine) else None
    if aside is None or session.in_transaction():
        return [tuple(row) for row in rows_of(session, statement, told)]
    said = plain(statement)
    pooled = aside.raw_connection()
    try:
        asked = pooled.driver_connection.execute(said.text, {**said.values, **told}, binary=True)
        found: list[Row] = asked.fetchall()
    finally:
        pooled.close()
    return found


@cache
def plain(statement: Executable) -> Plain:
    """A statement that is put together once and kept, as the driver takes it."""
    compiled = statement.compile(dialect=DIALECT)  # type: ignore[attr-defined]
    values = {name: value for name, value in compiled.params.items() if value is not None}
    return Plain(
        text=str(compiled).encode(),
        values={name: getattr(value, "value", value) for name, value in values.items()},
    )


DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
