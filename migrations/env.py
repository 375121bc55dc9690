"""Runs migrations on the database of MINGCHA_DATABASE_URL, or of the caller, one at a time."""

import os

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, text

from server.config import Settings
from server.database import is_postgresql, make_engine
from server.models import Base
from server.models.base import JsonText, UtcDateTime

LOCK = 0x6D696E67  # any number of our own: one migration at a time


def _url() -> str:
    given = context.config.attributes.get("database_url")
    return str(given) if given else Settings.from_env(os.environ).database_url


def _is_ours(_obj: object, name: str | None, kind: str, _reflected: bool, _compare: object) -> bool:  # noqa: FBT001
    # Partitions are made by the server as months go by; the models know only their parent.
    # The search on PostgreSQL is made by hand as well.
    by_hand = {"table": "trace_event_", "index": "_windows_"}
    return not (kind in by_hand and name is not None and by_hand[kind] in name)


def _written(kind: str, obj: object, context: AutogenContext) -> str | bool:
    """Column types in a migration's own words, so that it does not change with the models."""
    if kind == "type" and isinstance(obj, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(obj, JsonText):
        return "sa.Text()"
    if kind == "type" and isinstance(obj, JSON):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        jsonb = "postgresql.JSONB(none_as_null=True)"
        return f'sa.JSON(none_as_null=True).with_variant({jsonb}, "postgresql")'
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=_is_ours,
        render_item=_written,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        if is_postgresql(connection):
            # A migration may think for longer than a request between two statements.
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = make_engine(_url())
    with engine.connect() as opened:
        _run(opened)
    engine.dispose()
