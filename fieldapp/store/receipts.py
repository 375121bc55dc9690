"""The server's signed receipts, kept as proof of what it has held since when.

Only receipts that `shared.receipts` has verified come here; nothing is confirmed by anything else.
"""

from collections.abc import Mapping
from typing import Any

from fieldapp.store.opening import Store, Transaction
from shared import rfc3339
from shared.canonical import canonical, parse_object
from shared.receipts import Receipt


class Receipts:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, tx: Transaction, receipt: Receipt, raw: Mapping[str, Any]) -> None:
        tx.execute(
            "INSERT INTO receipt (received_at, raw) VALUES (?, ?)",
            (rfc3339.write(receipt.received_at), canonical(raw)),
        )

    def newest(self) -> dict[str, Any] | None:
        raw = self._store.value("SELECT raw FROM receipt ORDER BY number DESC LIMIT 1")
        return None if raw is None else parse_object(bytes(raw))
