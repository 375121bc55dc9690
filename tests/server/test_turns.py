"""A turn: one thread at a time, who waits longest is taken along first, a fault is its own."""

import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

import pytest

from server.turns import Turn


class Doing:
    """Does what it is asked when it is let, and notes what was asked at once."""

    def __init__(self) -> None:
        self.begun: list[list[str]] = []
        self._let = Event()

    def __call__(self, asked: Sequence[str]) -> Sequence[str | Exception]:
        self.begun.append([*asked])
        self._let.wait()
        self._let.clear()
        if "fatal" in asked:
            raise SystemExit
        return [KeyError(one) if one.startswith("bad") else one.upper() for one in asked]

    def finish(self) -> None:
        """Let what is being done come to its end, and wait until the next has begun."""
        begun = len(self.begun)
        self._let.set()
        until(lambda: len(self.begun) > begun)

    def end(self, comers: Sequence["Comer"]) -> None:
        """Let everything come to its end."""
        while any(one.is_alive() for one in comers):
            self._let.set()
            time.sleep(0.001)


class Comer(Thread):
    """Asks for something, and keeps what it is told, or what was raised."""

    def __init__(self, turn: Turn[str, str], asked: str, weight: int) -> None:
        super().__init__(daemon=True)
        self._turn, self._asked, self._weight = turn, asked, weight
        self.told: str | BaseException | None = None

    def run(self) -> None:
        try:
            self.told = self._turn.done(self._asked, weight=self._weight)
        except BaseException as fault:  # noqa: BLE001 -- looked at by the test
            self.told = fault


def until(there: Callable[[], bool]) -> None:
    """Wait for it; a test that waits for ever is ended by the runner."""
    while not there():
        time.sleep(0.001)


def come(turn: Turn[str, str], doing: Doing, *asked: str, weight: int = 1) -> list[Comer]:
    """One after the other: each has the turn, or stands in the line."""
    found = []
    for one in asked:
        ahead = len(doing.begun) + turn.waiting
        found.append(Comer(turn, one, weight))
        found[-1].start()
        until(lambda ahead=ahead: len(doing.begun) + turn.waiting > ahead)  # type: ignore[misc]
    return found


def test_who_waits_is_taken_along_in_the_order_of_coming() -> None:
    doing = Doing()
    turn = Turn(doing, most=3)
    comers = come(turn, doing, *"abcdef")
    assert (doing.begun, turn.waiting) == ([["a"]], 5)
    doing.finish()
    assert (doing.begun[1:], turn.waiting) == ([["b", "c", "d"]], 2)
    comers += come(turn, doing, "g")
    doing.finish()
    assert (doing.begun[2:], turn.waiting) == ([["e", "f", "g"]], 0)
    doing.end(comers)
    assert [one.told for one in comers] == list("ABCDEFG")
    last = come(turn, doing, "h")  # the turn was not lost
    assert doing.begun[3:] == [["h"]]
    doing.end(last)


def test_together_they_weigh_no_more_than_most_and_one_may_weigh_more() -> None:
    doing = Doing()
    turn = Turn(doing, most=10)
    comers = come(turn, doing, "a")
    for asked, weight in (("b", 4), ("c", 6), ("d", 0), ("e", 20), ("f", 11)):
        comers += come(turn, doing, asked, weight=weight)
    for _ in range(3):
        doing.finish()
    assert doing.begun == [["a"], ["b", "c", "d"], ["e"], ["f"]]
    doing.end(comers)
    assert [one.told for one in comers] == list("ABCDEF")


def test_a_fault_is_raised_where_it_belongs() -> None:
    doing = Doing()
    turn = Turn(doing, most=9)
    comers = come(turn, doing, "bad first", "b", "bad", "c")
    doing.end(comers)
    assert [str(one.told) for one in comers] == ["'bad first'", "B", "'bad'", "C"]
    assert [type(one.told) for one in comers] == [KeyError, str, KeyError, str]


@pytest.mark.parametrize("first", ["fatal", "a"])
def test_whoever_is_stopped_in_the_middle_lets_nobody_wait_for_ever(first: str) -> None:
    doing = Doing()
    turn = Turn(doing, most=9)
    comers = come(turn, doing, first, "fatal", "b")
    doing.end(comers)
    assert isinstance(comers[1].told, SystemExit)
    assert isinstance(comers[2].told, RuntimeError)  # an answer nobody can give any more
    assert turn.waiting == 0
    after = come(turn, doing, "c")
    doing.end(after)
    assert after[0].told == "C"
