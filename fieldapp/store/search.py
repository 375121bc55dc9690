"""The index for full-text search, inside the encrypted store; what a word is, shared.search says.

Two shelves: the library of laws, items and checklists, and what a task is found by. An object is
put on its shelf when it arrives and leaves when its version is deleted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Any

from fieldapp.store.opening import Store, Transaction
from shared.search.fts5 import WEIGHTS, expression
from shared.search.initials import indexed_initials
from shared.search.query import Group, Step, in_names, read_query
from shared.search.windows import indexed

MOST = 50
MOST_RANKED = 800
"""bm25 reads every occurrence in every document it ranks: more than this is felt at a touch."""
HIDDEN = 4
"""How many times more are ranked than wanted: some may be of a version that is not seen yet."""


MOST_IN_NAMES = 4
"""A phrase of more words is dear to look for in thousands of documents, and stands in no name."""
MOST_PIECES = 8
"""More than a pull of a day leaves behind: to put them together writes the whole index anew."""
MOST_COUNTED = 16
"""Of so many phrases it is counted which are rare: synonyms of a long word have dozens."""


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
    """`most_ranked` is how many documents a step of a query ranks by bm25 at most."""

    def __init__(self, store: Store, *, most_ranked: int = MOST_RANKED) -> None:
        self._store = store
        self._most_ranked = most_ranked

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

    def tidy(self, tx: Transaction) -> None:
        """Put a shelf in one piece again that pages of a pull have left in many.

        FTS5 asks each piece for every word: of a county's twenty that took three times as long.
        """
        for shelf in Shelf:
            pieces = f"SELECT count(DISTINCT segid) FROM search_{shelf}_idx"
            if self._store.value(pieces) > MOST_PIECES:
                tx.execute(f"INSERT INTO search_{shelf} (search_{shelf}) VALUES ('optimize')")

    def find(self, text: str, shelf: Shelf, *, limit: int = MOST) -> tuple[Hit, ...]:
        """What is found among the visible objects, the best first."""
        found: dict[Hit, None] = {}
        for step in read_query(text):
            found.update(dict.fromkeys(self._of_step(step, shelf, limit)))
            if len(found) >= limit:
                break
        return tuple(found)[:limit]

    def _of_step(self, step: Step, shelf: Shelf, limit: int) -> Iterator[Hit]:
        """What a step finds, ranked; of a step that finds too much to rank, what is worth it.

        Of words of which any will do, the rare ones alone: bm25 gives a word that stands in half
        of all documents no weight anyway. Then what bears them in its name; where no word is
        rare, the others follow as they came.
        """
        many = self._count(step, shelf)
        if many <= self._most_ranked:
            yield from self._ranked(step, shelf, limit) if many else ()
            return
        rare = self._rare(step, shelf)
        if rare:
            yield from self._ranked(Step((rare,)), shelf, limit)
        if _length(step) <= MOST_IN_NAMES:
            yield from self._ranked(in_names(step), shelf, limit)
        if not rare:
            yield from self._unranked(step, shelf, limit)

    def _rare(self, step: Step, shelf: Shelf) -> Group:
        """The rarest of several phrases of which any will do, as many as may be ranked together."""
        if len(step.groups) > 1 or len(step.groups[0]) == 1:
            return ()
        counted = sorted(
            (
                (self._count(Step(((phrase,),)), shelf), at, phrase)
                for at, phrase in enumerate(step.groups[0][:MOST_COUNTED])
            ),
        )
        sums = accumulate(count for count, _at, _phrase in counted)
        return tuple(
            phrase
            for (count, _at, phrase), so_far in zip(counted, sums, strict=True)
            if count and so_far <= self._most_ranked
        )

    def _count(self, step: Step, shelf: Shelf) -> int:
        """In how many documents a step is found, up to one more than may be ranked."""
        return int(
            self._store.value(
                f"SELECT count(*) FROM (SELECT 1 FROM search_{shelf}"
                f" WHERE search_{shelf} MATCH ? LIMIT ?)",
                (expression(step), self._most_ranked + 1),
            )
        )

    def _ranked(self, step: Step, shelf: Shelf, limit: int) -> Iterable[Hit]:
        """The best of the first `_most_ranked` documents."""
        score = f"bm25(search_{shelf}, {', '.join(map(str, WEIGHTS))})"
        return self._hits(step, shelf, score, (self._most_ranked, limit * HIDDEN, limit))

    def _unranked(self, step: Step, shelf: Shelf, limit: int) -> Iterable[Hit]:
        """The first that match."""
        return self._hits(step, shelf, "0", (limit * HIDDEN, limit * HIDDEN, limit))

    def _hits(
        self, step: Step, shelf: Shelf, score: str, most: tuple[int, int, int]
    ) -> Iterable[Hit]:
        """Ranked first, and only the best looked up: a word may be in thousands."""
        rows = self._store.rows(
            "WITH some AS MATERIALIZED"
            f" (SELECT rowid AS number, {score} AS score"
            f"  FROM search_{shelf} WHERE search_{shelf} MATCH ? LIMIT ?),"
            " best AS MATERIALIZED (SELECT * FROM some ORDER BY score, number LIMIT ?)"
            " SELECT known.kind, known.id, known.version FROM best"
            " CROSS JOIN search_document AS known ON known.number = best.number"
            " CROSS JOIN pull_state"
            " CROSS JOIN reference_entry AS seen ON seen.generation = pull_state.generation"
            "  AND seen.kind = known.kind AND seen.id = known.id AND seen.version = known.version"
            " ORDER BY best.score, best.number LIMIT ?",
            (expression(step), *most),
        )
        return (Hit(*row) for row in rows)


def _length(step: Step) -> int:
    """How many words are looked for."""
    return sum(len(phrase.words) for group in step.groups for phrase in group)


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
