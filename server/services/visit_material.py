"""Loading what a visit's fold depends on: its events, the server's facts, the versions it names.

For many visits at once in a number of queries that does not grow with them. It judges nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import select

from server.database import any_of, rows_of
from server.models import TraceEvent
from server.remembering import Remembered
from server.services import reference_snapshot, visit_facts
from server.services.reference_snapshot import Named
from server.services.visit_facts import Fact
from server.services.visit_fold import Material
from server.work import Work
from shared.canonical import parse_object
from shared.events.envelope import Event, read_event
from shared.flow import merge
from shared.reference import ReferenceObject

MOST_KEPT = 4096
"""Events that a process remembers having read, some 4 KB each."""


class Stored(NamedTuple):
    """An event with what the server noted beside it."""

    event: Event
    received_at: datetime
    judged_by: int


_STORED = (
    select(TraceEvent.visit_id, TraceEvent.canonical, TraceEvent.received_at, TraceEvent.judged_by)
    .where(any_of(TraceEvent.visit_id, "visits"))
    .order_by(TraceEvent.visit_id, TraceEvent.device_id, TraceEvent.seq)
)


def stored(work: Work, visit_ids: Collection[str]) -> dict[str, list[Stored]]:
    """Every event of the visits that was taken in, chain by chain in order."""
    found: dict[str, list[Stored]] = {visit_id: [] for visit_id in visit_ids}
    rows = rows_of(work.session, _STORED, {"visits": list(visit_ids)}) if found else ()
    for visit_id, canonical, received_at, judged_by in rows:
        event = _read(canonical)
        found[visit_id].append(Stored(event, received_at, judged_by))
    return found


def remember(event: Event, canonical: bytes) -> None:
    """Remember an event that was read from these bytes: it need not be read of them again."""
    _READ.put(canonical, event)


def _read(canonical: bytes) -> Event:
    """An event from its very bytes: a visit that comes in pieces is read anew with each."""
    event = _READ.get(canonical)
    if event is None:
        event = read_event(parse_object(canonical))
        remember(event, canonical)
    return event


_READ = Remembered[bytes, Event](MOST_KEPT)


def load(work: Work, visit_ids: Collection[str]) -> dict[str, Material]:
    """The material of each visit that has at least one event."""
    events = stored(work, visit_ids)
    facts = visit_facts.of_visits(work, visit_ids)
    objects = objects_of(work, (one.event for each in events.values() for one in each))
    return {
        visit_id: put_together(visit_id, each, facts[visit_id], objects)
        for visit_id, each in events.items()
        if each
    }


def objects_of(work: Work, events: Iterable[Event]) -> dict[Named, ReferenceObject]:
    """The reference objects that any of `events` names, and that were ever sent."""
    return reference_snapshot.load(work, reference_snapshot.named_in(events))


def ordered(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events of one visit, that come in any order, in the one order there is for them."""
    return merge.order(_chains(events))


def put_together(
    visit_id: str,
    events: Iterable[Stored],
    facts: list[Fact],
    objects: Mapping[Named, ReferenceObject],
) -> Material:
    """One visit's material; the events may come in any order."""
    each = tuple(events)
    return Material(
        visit_id=visit_id,
        chains=_chains([one.event for one in each]),
        received={one.event.id: one.received_at for one in each},
        judged_by={one.event.id: one.judged_by for one in each},
        facts=facts,
        objects=objects,
    )


def _chains(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Each tablet's events in their order, the tablets by their names."""
    found: dict[str, list[Event]] = {}
    for event in sorted(events, key=_place):
        if event.device_id in found:
            found[event.device_id].append(event)
        else:
            found[event.device_id] = [event]
    return found


_place = attrgetter("device_id", "seq")
