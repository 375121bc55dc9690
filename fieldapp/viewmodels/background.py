"""Work that takes longer than a frame. A view-model hands it over and is told when it is done.

`then` and `otherwise` come back on the thread that draws; the job itself must touch no screen.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from shared.errors import DomainError

T = TypeVar("T")


class Background(Protocol):
    def run(
        self,
        job: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[DomainError], None],
    ) -> None:
        """Do `job` elsewhere; a bug in it, that is any other error, is raised where it is drawn."""
        ...


class AtOnce:
    """Does the job here and now: for tests of view-models."""

    def run(
        self,
        job: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[DomainError], None],
    ) -> None:
        try:
            done = job()
        except DomainError as error:
            otherwise(error)
        else:
            then(done)
