"""The operating system's randomness."""

import os
import random

import uuid6

_JITTER = random.SystemRandom()


class SystemRandomness:
    def take(self, count: int) -> bytes:
        return os.urandom(count)

    def uuid7(self) -> str:
        return str(uuid6.uuid7())

    def fraction(self) -> float:
        return _JITTER.random()
