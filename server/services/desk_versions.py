"""Two versions of one thing, member by member: what was taken in, and what speaks against it.

Pure but for reading: nothing here says which of the two is right.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from server.models import Enterprise, Hold, Premise, Quarantine, TraceEvent, Visit, VisitTask
from server.work import Work
from shared.canonical import parse
from shared.errors import BadJson
from shared.events.kinds import EventKind

NOT_THERE = None
LONGEST = 300
OTHER_VISITS = 5
OF_A_VISIT = (
    "id",
    "lead_device_id",
    "opened_at",
    "scanned_at",
    "left_at",
    "sealed_at",
    "received_at",
    "uscc",
    "stage",
    "outcome",
    "complete",
    "ruling",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One place of an object (`payload/note`) and what either version has there."""

    at: str
    taken: str | None
    other: str | None

    @property
    def differs(self) -> bool:
        return self.taken != self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """`taken` is in use, `other` is not, or is the visit that came later."""

    members: tuple[Member, ...]
    two_visits: str | None = None
    """The other visit's id, when these are two visits of one task."""


def of_quarantined(work: Work, row: Quarantine) -> Versions | None:
    """The event that stands where `row` would, beside it; None where nothing does."""
    other = _read(row.raw)
    if not isinstance(other, Mapping):
        return None
    taken = _standing(work, row, other)
    return _beside(taken, other) if taken is not None else None


def of_visit(work: Work, visit: Visit) -> Versions | None:
    """The visit that had its task first, beside this one; None where it is the only one."""
    tasks = [str(id_) for id_ in visit.task_ids]
    first = work.session.scalars(
        select(Visit)
        .join(VisitTask, VisitTask.visit_id == Visit.id)
        .where(VisitTask.task_id.in_(tasks), Visit.id != visit.id)
        .order_by(Visit.received_at, Visit.id)
        .limit(1)
    ).first()
    if first is None:
        return None
    told = [_of_a_visit(each) for each in (first, visit)]
    return Versions(members=_beside(*told).members, two_visits=first.id)


def _of_a_visit(visit: Visit) -> dict[str, Any]:
    """What there is to say of a visit; what has not happened is left out."""
    told = {name: getattr(visit, name) for name in OF_A_VISIT}
    return {name: value for name, value in told.items() if value is not None}


def of_retarget(work: Work, visit_id: str) -> Versions | None:
    """The enterprise of the task, beside the one whose code was read last instead of it."""
    raw = work.session.scalars(
        select(TraceEvent.canonical)
        .where(TraceEvent.visit_id == visit_id, TraceEvent.kind == EventKind.SCAN_MISMATCH)
        .order_by(TraceEvent.seq.desc())
        .limit(1)
    ).first()
    read = _read(raw) if raw is not None else None
    if not isinstance(read, Mapping):
        return None
    scanned = read["payload"]
    return _beside(_place(work, scanned["expected"]), _place(work, scanned["seen"]))


def _place(work: Work, told: str) -> dict[str, str]:
    """What is known of `uscc` or `uscc/premise`, as the tablet writes it."""
    uscc, _, premise_id = told.partition("/")
    found = {"uscc": uscc[:LONGEST]}
    enterprise = work.session.get(Enterprise, uscc)
    premise = work.session.get(Premise, premise_id) if premise_id else None
    if enterprise is not None:
        found["name"] = enterprise.name
    if premise is not None and premise.uscc == uscc:
        found["premise"] = premise.address
    return found


def _standing(work: Work, row: Quarantine, other: Mapping[str, Any]) -> Mapping[str, Any] | None:
    seq = other.get("seq")
    here = (TraceEvent.visit_id == row.visit_id) & (TraceEvent.device_id == row.device_id)
    place = here & (TraceEvent.seq == seq) if isinstance(seq, int) else here & (TraceEvent.seq < 0)
    raw = work.session.scalars(
        select(TraceEvent.canonical)
        .where(or_(TraceEvent.id == row.event_id, place))
        .order_by((TraceEvent.id == row.event_id).desc())
        .limit(1)
    ).first()
    if raw is None:
        raw = work.session.scalar(select(Hold.raw).where(Hold.event_id == row.event_id))
    found = _read(raw) if raw is not None else None
    return found if isinstance(found, Mapping) else None


def _read(raw: bytes) -> Any:
    try:
        return parse(raw)
    except BadJson:
        return None


def _beside(taken: Mapping[str, Any], other: Mapping[str, Any]) -> Versions:
    left, right = dict(_flat(taken)), dict(_flat(other))
    return Versions(
        members=tuple(
            Member(at=at, taken=left.get(at, NOT_THERE), other=right.get(at, NOT_THERE))
            for at in dict.fromkeys((*left, *right))
        )
    )


def _flat(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    below: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        below = list(value.items())
    elif isinstance(value, list):
        below = list(enumerate(value))
    for name, each in below:
        yield from _flat(each, f"{at}/{name}" if at else str(name))
    if not isinstance(value, Mapping | list):
        # As JSON has it: null, true and false are no words of Python's.
        word = value is None or isinstance(value, bool)
        yield at, json.dumps(value) if word else str(value)[:LONGEST]
