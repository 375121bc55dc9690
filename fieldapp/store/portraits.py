"""The photographs of this tablet's officers, as they stand on their certificates.

Only a copy of what the server has: losing one loses nothing, the next round fetches it again.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from fieldapp.store.opening import Store, Transaction
from shared.reference import Officer


class Portraits:
    def __init__(self, store: Store) -> None:
        self._store = store

    def wanted(
        self, here: tuple[str, ...], officers: Mapping[str, Officer]
    ) -> Iterator[tuple[str, str]]:
        """(officer id, SHA-256) of each of `here` whose photograph is not the one held."""
        held: dict[str, str] = dict(self._store.rows("SELECT officer_id, sha256 FROM portrait"))
        for officer_id in here:
            officer = officers.get(officer_id)
            named = officer.photo_sha256 if officer else None
            if named is not None and held.get(officer_id) != named:
                yield officer_id, named

    def keep(self, tx: Transaction, officer_id: str, jpeg: bytes) -> None:
        """Keep a verified photograph in place of an earlier one."""
        tx.execute(
            "INSERT INTO portrait (officer_id, sha256, jpeg) VALUES (?, ?, ?)"
            " ON CONFLICT (officer_id) DO UPDATE SET"
            " sha256 = excluded.sha256, jpeg = excluded.jpeg",
            (officer_id, sha256(jpeg).hexdigest(), jpeg),
        )

    def of(self, officer: Officer) -> bytes | None:
        """The photograph the server named last; None when another one, or none, is held."""
        jpeg = self._store.value(
            "SELECT jpeg FROM portrait WHERE officer_id = ? AND sha256 = ?",
            (officer.id, officer.photo_sha256),
        )
        return None if jpeg is None else bytes(jpeg)
