"""What is unusual about where the tablets of a visit were: for a call-back, never a finding.

Judged at each look from the events themselves beside the neighbouring visits of the same tablet.
No read model holds it, so a rebuild has nothing to compare, and a visit that arrives later counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server.models import TraceEvent
from server.work import Work
from shared.canonical import parse_object
from shared.errors import DomainError
from shared.events.envelope import Event, read_event
from shared.events.kinds import EventKind
from shared.location_risk import WHERE_IT_WAS, Sighting, Sign, assess

NEIGHBOURS = 200
"""So many events of a tablet are looked at before a visit's first and after its last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An event whose fix deserves a second look. `score` is up to 100 and accuses nobody."""

    kind: EventKind
    at: datetime
    device: str
    score: int
    signs: tuple[Sign, ...]


def read(work: Work, events: Sequence[Event]) -> tuple[Doubt, ...]:
    """The doubtful fixes of a visit, as its events come."""
    return tuple(
        doubt
        for device_id in dict.fromkeys(event.device_id for event in events)
        for doubt in _of_tablet(work, device_id, [e for e in events if e.device_id == device_id])
    )


def _of_tablet(work: Work, device_id: str, own: Sequence[Event]) -> Iterator[Doubt]:
    mine = [(event, seen) for event in own if (seen := Sighting.of(event))]
    if not mine:
        return
    others = [seen for event in _near(work, device_id, own) if (seen := Sighting.of(event))]
    for event, seen in mine:
        risk = assess(seen, [*others, *(other for each, other in mine if each.id != event.id)])
        if risk.signs:
            yield Doubt(
                kind=event.kind,
                at=seen.at,
                device=device_id,
                score=risk.score,
                signs=risk.signs,
            )


def _near(work: Work, device_id: str, own: Sequence[Event]) -> Iterator[Event]:
    """The comings and goings of the same tablet around this visit, of other visits alone."""
    numbers = [event.device_seq for event in own]
    rows = work.session.scalars(
        select(TraceEvent.canonical)
        .where(
            TraceEvent.device_id == device_id,
            TraceEvent.device_seq.between(min(numbers) - NEIGHBOURS, max(numbers) + NEIGHBOURS),
            TraceEvent.visit_id != own[0].visit_id,
            TraceEvent.kind.in_(WHERE_IT_WAS),
        )
        .order_by(TraceEvent.device_seq)
    )
    for raw in rows:
        try:
            yield read_event(parse_object(raw))
        except DomainError:  # of a newer app
            continue
