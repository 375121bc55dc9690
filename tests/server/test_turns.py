"""A turn: one thread at a time, who waits longest is taken along first, a fault is its own."""

import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

import pytest

from server.turns import Turn

FOR_EVER = 600.0


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

    def let(self) -> None:
        """Let what is being done come to its end."""
        self._let.set()

    def finish(self) -> None:
        """Let what is being done come to its end, and wait until the next has begun."""
        begun = len(self.begun)
        self.let()
        until(lambda: len(self.begun) > begun)

    def end(self, comers: Sequence["Comer"]) -> None:
        """Let everything come to its end."""
        while any(one.is_alive() for one in comers):
            self.let()
            time.sleep(0.001)


class Comer(Thread):
    """Asks for something, and keeps what it is told, or what was raised."""

    def __init__(self, turn: Turn[str, str], asked: str, weight: int, may_share: bool) -> None:
        super().__init__(daemon=True)
        self._turn, self._asked, self._weight, self._may_share = turn, asked, weight, may_share
        self.told: str | BaseException | None = None

    def run(self) -> None:
        try:
            self.told = self._turn.done(self._asked, weight=self._weight, may_share=self._may_share)
        except BaseException as fault:  # noqa: BLE001 -- looked at by the test
            self.told = fault


def until(there: Callable[[], bool]) -> None:
    """Wait for it; a test that waits for ever is ended by the runner."""
    while not there():
        time.sleep(0.001)


def come(
    turn: Turn[str, str], doing: Doing, *asked: str, weight: int = 1, may_share: bool = True
) -> list[Comer]:
    """One after the other: each has the turn, or stands in the line."""
    found = []
    for one in asked:
        ahead = len(doing.begun) + turn.waiting
        found.append(Comer(turn, one, weight, may_share))
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


def test_who_was_just_answered_is_waited_for_and_goes_with_who_waited() -> None:
    doing = Doing()
    turn = Turn(doing, most=9, patience=FOR_EVER)
    comers = come(turn, doing, "a", "b")
    doing.let()
    comers[0].join()
    time.sleep(0.01)
    assert (doing.begun, turn.waiting) == ([["a"]], 0)  # b has the turn, and waits for another
    comers += come(turn, doing, "c")
    until(lambda: len(doing.begun) > 1)
    assert doing.begun[1:] == [["b", "c"]]
    doing.let()
    for one in comers:
        one.join()
    late = Comer(turn, "d", weight=1, may_share=True)
    late.start()
    time.sleep(0.01)
    assert doing.begun[2:] == []  # two were there; nobody was in the line
    later = come(turn, doing, "e")
    until(lambda: len(doing.begun) > 2)
    assert doing.begun[2:] == [["d", "e"]]
    doing.end([late, *later])


def test_nobody_waits_longer_than_the_patience() -> None:
    doing = Doing()
    turn = Turn(doing, most=9, patience=0.02)
    comers = come(turn, doing, "a", "b")
    doing.finish()
    assert doing.begun[1:] == [["b"]]
    doing.end(comers)
    comers += come(turn, doing, "c")  # b was alone: so is who comes after it
    assert doing.begun[2:] == [["c"]]
    doing.end(comers)


def test_nobody_is_waited_for_by_who_was_alone_or_is_many_enough_or_may_not_share() -> None:
    doing = Doing()
    turn = Turn(doing, most=2, patience=FOR_EVER)
    comers = come(turn, doing, "a")
    doing.end(comers)
    comers += come(turn, doing, "b", "c", "d")
    doing.finish()
    assert doing.begun == [["a"], ["b"], ["c", "d"]]
    comers += come(turn, doing, "e", may_share=False)
    doing.finish()
    assert doing.begun[3:] == [["e"]]
    comers += come(turn, doing, "f")
    doing.finish()
    assert doing.begun[4:] == [["f"]]  # nobody else was there who may share
    doing.end(comers)
