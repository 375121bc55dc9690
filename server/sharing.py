"""Workers of gunicorn that share what comes evenly: who has more to do leaves it to who has less.

All workers listen on one socket, and whoever wakes first takes a connection, however many it has
in hand already. Of four tablets that push at once, three or all four are soon with one worker, and
the other stands idle. Workers tell each other by a few bytes of shared memory what they have in
hand.
"""

import time
from collections.abc import Callable
from mmap import mmap
from select import POLLIN, poll
from threading import RLock, local
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

ABSENT = 255
"""Of a place where nobody takes anything: as much as nobody has in hand."""
PATIENCE_S = 0.02
"""So long a connection is left to another: it may stand still, though it has less to do."""
GLANCE_S = 0.0005


class Loads:
    """How much each worker has in hand. Each writes its own place only; made before they fork."""

    def __init__(self, workers: int) -> None:
        # Where workers are renewed, twice as many are there for a while.
        self._shared = mmap(-1, 2 * workers)
        self._shared[:] = bytes([ABSENT]) * len(self._shared)

    def free_place(self, taken: set[int | None]) -> int | None:
        """A place that nobody has, if there is one."""
        return next((one for one in range(len(self._shared)) if one not in taken), None)

    def note(self, place: int, load: int) -> None:
        self._shared[place] = min(load, ABSENT)

    def is_another_freer(self, place: int) -> bool:
        """Whether some other worker has less in hand."""
        loads = self._shared[:]
        return min(loads) < loads[place]


class SharingWorker(ThreadWorker):  # type: ignore[misc]
    """Takes a connection if no other worker has less to do, or if none of those takes it."""

    loads: Loads | None = None
    place: int | None = None

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        self._in_hand = 0
        self._counting = RLock()  # a signal may come while its own thread counts
        self._of_thread = local()
        self._left_since: float | None = None

    def run(self) -> None:
        self._count(0)  # from now on others may leave something to this one
        super().run()

    def handle_exit(self, sig: Any, frame: Any) -> None:
        """Stop; from now on nobody leaves anything to this one."""
        super().handle_exit(sig, frame)
        self._count(0)

    def accept(self, *args: Any) -> None:
        """Take what has come, unless it is left to another for a moment."""
        if self._leaves_it():
            time.sleep(GLANCE_S)
            if _somebody_waits_at(args[-1]):
                return
        else:
            super().accept(*args)
        self._left_since = None

    def enqueue_req(self, conn: Any) -> None:
        self._count(+1)
        super().enqueue_req(conn)

    def load_wsgi(self) -> None:
        super().load_wsgi()
        app: Callable[..., Any] = self.wsgi  # type: ignore[has-type]

        def done_when_answered(*asked: Any) -> Any:
            # Before the answer goes out: who gets it may come again at once, and would be taken by
            # whoever seems to have as much to do.
            try:
                return app(*asked)
            finally:
                self._done()

        self.wsgi = done_when_answered

    def handle(self, conn: Any) -> Any:
        self._of_thread.at_work = True
        try:
            return super().handle(conn)
        finally:
            self._done()

    def _done(self) -> None:
        if self._of_thread.at_work:
            self._of_thread.at_work = False
            self._count(-1)

    def _leaves_it(self) -> bool:
        if self.loads is None or self.place is None or not self.loads.is_another_freer(self.place):
            return False
        now = time.monotonic()
        if self._left_since is None:
            self._left_since = now
        return now - self._left_since < PATIENCE_S

    def _count(self, more: int) -> None:
        with self._counting:
            self._in_hand += more
            if self.loads is not None and self.place is not None:
                self.loads.note(self.place, self._in_hand if self.alive else ABSENT)


def _somebody_waits_at(listener: Any) -> bool:
    looking = poll()
    looking.register(listener, POLLIN)
    return bool(looking.poll(0))


def hooks(workers: int) -> dict[str, Any]:
    """What gunicorn is told so that its workers share."""
    loads = Loads(workers)

    def seat(master: Any, worker: SharingWorker) -> None:
        worker.loads = loads
        worker.place = loads.free_place({one.place for one in master.WORKERS.values()})

    def clear(_master: Any, worker: SharingWorker) -> None:
        if worker.place is not None:
            loads.note(worker.place, ABSENT)

    return {"worker_class": SharingWorker, "pre_fork": seat, "child_exit": clear}
