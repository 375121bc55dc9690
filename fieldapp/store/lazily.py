"""Reference data of one kind, read from the store when somebody asks for one: not all are.

A county's three hundred thousand points take many seconds to read and a visit needs forty.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST_KEPT = 4096
"""Values kept in memory; past this all are read anew when they are asked for."""


class Lazily(Mapping[K, V], Generic[K, V]):
    """`keys` lists what there is, `read` gives one value, or None for what there is not."""

    def __init__(self, keys: Callable[[], list[K]], read: Callable[[Any], V | None]) -> None:
        self._keys = keys
        self._read = read
        self._known: dict[object, V | None] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self._known:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[key] = self._read(key)
        found = self._known[key]
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[K]:
        return iter(self._keys())

    def __len__(self) -> int:
        return len(self._keys())
