"""A second lock around the PIN's: hardware where there is one, and honesty where there is none."""

from enum import StrEnum
from typing import Protocol


class Protection(StrEnum):
    """`NONE` must be shown to the person: the PIN alone then guards the store."""

    NONE = "none"
    HARDWARE = "hardware"


class KeyStore(Protocol):
    @property
    def protection(self) -> Protection: ...

    def wrap(self, secret: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """Raises `StoreKeyWrong` when the hardware no longer has the key."""
        ...

    def forget(self) -> None:
        """Destroy the hardware key, so that nothing it wrapped can be opened again (wipe)."""
        ...
