"""Turns in a worker: some of its threads at a time, whoever came first goes first.

Threads of one process share one interpreter. Where all of them compute and hold locks of the
database at once, each waits for the others in the middle of its transaction, and the last is
overtaken many times.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """Room for `at_once` threads of this process."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._door = Lock()
        self._waiting: deque[Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many stand in the line."""
        return len(self._waiting)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn; it is given on to who waits longest when the block ends."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._door:
            if self._free:
                self._free -= 1
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def _leave(self) -> None:
        with self._door:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
