"""Searching a list in memory, with the words and weights that FTS5 is given on the tablet.

For lists that do not grow with history, such as a county's items or laws. bm25 as FTS5 counts it:
k1 = 1.2, b = 0.75, and a word in a name counts as often as the weight of names says.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shared.search.fts5 import WEIGHTS
from shared.search.initials import indexed_initials
from shared.search.query import Field, Group, Phrase, Step, read_query
from shared.search.windows import indexed

K1, B = 1.2, 0.75
LEAST_IDF = 1e-6


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with its name, its text and the initials of its name, as words with spaces."""

    key: str
    columns: tuple[str, str, str]
    length: int

    @classmethod
    def of(cls, key: str, name: str, body: str = "") -> "Entry":
        columns = tuple(
            f" {words} " for words in (indexed(name), indexed(body), indexed_initials(name))
        )
        return cls(key, columns, sum(len(column.split()) for column in columns))  # type: ignore[arg-type]


class Shelf:
    """Documents to search, kept in memory."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: Sequence[Entry] = tuple(entries)
        total = sum(entry.length for entry in self._entries)
        self._average = total / len(self._entries) if total else 1.0

    def search(self, text: str, limit: int = 20) -> tuple[str, ...]:
        """The keys of what is found, the best first."""
        found: dict[str, None] = {}
        for step in read_query(text):
            found.update(dict.fromkeys(self._ranked(step)))
            if len(found) >= limit:
                break
        return tuple(found)[:limit]

    def _ranked(self, step: Step) -> Iterator[str]:
        counted = {
            phrase: [_times(entry, phrase) for entry in self._entries]
            for group in step.groups
            for phrase in group
        }
        scores = [0.0] * len(self._entries)
        for times in counted.values():
            holding = sum(1 for count in times if count)
            idf = max(LEAST_IDF, math.log((len(times) - holding + 0.5) / (holding + 0.5)))
            for index, count in enumerate(times):
                scores[index] += idf * self._weight(count, self._entries[index].length)
        matching = [i for i in range(len(scores)) if _holds(step.groups, counted, i)]
        return (
            self._entries[i].key for i in sorted(matching, key=lambda i: scores[i], reverse=True)
        )

    def _weight(self, count: float, length: int) -> float:
        return count * (K1 + 1) / (count + K1 * (1 - B + B * length / self._average))


def _holds(groups: Sequence[Group], counted: dict[Phrase, list[float]], index: int) -> bool:
    return all(any(counted[phrase][index] for phrase in group) for group in groups)


def _times(entry: Entry, phrase: Phrase) -> float:
    """How often a phrase stands in a document, each time as much as its column weighs."""
    looked_for = " " + " ".join(phrase.words) + ("" if phrase.open else " ")
    name, body, initials = entry.columns
    if phrase.field is Field.INITIALS:
        return WEIGHTS[2] * initials.count(looked_for)
    return WEIGHTS[0] * name.count(looked_for) + WEIGHTS[1] * body.count(looked_for)
