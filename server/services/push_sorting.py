"""The first look at a batch: what was seen before, what cannot be trusted, what is fresh.

Pure. An arrival with a fault is never compared with the ledger: nobody can spoil an event's id by
sending something under it that does not hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from server.models import LedgerEntry
from server.services.arrivals import Arrival, Fault
from server.services.ledger import Apart
from server.services.tablets import Tablet

ID_CONFLICT = "id_conflict"
READABLE_NOW = "newer_app"
OFFICER_SIGNATURE_BAD = "officer_signature_bad"


class Status(StrEnum):
    """What a push answers for an event (protocol §2)."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    HELD = "held"
    QUARANTINED = "quarantined"
    CONFLICT = "conflict"


class Answer(NamedTuple):
    """The answer for one member. `first` is set on a duplicate: what became of it then."""

    id: str | None
    status: Status
    code: str = ""
    detail: str = ""
    irregularities: Sequence[Mapping[str, Any]] = ()
    first: str = ""

    def again(self) -> "Answer":
        """The answer for the same thing sent once more."""
        return Answer(
            id=self.id,
            status=Status.DUPLICATE,
            code=self.code,
            detail=self.detail,
            irregularities=self.irregularities,
            first=self.first or str(self.status),
        )


@dataclass(slots=True, kw_only=True)
class Sorted:
    """A batch after the first look. `answers` by position; `fresh` and `repeats` are still open.

    `fresh` is event id → arrival; `positions` tells where in the batch it was; `repeats` is the
    position of a second copy → the event id of the first.
    """

    answers: dict[int, Answer] = field(default_factory=dict)
    fresh: dict[str, Arrival] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    repeats: dict[int, str] = field(default_factory=dict)
    apart: list[tuple[Arrival, Fault]] = field(default_factory=list)

    def set_apart(self, position: int, arrival: Arrival, fault: Fault) -> None:
        """Answer with the quarantine; a conflict goes there too, but has its own status."""
        conflict = fault.code == ID_CONFLICT
        self.apart.append((arrival, fault))
        self.answers[position] = Answer(
            id=arrival.id,
            status=Status.CONFLICT if conflict else Status.QUARANTINED,
            code=fault.code,
            detail=fault.detail,
        )


def sort(
    tablet: Tablet, arrivals: Sequence[Arrival], seen: Mapping[str, LedgerEntry], lying: Apart
) -> Sorted:
    """Answer for everything that needs no look at its chain."""
    found, barred = Sorted(), tablet.barred
    is_any_known = bool(seen or lying.codes)
    for position, arrival in enumerate(arrivals):
        known = _known(arrival, seen, lying) if is_any_known else None
        fault = None if known else _fault(tablet, barred, arrival, seen, found.fresh)
        if known:
            found.answers[position] = known
        elif fault:
            found.set_apart(position, arrival, fault)
        else:
            _note_fresh(found, position, arrival)
    return found


def _known(arrival: Arrival, seen: Mapping[str, LedgerEntry], lying: Apart) -> Answer | None:
    event = arrival.event
    if event is not None and arrival.fault is None:
        entry = seen.get(event.id)
        if entry is not None and entry.hash == event.hash:
            return Answer(id=event.id, status=Status.DUPLICATE, first=entry.status, **entry.outcome)
    there = lying.codes.get(arrival.raw_hash)
    if there is None or (there.code == READABLE_NOW and event is not None):
        return None
    status = Status.CONFLICT if there.code == ID_CONFLICT else Status.QUARANTINED
    before = Answer(id=arrival.id, status=status, code=there.code, detail=there.detail)
    return before if status is Status.CONFLICT else before.again()


def _fault(
    tablet: Tablet,
    barred: str,
    arrival: Arrival,
    seen: Mapping[str, LedgerEntry],
    fresh: Mapping[str, Arrival],
) -> Fault | None:
    event = arrival.event
    if arrival.fault is not None or event is None:
        return arrival.fault
    twin = fresh.get(event.id)
    other_hash = twin is not None and twin.hash != event.hash
    if event.id in seen or other_hash or barred:
        if not tablet.signed(event):
            return Fault(code="bad_signature")
        if barred and tablet.officer_fault(event) == OFFICER_SIGNATURE_BAD:
            # Not the bytes the tablet holds: it must not wipe itself on the strength of them.
            return Fault(code=OFFICER_SIGNATURE_BAD)
        return Fault(code=barred or ID_CONFLICT)
    code = tablet.officer_fault(event) if event.officer_sig else ""
    return Fault(code=code) if code else None


def _note_fresh(found: Sorted, position: int, arrival: Arrival) -> None:
    event = arrival.event
    if event is None:
        return
    if event.id in found.fresh:
        found.repeats[position] = event.id
    else:
        found.fresh[event.id] = arrival
        found.positions[event.id] = position
