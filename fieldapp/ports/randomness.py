"""Chance, asked for in one place so that a test can repeat it."""

from typing import Protocol


class Randomness(Protocol):
    def take(self, count: int) -> bytes:
        """`count` unpredictable bytes, good enough for keys."""
        ...

    def uuid7(self) -> str:
        """A new id, ordered by time, in lower-case form."""
        ...

    def fraction(self) -> float:
        """A number in [0, 1) for jitter; not for keys."""
        ...
