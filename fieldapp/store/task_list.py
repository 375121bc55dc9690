"""The tasks as a list shows them, read straight from the store: a county's ten thousand at once.

Only what a row shows is taken out of the stored JSON; whoever opens a task reads it whole.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fieldapp.store.opening import Row, Store
from fieldapp.store.search import Hit, SearchIndex, Shelf

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


class TaskList:
    def __init__(self, store: Store, search: SearchIndex) -> None:
        self._store = store
        self._search = search

    def all(self) -> tuple[TaskBrief, ...]:
        """Every task, the next due first."""
        return tuple(map(_brief, self._store.rows(f"{_SELECT} {_ORDER}")))

    def item_names(self) -> dict[str, str]:
        """The names of the items by id."""
        rows = self._store.rows(
            "SELECT seen.id, json_extract(held.data, '$.name') FROM pull_state"
            " JOIN reference_entry AS seen ON seen.generation = pull_state.generation"
            "  AND seen.kind = 'item'"
            " JOIN reference_object AS held USING (kind, id, version)"
        )
        return dict(rows)

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


_SELECT = """
    SELECT held.data, json_extract(firm.data, '$.name'), json_extract(place.data, '$.address')
    FROM pull_state
    JOIN reference_entry AS seen ON seen.generation = pull_state.generation
        AND seen.kind = 'task'
    JOIN reference_object AS held
        ON held.kind = 'task' AND held.id = seen.id AND held.version = seen.version
    LEFT JOIN reference_entry AS firm_seen ON firm_seen.generation = pull_state.generation
        AND firm_seen.kind = 'enterprise' AND firm_seen.id = json_extract(held.data, '$.uscc')
    LEFT JOIN reference_object AS firm ON firm.kind = 'enterprise'
        AND firm.id = firm_seen.id AND firm.version = firm_seen.version
    LEFT JOIN reference_entry AS place_seen ON place_seen.generation = pull_state.generation
        AND place_seen.kind = 'premise'
        AND place_seen.id = json_extract(held.data, '$.premise_id')
    LEFT JOIN reference_object AS place ON place.kind = 'premise'
        AND place.id = place_seen.id AND place.version = place_seen.version
"""
_ORDER = "ORDER BY json_extract(held.data, '$.window_to'), json_extract(held.data, '$.no')"


def _brief(row: Row) -> TaskBrief:
    data, name, address = row
    task = json.loads(data)
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
    )
