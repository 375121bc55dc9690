"""Turns: never more at once than there is room for, whoever came first goes first."""

import time
from collections.abc import Callable
from threading import Event, Thread

import pytest

from server.turns import Turns


class Comer(Thread):
    """Comes for a turn, notes that it has it, and keeps it until it is let go."""

    def __init__(self, turns: Turns, name: str, entered: list[str]) -> None:
        super().__init__(name=name, daemon=True)
        self._turns, self._entered = turns, entered
        self.let_go = Event()

    def run(self) -> None:
        with self._turns.taken():
            self._entered.append(self.name)
            self.let_go.wait()


def until(there: Callable[[], bool]) -> None:
    """Wait for it; a test that waits for ever is ended by the runner."""
    while not there():
        time.sleep(0.001)


def come(turns: Turns, name: str, entered: list[str]) -> Comer:
    """A comer that has its turn, or stands in the line."""
    ahead = len(entered) + turns.waiting
    comer = Comer(turns, name, entered)
    comer.start()
    until(lambda: len(entered) + turns.waiting > ahead)
    return comer


def test_turns_are_given_in_the_order_of_coming() -> None:
    turns, entered = Turns(2), list[str]()
    comers = [come(turns, name, entered) for name in "abcde"]
    assert (entered, turns.waiting) == (["a", "b"], 3)
    for left, now_in in ((1, 3), (0, 4), (2, 5)):
        comers[left].let_go.set()
        until(lambda now_in=now_in: len(entered) == now_in)
        assert entered == list("abcde"[:now_in])
    for comer in comers:
        comer.let_go.set()
        comer.join()
    last = [come(turns, name, entered) for name in "fg"]  # no place was lost
    assert (entered[-2:], turns.waiting) == (["f", "g"], 0)
    for comer in last:
        comer.let_go.set()
        comer.join()


def test_a_turn_that_fails_is_given_on() -> None:
    turns = Turns(1)
    with pytest.raises(RuntimeError), turns.taken():
        raise RuntimeError
    with turns.taken():
        assert turns.waiting == 0
