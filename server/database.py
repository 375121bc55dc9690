"""How the database is reached. Knows both engines' manners; never knows a table.

SQLite: write-ahead log, foreign keys on, and a transaction that means to write takes the
write lock at once (`BEGIN IMMEDIATE`), so that two writers queue instead of one failing
half-way. PostgreSQL: psycopg 3, with a bound on idle transactions because one left open
holds back every tablet's cursor (docs/protocol.md, §3).
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import DeclarativeBase, Session

BUSY_TIMEOUT_MS = 15_000
IDLE_MS = 60_000


class Aim(StrEnum):
    """What a transaction is for."""

    READ = "read"
    WRITE = "write"


def make_engine(url: str) -> Engine:
    """An engine for `url`; the folder of a SQLite file is made if it is missing."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "options": f"-c timezone=UTC -c idle_in_transaction_session_timeout={IDLE_MS}"
        },
    )


def aimed(engine: Engine, aim: Aim) -> Engine:
    """The same engine, whose transactions begin as `aim` needs."""
    return engine.execution_options(aim=aim)


def is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def insert_if_absent(
    session: Session, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert those of `rows` whose key is not there yet; another transaction's are left alone.

    The rows carry every column: defaults of the model are not applied.
    """
    if not rows:
        return
    insert = postgresql.insert if is_postgresql(session.connection()) else sqlite.insert
    session.execute(insert(table).on_conflict_do_nothing(), list(rows))


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    # Python's own transaction handling is switched off: it would begin late and as a reader.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    aim = connection.get_execution_options().get("aim", Aim.WRITE)
    connection.exec_driver_sql("BEGIN" if aim is Aim.READ else "BEGIN IMMEDIATE")
