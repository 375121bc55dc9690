"""Bringing a store to the newest schema, one numbered step at a time, each whole or not at all.

It never goes back, and refuses a store that a newer program has been at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from fieldapp.errors import StoreTooNew
from fieldapp.store.migrations import m0001_first
from fieldapp.store.opening import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    number: int
    name: str
    statements: tuple[str, ...]


def _migration(module: ModuleType) -> Migration:
    return Migration(number=module.NUMBER, name=module.NAME, statements=module.STATEMENTS)


MIGRATIONS: tuple[Migration, ...] = (_migration(m0001_first),)


def migrate(store: Store, migrations: Sequence[Migration] = MIGRATIONS) -> tuple[int, ...]:
    """Run what this store has not had; return the numbers that ran. Raises `StoreTooNew`."""
    done = _done(store)
    newest = migrations[-1].number
    if done and max(done) > newest:
        raise StoreTooNew("A newer program made this store.", found=max(done), known=newest)
    due = [migration for migration in migrations if migration.number not in done]
    for migration in due:
        _run(store, migration)
    return tuple(migration.number for migration in due)


def _done(store: Store) -> set[int]:
    if store.value("SELECT 1 FROM sqlite_master WHERE name = 'migration'") is None:
        with store.transaction() as tx:
            tx.execute("CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL)")
    return {number for (number,) in store.rows("SELECT number FROM migration")}


def _run(store: Store, migration: Migration) -> None:
    with store.transaction() as tx:
        for statement in migration.statements:
            tx.execute(statement)
        tx.execute(
            "INSERT INTO migration (number, name) VALUES (?, ?)",
            (migration.number, migration.name),
        )
