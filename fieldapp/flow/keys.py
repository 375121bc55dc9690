"""The officers' own signing keys that are unlocked now. In memory only, gone when locked."""

from fieldapp.errors import OfficerLocked
from shared.crypto import SigningKey


class UnlockedKeys:
    def __init__(self) -> None:
        self._keys: dict[str, SigningKey] = {}

    def put(self, officer_id: str, key: SigningKey) -> None:
        self._keys[officer_id] = key

    def get(self, officer_id: str) -> SigningKey:
        """Raises `OfficerLocked`."""
        if officer_id not in self._keys:
            raise OfficerLocked("This officer's key is not unlocked.", officer=officer_id)
        return self._keys[officer_id]

    def holds(self, officer_id: str) -> bool:
        return officer_id in self._keys

    def forget(self, officer_id: str) -> None:
        self._keys.pop(officer_id, None)

    def forget_all(self) -> None:
        self._keys.clear()
