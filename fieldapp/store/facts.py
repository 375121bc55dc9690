"""Single values of this tablet as JSON under a name, and counters that only go up.

What is here is small and replaced as a whole. Nothing a person did is kept here.
"""

import json
from typing import Any

from fieldapp.store.opening import Store, Transaction


class Facts:
    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> Any:
        """The value, or None."""
        text = self._store.value("SELECT value FROM fact WHERE name = ?", (name,))
        return None if text is None else json.loads(text)

    def put(self, tx: Transaction, name: str, value: object) -> None:
        tx.execute(
            "INSERT INTO fact (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value, ensure_ascii=False)),
        )

    def forget(self, tx: Transaction, name: str) -> None:
        tx.execute("DELETE FROM fact WHERE name = ?", (name,))

    def next(self, tx: Transaction, counter: str) -> int:
        """The next number of a counter, from 1; given out for good only if `tx` commits."""
        tx.execute(
            "INSERT INTO counter (name, value) VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1",
            (counter,),
        )
        number: int = self._store.value("SELECT value FROM counter WHERE name = ?", (counter,))
        return number
