"""The rows of a database as files, all of one moment, streamed; and back.

SQLite copies its pages by its own online backup; PostgreSQL gives every table by COPY inside one
repeatable-read transaction. No row is held in memory, and no program of the database is needed.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, inspect, select, text
from sqlalchemy.orm import Session

from server.backup.manifest import blocks
from server.database import Aim, aimed
from server.models import Base

SQLITE = "mingcha.db"
PAGES = 2000
COPY = ".copy"


def dump(engine: Engine, folder: Path) -> tuple[str, list[Path]]:
    """Write every table below `folder`. Returns the schema's revision and the files."""
    folder.mkdir(parents=True, exist_ok=True)
    if engine.dialect.name == "sqlite":
        # As a reader: SQLite would wait for ever for the end of its own writing transaction.
        with aimed(engine, Aim.READ).connect() as reading:
            return _revision(reading), [_dump_sqlite(reading, folder / SQLITE)]
    isolated = engine.execution_options(isolation_level="REPEATABLE READ")
    with isolated.connect() as connection:
        tables = Base.metadata.sorted_tables
        return _revision(connection), [_dump_table(connection, t, folder) for t in tables]


def load(session: Session, folder: Path) -> None:
    """Put the rows of a PostgreSQL dump into its empty tables, in the transaction of `session`."""
    connection = session.connection()
    tables = Base.metadata.sorted_tables
    names = ", ".join(_quoted(connection, table) for table in tables)
    connection.execute(text(f"TRUNCATE {names}"))
    raw: Any = connection.connection.driver_connection
    for table in tables:
        statement = f"COPY {_quoted(connection, table)} ({_columns(connection, table)}) FROM STDIN"
        with raw.cursor() as cursor, cursor.copy(f"{statement} (FORMAT binary)") as copy:
            for block in blocks(folder / f"{table.name}{COPY}"):
                copy.write(block)
        _set_sequence(connection, table)


def is_empty(engine: Engine) -> bool:
    """Whether no server has served this database yet: no tables, or none of its rows."""
    if not inspect(engine).has_table("epoch"):
        return True
    with engine.connect() as connection:
        return connection.execute(text("SELECT 1 FROM epoch LIMIT 1")).first() is None


def _revision(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _dump_sqlite(connection: Connection, path: Path) -> Path:
    source: Any = connection.connection.driver_connection
    target = sqlite3.connect(path)
    try:
        source.backup(target, pages=PAGES)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    finally:
        target.close()
    return path


def _dump_table(connection: Connection, table: Table, folder: Path) -> Path:
    path = folder / f"{table.name}{COPY}"
    columns, name = _columns(connection, table), _quoted(connection, table)
    raw: Any = connection.connection.driver_connection
    # A partitioned table cannot be copied itself, but what is selected from it can.
    statement = f"COPY (SELECT {columns} FROM {name}) TO STDOUT (FORMAT binary)"  # noqa: S608
    with path.open("wb") as file, raw.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            file.write(block)
    return path


def _set_sequence(connection: Connection, table: Table) -> None:
    """Let what counts up by itself go on above the rows that came."""
    column = table.autoincrement_column
    if column is None:
        return
    told = {"table": table.name, "column": column.name}
    sequence = text("SELECT pg_get_serial_sequence(:table, :column)")
    name = connection.execute(sequence, told).scalar_one()
    if name is not None:
        newest = connection.execute(select(func.max(column))).scalar_one() or 0
        connection.execute(select(func.setval(name, newest + 1, False)))  # noqa: FBT003


def _columns(connection: Connection, table: Table) -> str:
    names: Sequence[str] = [column.name for column in table.columns]
    return ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)


def _quoted(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.quote(table.name)
