"""A key store that behaves like hardware: what it wrapped is lost when its key is."""

from fieldapp.errors import StoreKeyWrong
from fieldapp.ports.keystore import Protection
from shared import crypto
from shared.errors import SealBroken

_NONCE = bytes(12)
_PURPOSE = b"fake hardware"


class FakeKeyStore:
    protection = Protection.HARDWARE

    def __init__(self, key: bytes = b"k" * 32) -> None:
        self._key: bytes | None = key

    def wrap(self, secret: bytes) -> bytes:
        return crypto.seal(self._held(), _NONCE, secret, _PURPOSE)

    def unwrap(self, wrapped: bytes) -> bytes:
        try:
            return crypto.open_(self._held(), _NONCE, wrapped, _PURPOSE)
        except SealBroken as error:
            raise StoreKeyWrong("Wrapped by another key.") from error

    def forget(self) -> None:
        self._key = None

    def _held(self) -> bytes:
        if self._key is None:
            raise StoreKeyWrong("The hardware key is gone.")
        return self._key
