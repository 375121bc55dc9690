"""A turn in a worker: one thread at a time works, and does the work of all who wait with its own.

Threads of one process share one interpreter. Where several of them compute and hold locks of the
database at once, each waits for the others in the middle of its transaction. Where one does it for
all, what comes with every transaction is paid for once; who comes while nobody waits goes alone.

Those who were just answered often come again at once. Were they not waited for, two who come again
and again would always miss each other, and each go alone.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Lock
from time import monotonic
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")


def _locked() -> Lock:
    one = Lock()
    one.acquire()
    return one


@dataclass(slots=True, eq=False, kw_only=True)
class _Comer(Generic[Asked, Told]):
    asked: Asked
    weight: int
    may_share: bool
    called: Lock = field(default_factory=_locked)
    told: list[Told] = field(default_factory=list)
    fault: Exception | None = None

    @property
    def is_done(self) -> bool:
        return bool(self.told) or self.fault is not None


def _sharing(comers: Sequence[_Comer[Any, Any]]) -> int:
    return sum(one.may_share for one in comers)


class Turn(Generic[Asked, Told]):
    """Whoever has it does `do` for itself and for those who wait longest, up to `most` of weight.

    `do` is given what each asks for and returns for each what it is told, or what is to be raised
    there; it gives nobody else's fault to anybody. Until `patience` seconds after the last turn
    has ended, whoever has the next waits for as many as there were then, of those who may share.
    """

    def __init__(
        self,
        do: Callable[[Sequence[Asked]], Sequence[Told | Exception]],
        *,
        most: int,
        patience: float = 0.0,
    ) -> None:
        self._do, self._most, self._patience = do, most, patience
        self._free = True
        self._door = Lock()
        self._came = Condition(self._door)
        self._waiting: deque[_Comer[Asked, Told]] = deque()
        self._expected = 0
        self._expected_until = 0.0

    @property
    def waiting(self) -> int:
        """How many stand in the line."""
        return len(self._waiting)

    def done(self, asked: Asked, *, weight: int, may_share: bool = True) -> Told:
        """What `do` tells of this, by whichever thread; raises what is to be raised of it.

        Not `may_share`: `do` gains nothing by being given it with others.
        """
        mine = _Comer[Asked, Told](asked=asked, weight=weight, may_share=may_share)
        if not self._is_free_for(mine):
            mine.called.acquire()
        if not mine.is_done:
            self._work(mine)
        if mine.fault is not None:
            raise mine.fault
        return mine.told[0]

    def _is_free_for(self, mine: _Comer[Asked, Told]) -> bool:
        with self._door:
            if not self._free:
                self._waiting.append(mine)
                self._came.notify()
                return False
            self._free = False
            return True

    def _work(self, mine: _Comer[Asked, Told]) -> None:
        those = [mine, *self._taken_along(mine)]
        try:
            for one, outcome in zip(those, self._do([each.asked for each in those]), strict=True):
                if isinstance(outcome, Exception):
                    one.fault = outcome
                else:
                    one.told.append(outcome)
        except BaseException as broken:
            for one in those[1:]:
                one.fault = RuntimeError("Whoever was to do this could not.")
                one.fault.__cause__ = broken
            raise
        finally:
            for one in those[1:]:
                one.called.release()
            self._pass_on(those)

    def _taken_along(self, mine: _Comer[Asked, Told]) -> list[_Comer[Asked, Told]]:
        found, weight = [], mine.weight
        with self._door:
            if mine.may_share:
                left = self._expected_until - monotonic()
                self._came.wait_for(lambda: self._is_met_by(mine), timeout=max(left, 0))
            while self._waiting and weight + self._waiting[0].weight <= self._most:
                found.append(self._waiting.popleft())
                weight += found[-1].weight
        return found

    def _is_met_by(self, mine: _Comer[Asked, Told]) -> bool:
        there = [mine, *self._waiting]
        return _sharing(there) >= self._expected or sum(one.weight for one in there) >= self._most

    def _pass_on(self, those: Sequence[_Comer[Asked, Told]]) -> None:
        with self._door:
            self._expected = _sharing([*those, *self._waiting])
            self._expected_until = monotonic() + self._patience
            if self._waiting:
                self._waiting.popleft().called.release()
            else:
                self._free = True
