"""Brings the tables of a database to the newest migration. Never changes rows by itself."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from server.work import Parts

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def config(database_url: str) -> Config:
    """What Alembic needs to know; the same as `alembic -c setup.cfg` with the address filled in."""
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.attributes["database_url"] = database_url
    return found


def upgrade(parts: Parts) -> None:
    """Run every migration that was not run yet, one process at a time."""
    command.upgrade(config(parts.settings.database_url), "head")
