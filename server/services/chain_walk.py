"""Where each arriving event stands in its chain: next, too early, or not to be trusted.

Pure: it looks at counts, hashes and signatures and decides (protocol §2); storing what it decides
is for others. It never looks at what an event says.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.chain import NO_PREVIOUS
from shared.events.envelope import Event

Trusts = Callable[[Event], bool]
"""Whether the tablet's own signature on an event holds. Asked as seldom as can be."""

BROKEN = frozenset({"chain_fork", "prev_mismatch", "device_seq_backwards", "foreign_visit"})
"""Faults that everything built on the event shares; on any other it may still wait (`held`)."""


class Standing(StrEnum):
    NEXT = "next"
    WAITING = "waiting"
    UNTRUSTED = "untrusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    standing: Standing
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point in a chain: after it, `seq + 1` with `prev == hash` is due."""

    seq: int
    hash: str
    device_seq: int


NEXT = Verdict(standing=Standing.NEXT)
START = Place(seq=0, hash=NO_PREVIOUS, device_seq=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What became of every event, by id; `path` are those that are next, in order."""

    path: tuple[Event, ...]
    end: Place
    verdicts: Mapping[str, Verdict]


def walk(
    after: Place,
    events: Sequence[Event],
    *,
    trusts: Trusts,
    spoiled: Mapping[str, str],
    waited: Container[str] = (),
) -> Walk:
    """Follow the chain from `after` through `events`, which come in any order.

    Args:
        after: The newest event up to which none is missing.
        events: Of one visit and tablet, each id once, hashes already found right.
        trusts: The signature check; on the way it is asked for the newest event that came now
            first, since that signature covers all before it.
        spoiled: Hashes of this tablet's quarantined events, with why.
        waited: Ids of those that came before; their own signatures held then.
    """
    path = _path(after, events, trusts)
    covered = _covered(path, trusts, waited)
    verdicts = {event.id: NEXT for event in path[:covered]}
    doubted = [event for event in path[covered:] if event.id not in waited]
    doubtful = {event.hash: "bad_signature" for event in doubted}
    verdicts |= {event.id: _untrusted("bad_signature") for event in doubted}
    end = place_of(path[covered - 1]) if covered else after
    beside = _Beside(end=end, trusts=trusts, spoiled={**spoiled, **doubtful})
    for event in sorted((e for e in events if e.id not in verdicts), key=lambda e: e.seq):
        verdicts[event.id] = beside.judge(event)
    return Walk(path=tuple(path[:covered]), end=end, verdicts=verdicts)


def place_of(event: Event) -> Place:
    return Place(seq=event.seq, hash=event.hash, device_seq=event.device_seq)


def _path(after: Place, events: Sequence[Event], trusts: Trusts) -> list[Event]:
    following: dict[str, list[Event]] = {}
    for event in events:
        following.setdefault(event.prev, []).append(event)
    path: list[Event] = []
    last: Place | Event = after
    while True:
        due = [
            event
            for event in following.get(last.hash, ())
            if event.seq == last.seq + 1 and event.device_seq > last.device_seq
        ]
        if len(due) > 1:  # two on one: only one that is really the tablet's may be first
            due = [e for e in due if trusts(e)] or due
        if not due:
            return path
        last = due[0]
        path.append(last)


def _covered(path: Sequence[Event], trusts: Trusts, waited: Container[str]) -> int:
    """How many are covered: up to the newest that came now and holds, and who waited for that."""
    count = len(path)
    while count and (path[count - 1].id in waited or not trusts(path[count - 1])):
        count -= 1
    while count < len(path) and path[count].id in waited:
        count += 1
    return count


def _untrusted(code: str) -> Verdict:
    return Verdict(standing=Standing.UNTRUSTED, code=code)


class _Beside:
    """Judges what is not on the path, in the order of `seq`, so that parents come first."""

    def __init__(self, *, end: Place, trusts: Trusts, spoiled: dict[str, str]) -> None:
        self._end = end
        self._trusts = trusts
        self._spoiled = spoiled
        self._waited_on: set[str] = set()

    def judge(self, event: Event) -> Verdict:
        code = self._fault(event)
        if code:
            self._spoiled[event.hash] = code
            return _untrusted(code)
        self._waited_on.add(event.prev)
        waits_for = "predecessor_quarantined" if event.prev in self._spoiled else ""
        return Verdict(standing=Standing.WAITING, code=waits_for or "predecessor_missing")

    def _fault(self, event: Event) -> str:
        if not self._trusts(event):
            return "bad_signature"
        if event.seq <= self._end.seq:
            return "chain_fork"
        inherited = self._spoiled.get(event.prev, "")
        if inherited in BROKEN:
            return inherited
        if not inherited and event.seq == self._end.seq + 1:
            return "device_seq_backwards" if event.prev == self._end.hash else "prev_mismatch"
        if event.prev == NO_PREVIOUS:
            return "prev_mismatch"
        return "chain_fork" if event.prev in self._waited_on else ""
