"""A thread that does what is due, when woken and every few seconds, as long as the process lives.

Without Redis it does the work itself (`drain`); with Redis it only wakes workers (`sweep`).
"""

import logging
import threading
from collections.abc import Callable, Sequence

from server.work import Due, Parts

log = logging.getLogger(__name__)


class Caretaker:
    """`wake` may be called from any thread; `start` once in each process, after a fork."""

    def __init__(self, task: Callable[[Parts], int]) -> None:
        self._task = task
        self._woken = threading.Event()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self, _jobs: Sequence[Due]) -> None:
        """Something is due: the rows say what."""
        self._woken.set()

    def start(self, parts: Parts) -> None:
        self._thread = threading.Thread(
            target=self._run, args=(parts,), name="mingcha-caretaker", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End after the job at hand; whatever is left is due at the next start."""
        self._ended.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, parts: Parts) -> None:
        while not self._ended.is_set():
            self._woken.clear()
            if not self._once(parts):
                self._woken.wait(parts.settings.sweep_every.total_seconds())

    def _once(self, parts: Parts) -> int:
        try:
            return self._task(parts)
        except Exception:  # a database that is away comes back; the thread must stay
            log.exception("what is due could not be looked at")
            return 0
