"""One unit of work: a transaction, the moment, who is asking, and what to wake when it commits.

A service takes a Work and never commits; the edge (a request, a job, a command) opens it.
Nothing is woken when the transaction fails.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Engine
from uuid6 import uuid7

from server.clock import Clock
from server.config import Settings
from server.database import Aim, aimed
from server.gathering import GatheringSession
from server.principal import Principal
from server.secrets import Secrets

log = logging.getLogger(__name__)

Due = tuple[str, Mapping[str, str]]
"""A job that is to be woken, and its ids."""
Wake = Callable[[Sequence[Due]], None]


def wake_nobody(jobs: Sequence[Due]) -> None:
    """Leave the jobs to the sweeper."""
    log.debug("not woken: %s", ", ".join(name for name, _ in jobs))


def new_id() -> str:
    """A fresh uuid7."""
    return str(uuid7())


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a running server is made of; handed to every edge. Tests replace parts of it."""

    settings: Settings
    secrets: Secrets
    engine: Engine
    clock: Clock
    wake: Wake = wake_nobody
    ids: Callable[[], str] = new_id
    chance: Callable[[int], bytes] = os.urandom


@dataclass(slots=True, kw_only=True)
class Work:
    """What a service is given. `ids` makes uuid7s and `chance` random bytes."""

    session: GatheringSession
    now: datetime
    who: Principal
    settings: Settings
    secrets: Secrets
    ids: Callable[[], str]
    chance: Callable[[int], bytes]
    request_id: str = ""
    _waiting: list[Due] = field(default_factory=list)
    _first: dict[str, Callable[["Work"], None]] = field(default_factory=dict)
    _last: dict[str, Callable[["Work"], None]] = field(default_factory=dict)
    _held: list[object] = field(default_factory=list)

    def of(self, who: Principal, request_id: str) -> "Work":
        """The same unit of work, as somebody else asks for a part of it."""
        return replace(self, who=who, request_id=request_id)

    def hold(self, *rows: object) -> None:
        """Keep rows that were read: whoever gets them again asks nothing of the database.

        A session alone forgets a row as soon as nobody else speaks of it.
        """
        self._held += rows

    def begin_anew(self) -> None:
        """Undo everything since this transaction began, and forget what was to follow from it."""
        self.session.begin_anew()
        self._waiting.clear()
        self._first.clear()
        self._last.clear()
        self._held.clear()

    def after_commit(self, job: str, **ids: str) -> None:
        """Wake `job` with `ids` once this transaction is durable; jobs look for themselves."""
        self._waiting.append((job, ids))

    def at_the_end(
        self, name: str, do: Callable[["Work"], None], *, first: bool = False
    ) -> Callable[["Work"], None]:
        """Do something once, last before the commit: what takes a lock that everybody wants.

        `first` is for what others lock before they come to their end: it goes before the rest, and
        may be written with what waits to be written.
        Returns what is registered under `name`: `do`, or what was there already.
        """
        return (self._first if first else self._last).setdefault(name, do)

    def finish(self) -> None:
        """Do what was left for the end, then write what waits and commit, in one word."""
        for do in self._first.values():
            do(self)
        if self._last:
            self.session.flush()
        for do in self._last.values():
            do(self)
        self.session.commit()

    def take_waiting(self) -> list[Due]:
        """Hand over what is to be woken, once."""
        waiting, self._waiting = self._waiting, []
        return waiting


@contextmanager
def open_work(
    parts: Parts, who: Principal, *, aim: Aim = Aim.WRITE, request_id: str = ""
) -> Iterator[Work]:
    """A transaction that commits when the block ends well, and rolls back when it raises."""
    with GatheringSession(aimed(parts.engine, aim)) as session:
        work = Work(
            session=session,
            now=parts.clock.now(),
            who=who,
            settings=parts.settings,
            secrets=parts.secrets,
            ids=parts.ids,
            chance=parts.chance,
            request_id=request_id,
        )
        yield work
        if aim is Aim.WRITE:
            work.finish()
    if waiting := work.take_waiting():
        parts.wake(waiting)
