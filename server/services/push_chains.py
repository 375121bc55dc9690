"""The second look at a batch: each fresh event at its place in its chain, with those that waited.

Pure: rows come in, decisions go out. A tablet may add a chain to a visit only as its opener or by
quoting the opener's head; anything else in somebody's visit is foreign (docs/protocol.md §2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from server.models import Hold
from server.services.arrivals import Arrival, Fault
from server.services.chain_walk import START, Place, Standing, Verdict, Walk, walk
from server.services.tablets import Tablet
from shared.events.envelope import Event
from shared.events.kinds import EventKind

OPENING = frozenset({EventKind.VISIT_OPENED, EventKind.EMERGENCY_OPENED, EventKind.OFFSITE_OPENED})


class Taken(NamedTuple):
    """An event that is next in its chain. `hold` is its row if it waited before."""

    event: Event
    canonical: bytes
    received_at: datetime
    hold: Hold | None

    @property
    def is_kept(self) -> bool:
        """Whether it was projected already, when its hold ran out."""
        return self.hold is not None and self.hold.expired_at is not None


@dataclass(slots=True, kw_only=True)
class Placed:
    """What becomes of every event of a push; `ends` are the places of the chains by visit."""

    taken: list[Taken] = field(default_factory=list)
    waiting: list[tuple[Arrival, Event, str]] = field(default_factory=list)
    apart: list[tuple[Arrival, Event, Fault, Hold | None]] = field(default_factory=list)
    ends: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was there before the push: places and stored events by visit, and those who wait."""

    places: Mapping[str, Place]
    stored: Mapping[str, Sequence[Event]]
    holds: Sequence[tuple[Hold, Arrival]]
    spoiled: Mapping[str, str]


def place(tablet: Tablet, fresh: Iterable[Arrival], before: Before, now: datetime) -> Placed:
    """Find every fresh event its place, and every waiting one that a fresh one releases."""
    placed = Placed()
    coming: dict[str, list[tuple[Arrival, Event]]] = {}
    for arrival in fresh:
        if arrival.event is not None:
            coming.setdefault(arrival.event.visit_id, []).append((arrival, arrival.event))
    for visit_id, those in coming.items():
        arrivals = {event.id: arrival for arrival, event in those}
        holds = {h.event_id: (h, arrival) for h, arrival in before.holds if h.visit_id == visit_id}
        waited = [arrival.event for _, arrival in holds.values() if arrival.event is not None]
        events = [*waited, *[event for _, event in those]]
        after = before.places.get(visit_id, START)
        walked = walk(after, events, trusts=tablet.signed, spoiled=before.spoiled, waited=holds)
        if after == START and _is_foreign(tablet.id, walked, before.stored.get(visit_id, ())):
            walked = _all_foreign(events)
        elif walked.path:
            placed.ends[visit_id] = walked.end
        _sort_out(placed, walked, events, arrivals, holds, now)
    return placed


def _sort_out(
    placed: Placed,
    walked: Walk,
    events: Sequence[Event],
    arrivals: Mapping[str, Arrival],
    holds: Mapping[str, tuple[Hold, Arrival]],
    now: datetime,
) -> None:
    on_path = {event.id for event in walked.path}
    for event in (*walked.path, *[event for event in events if event.id not in on_path]):
        verdict = walked.verdicts[event.id]
        hold, arrival = holds.get(event.id) or (None, arrivals[event.id])
        if verdict.standing is Standing.NEXT:
            came = hold.received_at if hold else now
            placed.taken.append(
                Taken(event=event, canonical=arrival.canonical, received_at=came, hold=hold)
            )
        elif verdict.standing is Standing.UNTRUSTED:
            placed.apart.append((arrival, event, Fault(code=verdict.code), hold))
        elif hold is None:
            placed.waiting.append((arrival, event, verdict.code))


def _is_foreign(tablet_id: str, walked: Walk, stored: Sequence[Event]) -> bool:
    """Whether a chain that begins now has no business in the visit that is there already."""
    others = [event for event in stored if event.device_id != tablet_id]
    if not walked.path or not others:
        return False
    first = walked.path[0]
    opener = next((event.device_id for event in others if event.kind in OPENING), None)
    if first.kind is EventKind.JOINED:
        return _quotes_another(first, opener, others)
    if first.kind in OPENING and opener is None:
        quoted = {e.payload["lead"]["device_id"] for e in others if e.kind is EventKind.JOINED}
        return bool(quoted) and tablet_id not in quoted
    return True


def _quotes_another(joined: Event, opener: str | None, stored: Sequence[Event]) -> bool:
    quoted = joined.payload["lead"]
    if opener is not None and quoted["device_id"] != opener:
        return True
    there = {event.seq: event.hash for event in stored if event.device_id == quoted["device_id"]}
    return there.get(quoted["seq"], quoted["head"]) != quoted["head"]


def _all_foreign(events: Sequence[Event]) -> Walk:
    foreign = Verdict(standing=Standing.UNTRUSTED, code="foreign_visit")
    return Walk(path=(), end=START, verdicts={event.id: foreign for event in events})
