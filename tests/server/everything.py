"""Everything a database holds, table by table, for tests that look for what must not be there."""

from typing import Any

from sqlalchemy import Engine, func, select

from server.models import Base

Rows = dict[str, list[tuple[Any, ...]]]


def rows(engine: Engine) -> Rows:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: _sorted([tuple(row) for row in connection.execute(select(table))])
            for table in Base.metadata.sorted_tables
        }


def as_kept(engine: Engine) -> Rows:
    """The same as the database itself keeps it, in whatever order: to be compared, and quicker."""
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}"')
            ]
            for table in Base.metadata.sorted_tables
        }


def counts(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def changed(before: Rows, after: Rows) -> set[str]:
    """The tables that do not hold the same."""
    return {
        name
        for name in before
        if before[name] != after[name] and _sorted(before[name]) != _sorted(after[name])
    }


def _sorted(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(found, key=repr)
