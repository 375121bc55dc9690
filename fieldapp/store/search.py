"""The index for full-text search, inside the encrypted store; what a word is, shared.search says.

Two shelves: the library of laws, items and checklists, and what a task is found by. An object is
put on its shelf when it arrives and leaves when its version is deleted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fieldapp.store.opening import Store, Transaction
from shared.search.fts5 import WEIGHTS, expression
from shared.search.initials import indexed_initials
from shared.search.query import read_query
from shared.search.windows import indexed

MOST = 50
HIDDEN = 4
"""How many times more are ranked than wanted: some may be of a version that is not seen yet."""


class Shelf(StrEnum):
    LIBRARY = "library"
    TASKS = "tasks"


SHELF_OF: Mapping[str, Shelf] = {
    "legal_basis": Shelf.LIBRARY,
    "item": Shelf.LIBRARY,
    "form": Shelf.LIBRARY,
    "enterprise": Shelf.TASKS,
    "premise": Shelf.TASKS,
    "task": Shelf.TASKS,
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A visible object that was found."""

    kind: str
    id: str
    version: int = 0


class SearchIndex:
    def __init__(self, store: Store) -> None:
        self._store = store

    def put(
        self, tx: Transaction, kind: str, id_: str, version: int, data: Mapping[str, Any]
    ) -> None:
        """Index one version of an object; of a kind that nobody searches, nothing."""
        shelf = SHELF_OF.get(kind)
        if shelf is None:
            return
        name, body = _text(kind, data)
        tx.execute(
            "INSERT INTO search_document (shelf, kind, id, version) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, id, version) DO NOTHING",
            (shelf, kind, id_, version),
        )
        number = self._store.value(
            "SELECT number FROM search_document WHERE kind = ? AND id = ? AND version = ?",
            (kind, id_, version),
        )
        tx.execute(
            f"INSERT OR REPLACE INTO search_{shelf} (rowid, name, body, initials)"
            " VALUES (?, ?, ?, ?)",
            (number, indexed(name), indexed(body), indexed_initials(name)),
        )

    def drop_deleted(self, tx: Transaction) -> None:
        """Forget every version that is no longer stored."""
        gone = self._store.rows(
            "SELECT number, shelf FROM search_document AS known WHERE NOT EXISTS"
            " (SELECT 1 FROM reference_object AS held WHERE held.kind = known.kind"
            "  AND held.id = known.id AND held.version = known.version)"
        )
        for number, shelf in gone:
            tx.execute(f"DELETE FROM search_{Shelf(shelf)} WHERE rowid = ?", (number,))
            tx.execute("DELETE FROM search_document WHERE number = ?", (number,))

    def find(self, text: str, shelf: Shelf, *, limit: int = MOST) -> tuple[Hit, ...]:
        """What is found among the visible objects, the best first."""
        found: dict[Hit, None] = {}
        for step in read_query(text):
            found.update(dict.fromkeys(self._matching(expression(step), shelf, limit)))
            if len(found) >= limit:
                break
        return tuple(found)[:limit]

    def _matching(self, asked: str, shelf: Shelf, limit: int) -> Iterable[Hit]:
        """The words are ranked first, and only the best looked up: a word may be in thousands."""
        weights = ", ".join(map(str, WEIGHTS))
        rows = self._store.rows(
            "WITH best AS MATERIALIZED"
            f" (SELECT rowid AS number, bm25(search_{shelf}, {weights}) AS score"
            f"  FROM search_{shelf} WHERE search_{shelf} MATCH ? ORDER BY score LIMIT ?)"
            " SELECT known.kind, known.id, known.version FROM best"
            " CROSS JOIN search_document AS known ON known.number = best.number"
            " CROSS JOIN pull_state"
            " CROSS JOIN reference_entry AS seen ON seen.generation = pull_state.generation"
            "  AND seen.kind = known.kind AND seen.id = known.id AND seen.version = known.version"
            " ORDER BY best.score LIMIT ?",
            (asked, limit * HIDDEN, limit),
        )
        return (Hit(*row) for row in rows)


def _text(kind: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """What an object is called, and what else it is found by."""
    say = data.get
    match kind:
        case "legal_basis":
            return f"{say('title', '')} {say('article', '')}", say("text", "")
        case "item":
            return say("name", ""), f"{say('code', '')} {say('standard') or ''}"
        case "form":
            points = say("points", ())
            said = (f"{point.get('title', '')} {point.get('content', '')}" for point in points)
            return say("name", ""), " ".join(said)
        case "enterprise":
            return say("name", ""), " ".join(
                (say("address") or "", say("legal_rep") or "", say("id", ""))
            )
        case "premise":
            return "", say("address", "")
        case _:
            return "", f"{say('no', '')} {say('plan_no', '')} {say('code') or ''}"
