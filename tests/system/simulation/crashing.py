"""Ending a process at a chosen commit: just before it, or once it is on disk and nobody knows."""

import random
from dataclasses import dataclass
from typing import Any


class Crash(BaseException):
    """The process is gone at this very point. Nothing may catch it but the simulator."""


@dataclass(slots=True)
class Fuse:
    """Burns down with every commit; at the last one the process ends, before or after it."""

    left: int | None = None
    after: bool = False
    commits: int = 0

    def light(self, chance: random.Random, *, within: int) -> None:
        """Let one of the next `within` commits be the last."""
        self.left, self.after = chance.randrange(within), chance.random() < 0.5

    def put_out(self) -> None:
        self.left = None

    def burns(self) -> bool:
        """Count a commit; whether it is the one."""
        self.commits += 1
        if self.left is None:
            return False
        self.left -= 1
        if self.left >= 0:
            return False
        self.left = None
        return True


class FusedConnection:
    """A tablet's database connection with a fuse. Once it has blown nobody can use it."""

    def __init__(self, inner: Any, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse
        self._dead = False

    @property
    def in_transaction(self) -> bool:
        return not self._dead and bool(self._inner.in_transaction)

    def execute(self, sql: str, values: tuple[object, ...] = ()) -> Any:
        if self._dead:
            raise Crash
        if sql != "COMMIT" or not self._fuse.burns():
            return self._inner.execute(sql, values)
        if self._fuse.after:
            self._inner.execute(sql, values)
        self._dead = True
        raise Crash

    def end(self) -> None:
        """The process is no more: nothing is read or written by what is left of it."""
        self._dead = True

    def close(self) -> None:
        """Closing throws away what was not committed, as the end of a process does."""
        self._dead = True
        self._inner.close()


def fuse_engine(engine: Any, fuse: Fuse) -> None:
    """The same for the server's database."""
    commit = engine.dialect.do_commit

    def do_commit(connection: Any) -> None:
        if not fuse.burns():
            commit(connection)
            return
        if fuse.after:
            commit(connection)
        raise Crash

    engine.dialect.do_commit = do_commit
