"""Bringing a store to the newest schema, one numbered step at a time, each whole or not at all.

It never goes back, and refuses a store that a newer program has been at.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

from fieldapp.errors import StoreTooNew
from fieldapp.store.migrations import (
    m0001_first,
    m0002_search,
    m0003_portraits,
    m0004_task_order,
    m0005_short_words,
    m0006_recordings,
)
from fieldapp.store.opening import Store, Transaction
from fieldapp.store.search import SearchIndex

Fill = Callable[[Store, Transaction], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    number: int
    name: str
    statements: tuple[str, ...]
    fill: Fill | None = None
    """Makes what is new out of what is there, in the same transaction."""


def _migration(module: ModuleType, fill: Fill | None = None) -> Migration:
    return Migration(
        number=module.NUMBER, name=module.NAME, statements=module.STATEMENTS, fill=fill
    )


def _index_everything(store: Store, tx: Transaction) -> None:
    index = SearchIndex(store)
    for kind, id_, version in store.rows("SELECT kind, id, version FROM reference_object"):
        data = store.value(
            "SELECT data FROM reference_object WHERE kind = ? AND id = ? AND version = ?",
            (kind, id_, version),
        )
        index.put(tx, kind, id_, version, json.loads(data))
    index.tidy(tx)


MIGRATIONS: tuple[Migration, ...] = (
    _migration(m0001_first),
    _migration(m0002_search, _index_everything),
    _migration(m0003_portraits),
    _migration(m0004_task_order),
    _migration(m0005_short_words, _index_everything),
    _migration(m0006_recordings),
)


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
        if migration.fill is not None:
            migration.fill(store, tx)
        tx.execute(
            "INSERT INTO migration (number, name) VALUES (?, ?)",
            (migration.number, migration.name),
        )
