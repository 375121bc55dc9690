"""Reference data as the server sent it, by kind, id and version, in generations.

A first pull, or one after an epoch change, is staged and becomes visible only when its last page
is in; the cursor moves in the same transaction as the data. Versions a visit was opened on are
kept until that visit is trimmed, whatever the server does meanwhile.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldapp.store.opening import Row, Store, Transaction
from shared.reference import ReferenceObject, References

Version = tuple[str, str, int]
"""(kind, id, version)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a pull. `data` is None for a delete."""

    kind: str
    id: str
    version: int
    data: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where the next pull begins. `etag` is None while a snapshot is being staged."""

    cursor: str | None
    etag: str | None
    staging: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read at a mark; a pull moves the mark in the transaction that changes the data."""

    mark: int
    objects: tuple[ReferenceObject, ...]
    references: References


class ReferenceCache:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: _Read | None = None

    def position(self) -> Position:
        _, cursor, etag, staging, staging_cursor = self._state()
        if staging is not None:
            return Position(cursor=staging_cursor, etag=None, staging=True)
        return Position(cursor=cursor, etag=etag, staging=cursor is None)

    def take_page(
        self,
        tx: Transaction,
        changes: Iterable[Change],
        *,
        cursor: str,
        etag: str | None,
        last: bool,
    ) -> None:
        """Add one page of a pull and move the position behind it."""
        generation, held_cursor, _, staging, _ = self._state()
        tx.execute("UPDATE pull_state SET changes = changes + 1")
        if staging is None and held_cursor is None:
            staging = generation + 1
            tx.execute("UPDATE pull_state SET staging = ?", (staging,))
        target = generation if staging is None else staging
        for change in changes:
            _write(tx, target, change)
        if staging is not None and not last:
            tx.execute("UPDATE pull_state SET staging_cursor = ?", (cursor,))
            return
        tx.execute(
            "UPDATE pull_state SET generation = ?, cursor = ?, etag = ?, staging = NULL,"
            " staging_cursor = NULL",
            (target, cursor, etag if last else None),
        )
        if staging is not None:
            tx.execute("DELETE FROM reference_entry WHERE generation != ?", (target,))

    def unchanged(self, tx: Transaction, *, etag: str | None) -> None:
        """The server said nothing has changed."""
        if etag is not None:
            tx.execute("UPDATE pull_state SET etag = ?", (etag,))

    def start_over(self, tx: Transaction) -> None:
        """Ask for a snapshot next time; until it is whole, what is visible stays so."""
        tx.execute(
            "DELETE FROM reference_entry WHERE generation != (SELECT generation FROM pull_state)"
        )
        tx.execute(
            "UPDATE pull_state SET cursor = NULL, etag = NULL, staging = NULL,"
            " staging_cursor = NULL"
        )

    def objects(self) -> tuple[ReferenceObject, ...]:
        """What is visible now."""
        return self._visible().objects

    def references(self) -> References:
        """The visible objects as values."""
        return self._visible().references

    def _visible(self) -> _Read:
        """Read once per change: parsing a county's forms costs more than a screen may take."""
        mark = self._store.value("SELECT changes FROM pull_state")
        if self._read is None or self._read.mark != mark:
            objects = tuple(self._load_visible())
            self._read = _Read(
                mark=mark, objects=objects, references=References.from_objects(objects)
            )
        return self._read

    def _load_visible(self) -> list[ReferenceObject]:
        rows = self._store.rows(
            "SELECT kind, id, version, data FROM reference_entry"
            " JOIN pull_state ON pull_state.generation = reference_entry.generation"
            " JOIN reference_object USING (kind, id, version)"
        )
        return [_object(row) for row in rows]

    def freeze(self, tx: Transaction, visit_id: str, versions: Sequence[Version]) -> None:
        """Keep these versions for a visit; call it in the transaction that opens the visit."""
        tx.many(
            "INSERT OR IGNORE INTO visit_reference (visit_id, kind, id, version)"
            " VALUES (?, ?, ?, ?)",
            [(visit_id, *version) for version in versions],
        )

    def frozen_objects(self, visit_id: str) -> list[ReferenceObject]:
        rows = self._store.rows(
            "SELECT kind, id, version, data FROM visit_reference"
            " JOIN reference_object USING (kind, id, version) WHERE visit_id = ?",
            (visit_id,),
        )
        return [_object(row) for row in rows]

    def frozen(self, visit_id: str) -> References:
        """Reference data as they were when the visit was opened."""
        return References.from_objects(self.frozen_objects(visit_id))

    def collect(self, tx: Transaction) -> None:
        """Delete versions that nothing visible, staged or frozen needs."""
        wanted = {
            *self._store.rows("SELECT kind, id, version FROM reference_entry"),
            *self._store.rows("SELECT kind, id, version FROM visit_reference"),
        }
        held = self._store.rows("SELECT kind, id, version FROM reference_object")
        tx.many(
            "DELETE FROM reference_object WHERE kind = ? AND id = ? AND version = ?",
            [version for version in held if version not in wanted],
        )

    def _state(self) -> Row:
        return self._store.rows(
            "SELECT generation, cursor, etag, staging, staging_cursor FROM pull_state"
        )[0]


def _write(tx: Transaction, generation: int, change: Change) -> None:
    if change.data is None:
        tx.execute(
            "DELETE FROM reference_entry WHERE generation = ? AND kind = ? AND id = ?",
            (generation, change.kind, change.id),
        )
        return
    # A version that a visit was opened on stays as it was, even if a restored server counts again.
    tx.execute(
        "INSERT INTO reference_object (kind, id, version, data) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (kind, id, version) DO UPDATE SET data = excluded.data"
        " WHERE NOT EXISTS (SELECT 1 FROM visit_reference AS used WHERE used.kind = excluded.kind"
        "  AND used.id = excluded.id AND used.version = excluded.version)",
        (change.kind, change.id, change.version, json.dumps(change.data, ensure_ascii=False)),
    )
    tx.execute(
        "INSERT INTO reference_entry (generation, kind, id, version) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (generation, kind, id) DO UPDATE SET version = excluded.version",
        (generation, change.kind, change.id, change.version),
    )


def _object(row: Row) -> ReferenceObject:
    kind, id_, version, data = row
    return ReferenceObject(kind, id_, version, json.loads(data))
