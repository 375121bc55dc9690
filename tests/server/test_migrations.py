"""The migrations make exactly the tables of the models, on both engines, and can be taken back."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Index, UniqueConstraint, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import ColumnCollectionConstraint
from sqlalchemy.types import TypeEngine

from server.database import make_engine
from server.database_schema import config
from server.models import Base


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'm.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def engine(url: str):
    engine = make_engine(url)
    yield engine
    engine.dispose()


def is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _to: object) -> bool:
    by_hand = {"table": "trace_event_", "index": "_windows_"}
    return not (kind in by_hand and by_hand[kind] in str(name))


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_ours}
        )
        return list(compare_metadata(context, Base.metadata))


def columns(engine: Engine) -> dict[str, list[tuple[str, str]]]:
    seen = inspect(engine)
    return {
        table: [(column["name"], str(column["type"])) for column in seen.get_columns(table)]
        for table in sorted(seen.get_table_names())
    }


def test_the_newest_migration_makes_the_models_tables(url: str, engine: Engine) -> None:
    command.upgrade(config(url), "head")
    assert differences(engine) == []


@pytest.mark.postgres
def test_codes_are_compared_byte_by_byte(postgres_url: str) -> None:
    command.upgrade(config(postgres_url), "head")
    engine = make_engine(postgres_url)
    asked = text(
        "SELECT attrelid::regclass::text, attname, collname FROM pg_attribute "
        "JOIN pg_collation AS c ON c.oid = attcollation JOIN pg_class AS r ON r.oid = attrelid "
        "WHERE r.relkind IN ('r', 'p')"
    )
    with engine.connect() as connection:
        there = {
            (table, column): collation for table, column, collation in connection.execute(asked)
        }
    engine.dispose()
    wanted = {
        (table.name, column.name): getattr(_on_postgres(column.type), "collation", None)
        or "default"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if (table.name, column.name) in there
    }
    assert {key: there[key] for key in wanted} == wanted
    assert wanted["sync_scope", "scope_key"] == wanted["trace_event", "visit_id"] == "C"
    assert wanted["enterprise", "name"] == "default"


def _on_postgres(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.dialect_impl(postgresql.dialect())  # type: ignore[no-untyped-call]


def test_every_migration_can_be_taken_back_and_made_again(url: str, engine: Engine) -> None:
    command.upgrade(config(url), "head")
    made = columns(engine)
    command.downgrade(config(url), "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    command.upgrade(config(url), "head")
    assert columns(engine) == made


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory.from_config(config("sqlite://")).get_heads()) == 1


def test_no_index_is_the_beginning_of_another() -> None:
    """Such a one finds nothing that the other would not, and is written with every row."""
    for table in Base.metadata.tables.values():
        keys = table.primary_key, *(c for c in table.constraints if isinstance(c, UniqueConstraint))
        plain = [index for index in table.indexes if _is_plain(index)]
        ways = [_way(one) for one in (*keys, *plain)]
        for index in plain:
            way = _way(index)
            longer = [each for each in ways if each != way and each[: len(way)] == way]
            assert index.unique or not longer, index.name


def _is_plain(index: Index) -> bool:
    told = index.dialect_options["postgresql"]
    return told["where"] is None and not told["using"]


def _way(found: Index | ColumnCollectionConstraint) -> tuple[str, ...]:
    return tuple(column.name for column in found.columns)
