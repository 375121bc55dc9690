"""The tasks as a list shows them, read straight from the store: a county's ten thousand at once.

Only what a row shows is taken out of the stored JSON; whoever opens a task reads it whole.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.store.opening import Store
from fieldapp.store.search import Hit, SearchIndex, Shelf
from shared.slots import Half, Slot

MOST_FOUND = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBrief:
    """`name` and `address` are empty where the enterprise or the premise is not known."""

    id: str
    no: str
    uscc: str
    kind: str
    item_ids: tuple[str, ...]
    window_from: date
    window_to: date
    name: str
    address: str
    visit_type: str
    slot: Slot | None = None


class TaskList:
    def __init__(self, store: Store, search: SearchIndex) -> None:
        self._store = store
        self._search = search

    def order(self) -> tuple[str, ...]:
        """Ids of every task, the next due first. They stand in an index of their own.

        SQLite would sooner read every task than walk the index, unless it is told.
        """
        seen: dict[str, int] = dict(self._seen("task"))
        held = self._store.rows(
            "SELECT id, version FROM reference_object INDEXED BY task_order WHERE kind = 'task'"
            " ORDER BY json_extract(data, '$.window_to'), json_extract(data, '$.no')"
        )
        return tuple(id_ for id_, version in held if seen.get(id_) == version)

    def brief(self, task_id: str) -> TaskBrief | None:
        """One task as its row shows it; None when it is not on this tablet."""
        task = self._one("task", task_id)
        if task is None:
            return None
        firm = self._one("enterprise", task["uscc"]) or {}
        place = self._one("premise", task["premise_id"]) or {}
        return _brief(task, firm.get("name"), place.get("address"))

    def all(self) -> tuple[TaskBrief, ...]:
        """Every task, the next due first.

        Each kind is walked along its key and joined here: looking up each row of each kind by
        its key costs SQLCipher thirty times as much.
        """
        names, places = self._members("enterprise", "name"), self._members("premise", "address")
        tasks = [task for _id, task in self._visible("task")]
        tasks.sort(key=lambda task: (task["window_to"], task["no"]))
        return tuple(
            _brief(task, names.get(task["uscc"]), places.get(task["premise_id"])) for task in tasks
        )

    def _members(self, kind: str, member: str) -> dict[str, str]:
        """One member of every visible object of a kind, by id."""
        return {id_: held.get(member) or "" for id_, held in self._visible(kind)}

    def _visible(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """Every visible object of a kind with its id.

        They are read as one array: SQLite's JSON functions take three times as long, and a call
        for each object half as long again.
        """
        seen: dict[str, int] = dict(self._seen(kind))
        held = self._store.rows(
            "SELECT id, version, data FROM reference_object WHERE kind = ?", (kind,)
        )
        shown = [(id_, data) for id_, version, data in held if seen.get(id_) == version]
        objects = json.loads(f"[{','.join(data for _id, data in shown)}]")
        return [(id_, each) for (id_, _data), each in zip(shown, objects, strict=True)]

    def _seen(self, kind: str) -> list[tuple[str, int]]:
        """Id and version of every visible object of a kind."""
        return self._store.rows(
            "SELECT id, version FROM reference_entry JOIN pull_state USING (generation)"
            " WHERE kind = ?",
            (kind,),
        )

    def _one(self, kind: str, id_: str) -> dict[str, Any] | None:
        """One visible object."""
        data = self._store.value(
            "SELECT held.data FROM pull_state"
            " JOIN reference_entry AS seen ON seen.generation = pull_state.generation"
            "  AND seen.kind = ? AND seen.id = ?"
            " JOIN reference_object AS held USING (kind, id, version)",
            (kind, id_),
        )
        return None if data is None else dict(json.loads(data))

    def item_names(self) -> dict[str, str]:
        """The names of the items by id."""
        return self._members("item", "name")

    def find(self, text: str) -> tuple[str, ...]:
        """Ids of the tasks that fit best: by enterprise, address, number; by item where none."""
        hits = self._search.find(text, Shelf.TASKS, limit=MOST_FOUND)
        found = dict.fromkeys(id_ for hit in hits for id_ in self._of(hit))
        return tuple(found)[:MOST_FOUND]

    def _of(self, hit: Hit) -> Iterable[str]:
        if hit.kind == "task":
            return (hit.id,)
        uscc = hit.id if hit.kind == "enterprise" else self._uscc_at(hit.id)
        rows = self._store.rows(
            "SELECT held.id FROM reference_object AS held CROSS JOIN pull_state"
            " JOIN reference_entry AS seen ON seen.generation = pull_state.generation"
            "  AND seen.kind = held.kind AND seen.id = held.id AND seen.version = held.version"
            " WHERE held.kind = 'task' AND json_extract(held.data, '$.uscc') = ?"
            " ORDER BY json_extract(held.data, '$.window_to'), held.id",
            (uscc,),
        )
        return [id_ for (id_,) in rows]

    def _uscc_at(self, premise_id: str) -> str:
        found = self._store.value(
            "SELECT json_extract(held.data, '$.uscc') FROM pull_state"
            " JOIN reference_entry AS seen ON seen.generation = pull_state.generation"
            "  AND seen.kind = 'premise' AND seen.id = ?"
            " JOIN reference_object AS held USING (kind, id, version)",
            (premise_id,),
        )
        return str(found or "")


def _brief(task: Mapping[str, Any], name: str | None, address: str | None) -> TaskBrief:
    slot = task.get("slot")
    return TaskBrief(
        id=task["id"],
        no=task["no"],
        uscc=task["uscc"],
        kind=task["kind"],
        item_ids=tuple(task["item_ids"]),
        window_from=date.fromisoformat(task["window_from"]),
        window_to=date.fromisoformat(task["window_to"]),
        name=name or "",
        address=address or "",
        visit_type=task["visit_type"],
        slot=Slot(day=date.fromisoformat(slot["day"]), half=Half(slot["half"])) if slot else None,
    )
