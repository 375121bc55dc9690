"""The officers of this tablet and their own signing keys, each sealed by its owner's PIN key.

The store being open does not open an officer's key: only that officer's PIN does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldapp.errors import NotEnrolled
from fieldapp.store.opening import Store, Transaction
from shared import crypto, rfc3339
from shared.crypto import SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class TabletOfficer:
    """As the platform certified them for this tablet; `valid_*` are the key's, not the card's."""

    officer_id: str
    name: str
    certificate_no: str
    unit: str
    public_key: str
    valid_from: datetime
    valid_to: datetime


class Officers:
    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> tuple[TabletOfficer, ...]:
        rows = self._store.rows("SELECT certificate FROM officer ORDER BY rowid")
        return tuple(_read(json.loads(certificate)) for (certificate,) in rows)

    def get(self, officer_id: str) -> TabletOfficer:
        """Raises `NotEnrolled`."""
        found = next((each for each in self.all() if each.officer_id == officer_id), None)
        if found is None:
            raise NotEnrolled("This officer is not on this tablet.", officer=officer_id)
        return found

    def certificate(self, officer_id: str) -> dict[str, Any]:
        """The signed object, as the platform made it. Raises `NotEnrolled`."""
        text = self._store.value(
            "SELECT certificate FROM officer WHERE officer_id = ?", (officer_id,)
        )
        if text is None:
            raise NotEnrolled("This officer is not on this tablet.", officer=officer_id)
        found: dict[str, Any] = json.loads(text)
        return found

    def add(
        self,
        tx: Transaction,
        certificate: Mapping[str, Any],
        key: SigningKey,
        *,
        pin_key: bytes,
        nonce: bytes,
    ) -> None:
        """Keep a verified certificate and its key; an earlier one of this officer is replaced."""
        officer_id = str(certificate["officer_id"])
        sealed = crypto.seal(pin_key, nonce, key.seed, _purpose(officer_id))
        tx.execute(
            "INSERT INTO officer (officer_id, public_key, nonce, sealed_seed, certificate)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (officer_id) DO UPDATE SET"
            " public_key = excluded.public_key, nonce = excluded.nonce,"
            " sealed_seed = excluded.sealed_seed, certificate = excluded.certificate",
            (officer_id, key.public, nonce, sealed, json.dumps(certificate, ensure_ascii=False)),
        )

    def open_key(self, officer_id: str, pin_key: bytes) -> SigningKey:
        """The officer's own key. Raises `SealBroken` for another PIN key, `NotEnrolled`."""
        row = self._store.row(
            "SELECT nonce, sealed_seed FROM officer WHERE officer_id = ?", (officer_id,)
        )
        if row is None:
            raise NotEnrolled("This officer is not on this tablet.", officer=officer_id)
        nonce, sealed = row
        return SigningKey.from_seed(crypto.open_(pin_key, nonce, sealed, _purpose(officer_id)))


def _read(certificate: Mapping[str, Any]) -> TabletOfficer:
    return TabletOfficer(
        officer_id=certificate["officer_id"],
        name=certificate["name"],
        certificate_no=certificate["certificate_no"],
        unit=certificate["unit"],
        public_key=certificate["public_key"],
        valid_from=rfc3339.read(certificate["valid_from"]),
        valid_to=rfc3339.read(certificate["valid_to"]),
    )


def _purpose(officer_id: str) -> bytes:
    return b"mingcha officer key of " + officer_id.encode()
