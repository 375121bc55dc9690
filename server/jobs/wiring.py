"""Puts jobs to a running server: through Redis where there is one, in this process where not."""

from dataclasses import dataclass, replace

from server.jobs.caretaker import Caretaker
from server.jobs.nightly import turn_if_due
from server.jobs.queueing import Bell, queues
from server.jobs.sweeping import drain, sweep
from server.work import Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffed:
    """Parts whose jobs get done. Start the caretaker in every process that serves."""

    parts: Parts
    caretaker: Caretaker

    def start(self) -> None:
        self.caretaker.start(self.parts)


def staffed(parts: Parts) -> Staffed:
    """The parts, with somebody to wake."""
    if parts.settings.redis_url:
        return Staffed(parts=with_bell(parts), caretaker=Caretaker(look_and_wake))
    caretaker = Caretaker(look_and_do)
    return Staffed(parts=replace(parts, wake=caretaker.wake), caretaker=caretaker)


def with_bell(parts: Parts) -> Parts:
    """The parts, whose jobs ring for workers through Redis."""
    return replace(parts, wake=Bell(queues(parts.settings)).wake)


def look_and_wake(parts: Parts) -> int:
    """Sweep, and wait for the next round however much there was: the work is others'."""
    sweep(parts)
    turn_if_due(parts)
    return 0


def look_and_do(parts: Parts) -> int:
    """Do what is due, then what the change of day brings; returns how many jobs were done."""
    return drain(parts) + turn_if_due(parts)
