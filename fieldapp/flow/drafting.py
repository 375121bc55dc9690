"""Making an event out of an act: its envelope, and the parts of a payload only the tablet knows.

Nothing here asks whether the act may be made, and nothing is stored.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from shared import crypto, rfc3339
from shared.events.envelope import VERSION, Fix, Moment
from shared.events.kinds import EventKind
from shared.flow.state import VisitState


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody does; everything else of an event follows from where and when."""

    kind: EventKind
    officer_id: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the journal an event goes; `prev` is empty for a chain's first."""

    visit_id: str
    task_ids: tuple[str, ...]
    device_id: str
    device_seq: int
    seq: int
    prev: str


def draft(act: Act, place: Place, *, event_id: str, at: Moment, loc: Fix | None) -> dict[str, Any]:
    """The event without its hash and signatures."""
    return {
        "v": VERSION,
        "suite": crypto.SUITE,
        "id": event_id,
        "visit_id": place.visit_id,
        "task_ids": list(place.task_ids),
        "device_id": place.device_id,
        "device_seq": place.device_seq,
        "seq": place.seq,
        "officer_id": act.officer_id,
        "kind": str(act.kind),
        "at": {**asdict(at), "wall": at.wall.isoformat(timespec="milliseconds")},
        "loc": None if loc is None else _position(loc),
        "payload": as_json(act.payload),
        "prev": place.prev,
    }


def _position(fix: Fix) -> dict[str, Any]:
    """What is not known is left out, so that an older server can still read it."""
    return {name: value for name, value in asdict(fix).items() if value is not None}


def seal_payload(state: VisitState, place: Place) -> dict[str, Any]:
    """What `sealed` lists: the head before it, the count, the files, the heads quoted (R47)."""
    return {
        "head": place.prev,
        "events": place.seq - 1,
        "evidence": [e.sha256 for e in state.evidence if e.device_id == place.device_id],
        "quoted": [
            {"device_id": quote.device_id, "seq": quote.seq, "head": quote.head}
            for quote in state.quotes
            if quote.by == place.device_id
        ],
    }


def as_json(value: Any) -> Any:
    """`value` with times, days, tuples and enums as JSON has them."""
    if isinstance(value, datetime):
        return rfc3339.write(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): as_json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(part) for part in value]
    return str(value) if isinstance(value, str) else value
