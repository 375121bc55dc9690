"""Long work in threads of its own, its outcome brought back to the thread that draws."""

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from kivy.clock import Clock

from shared.errors import DomainError

T = TypeVar("T")


class Threads:
    def run(
        self,
        job: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[DomainError], None],
    ) -> None:
        """Do `job` in a thread; see `fieldapp.viewmodels.background`."""
        Thread(target=self._work, args=(job, then, otherwise), daemon=True).start()

    def _work(
        self,
        job: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[DomainError], None],
    ) -> None:
        try:
            done = job()
        except DomainError as error:
            refused = error
            _on_screen(lambda: otherwise(refused))
        except BaseException as bug:
            broken = bug
            _on_screen(lambda: _raise(broken))
            raise
        else:
            _on_screen(lambda: then(done))


def _on_screen(what: Callable[[], None]) -> None:
    Clock.schedule_once(lambda _elapsed: what())


def _raise(error: BaseException) -> None:
    raise error
