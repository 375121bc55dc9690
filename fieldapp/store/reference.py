"""Reference data as the server sent it, by kind, id and version, in generations.

A first pull, or one after an epoch change, is staged and becomes visible only when its last page
is in; the cursor moves in the same transaction as the data. Versions a visit was opened on are
kept until that visit is trimmed, whatever the server does meanwhile.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fieldapp.store.lazily import Lazily
from fieldapp.store.opening import Row, Store, Transaction
from fieldapp.store.search import SearchIndex
from shared.reference import ReferenceObject, References

Version = tuple[str, str, int]
"""(kind, id, version)."""

MANY = ("task", "enterprise", "premise", "form")
"""Kinds of which a county has thousands; the others are read all at once."""


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
    few: tuple[ReferenceObject, ...]
    references: References


class ReferenceCache:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._search = SearchIndex(store)
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
            if change.data is not None:
                self._search.put(tx, change.kind, change.id, change.version, change.data)
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

    def versions(self) -> list[Version]:
        """What is visible now, as (kind, id, version)."""
        rows = self._store.rows(
            "SELECT kind, id, version FROM reference_entry JOIN pull_state USING (generation)"
        )
        return [(kind, id_, version) for kind, id_, version in rows]

    def mend(self, tx: Transaction, changes: Iterable[Change]) -> None:
        """Put right what is visible now; where the next pull begins stays as it is."""
        tx.execute("UPDATE pull_state SET changes = changes + 1")
        generation = self._state()[0]
        for change in changes:
            _write(tx, generation, change)
            if change.data is not None:
                self._search.put(tx, change.kind, change.id, change.version, change.data)

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
        """Everything visible now: of a large county, seconds of work."""
        return (*self._visible().few, *self._load("kind IN (?, ?, ?, ?)", MANY))

    def around(self, task_ids: Iterable[str]) -> tuple[ReferenceObject, ...]:
        """What a visit for these tasks may need, and everything of which there are few."""
        tasks = self._each("task", task_ids)
        return (
            *self._visible().few,
            *tasks,
            *self._each("enterprise", {task.data["uscc"] for task in tasks}),
            *self._each("premise", {task.data["premise_id"] for task in tasks}),
            *self._each("form", {form["id"] for task in tasks for form in task.data["forms"]}),
        )

    def references(self) -> References:
        """The visible objects as values; the many are read when they are asked for."""
        return self._visible().references

    def _visible(self) -> _Read:
        """Read once per change: parsing a county's items costs more than a screen may take."""
        mark = self._store.value("SELECT changes FROM pull_state")
        if self._read is None or self._read.mark != mark:
            few = tuple(self._load("kind NOT IN (?, ?, ?, ?)", MANY))
            self._read = _Read(mark=mark, few=few, references=self._lazily(few))
        return self._read

    def _lazily(self, few: Iterable[ReferenceObject]) -> References:
        return replace(
            References.from_objects(few),
            tasks=Lazily(self._ids("task"), self._one("task", "tasks")),
            enterprises=Lazily(self._ids("enterprise"), self._one("enterprise", "enterprises")),
            premises=Lazily(self._ids("premise"), self._one("premise", "premises")),
            forms=Lazily(self._form_keys, self._form),
        )

    def _ids(self, kind: str) -> Callable[[], list[str]]:
        return lambda: [id_ for id_, _ in self._keys(kind)]

    def _form_keys(self) -> list[tuple[str, int]]:
        return [(id_, version) for id_, version in self._keys("form")]

    def _keys(self, kind: str) -> list[Row]:
        return self._store.rows(
            "SELECT id, version FROM reference_entry JOIN pull_state USING (generation)"
            " WHERE kind = ? ORDER BY id",
            (kind,),
        )

    def _one(self, kind: str, member: str) -> Callable[[str], Any]:
        def read(id_: str) -> Any:
            values = getattr(References.from_objects(self._each(kind, (id_,))), member)
            return values.get(id_)

        return read

    def _form(self, key: tuple[str, int]) -> Any:
        return References.from_objects(self._each("form", (key[0],))).forms.get(key)

    def _each(self, kind: str, ids: Iterable[str]) -> list[ReferenceObject]:
        return [each for id_ in ids for each in self._load("kind = ? AND id = ?", (kind, id_))]

    def _load(self, where: str, values: Sequence[object]) -> list[ReferenceObject]:
        rows = self._store.rows(
            "SELECT kind, id, version, data FROM pull_state"
            " JOIN reference_entry USING (generation)"
            f" JOIN reference_object USING (kind, id, version) WHERE {where}",
            values,
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
        """Delete versions that nothing visible, staged or frozen needs, and tidy the search."""
        wanted = {
            *self._store.rows("SELECT kind, id, version FROM reference_entry"),
            *self._store.rows("SELECT kind, id, version FROM visit_reference"),
        }
        held = self._store.rows("SELECT kind, id, version FROM reference_object")
        unwanted = [version for version in held if version not in wanted]
        tx.many("DELETE FROM reference_object WHERE kind = ? AND id = ? AND version = ?", unwanted)
        if unwanted:
            self._search.drop_deleted(tx)
        self._search.tidy(tx)

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
