"""One look at the database outside any transaction: for what tablets ask all day long.

PostgreSQL shows a statement what is committed when it begins, with a transaction around it or
without, so whoever only looks needs no BEGIN and no ROLLBACK. Asked through the driver itself it
costs a quarter of the calls that a session makes of it. The connections for it are kept apart:
they are in no transaction and plan each statement once (`database.OF_GLANCES`).

SQLite is asked in the usual way, and so is a session in the middle of a transaction, which must
see what it has written.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, Executable
from sqlalchemy.orm import Session

from server import driver
from server.database import GLANCES, rows_of

Row = tuple[Any, ...]


def glance(session: Session, statement: Executable, told: Mapping[str, Any]) -> Sequence[Row]:
    """The rows of a statement that only looks, as plain values.

    `statement` must be one that is put together once and kept: its text is remembered. Past
    SQLAlchemy, values come out as the driver has them: ask for no enums.
    """
    engine = session.bind
    aside = engine.get_execution_options().get(GLANCES) if isinstance(engine, Engine) else None
    if aside is None or session.in_transaction():
        return [tuple(row) for row in rows_of(session, statement, told)]
    pooled = aside.raw_connection()
    try:
        return driver.look(pooled, statement, told)
    finally:
        pooled.close()
