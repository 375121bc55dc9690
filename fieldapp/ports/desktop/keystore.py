"""A desktop has no hardware key store, and this adapter says so instead of pretending."""

from fieldapp.ports.keystore import Protection


class NoKeyStore:
    protection = Protection.NONE

    def wrap(self, secret: bytes) -> bytes:
        return secret

    def unwrap(self, wrapped: bytes) -> bytes:
        return wrapped

    def forget(self) -> None:
        """Nothing was kept, so there is nothing to forget."""
