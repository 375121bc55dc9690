"""Chance that comes out the same in every run of a test."""

import hashlib
import itertools


class SeededRandomness:
    """Bytes from SHA-256 over a seed and a counter; ids count up, as uuid7 does."""

    def __init__(self, seed: str = "mingcha") -> None:
        self._seed = seed
        self._count = itertools.count()

    def take(self, count: int) -> bytes:
        out = b""
        while len(out) < count:
            out += hashlib.sha256(f"{self._seed}:{next(self._count)}".encode()).digest()
        return out[:count]

    def uuid7(self) -> str:
        tail = hashlib.sha256(self._seed.encode()).hexdigest()[:12]
        return f"019c0000-{next(self._count):04x}-7000-8000-{tail}"

    def fraction(self) -> float:
        return self.take(1)[0] / 256
