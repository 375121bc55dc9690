"""Visits as people of an agency, or of the supervision of its region, may look them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, tuple_, union

from server.models import EvidenceFile, EvidenceState, TraceEvent, Visit, VisitTask
from server.services.scoping import in_reach
from server.work import Work
from shared.canonical import parse_object
from shared.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; `after` is the id of the last visit already seen."""

    irregular: bool | None = None
    uscc: str | None = None
    task_id: str | None = None
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """An event as it was stored: the signed object itself, and when it came."""

    event: dict[str, object]
    received_at: datetime


def find(work: Work, visit_id: str) -> Visit:
    """A visit in reach of who asks; `NotFound`."""
    found = work.session.scalars(
        select(Visit).where(Visit.id == visit_id, reachable(work))
    ).one_or_none()
    if found is None:
        raise NotFound("No such visit.")
    return found


def search(work: Work, wanted: Wanted) -> list[Visit]:
    """Visits in reach, the newest received first; `NotFound` after a visit out of reach."""
    fit: list[ColumnElement[bool]] = []
    if wanted.irregular is not None:
        fit.append(Visit.irregular.expression if wanted.irregular else ~Visit.irregular)
    if wanted.uscc is not None:
        fit.append(Visit.uscc == wanted.uscc)
    if wanted.task_id is not None:
        of_task = select(VisitTask.visit_id).where(VisitTask.task_id == wanted.task_id)
        fit.append(Visit.id.in_(of_task))
    last = find(work, wanted.after) if wanted.after is not None else None
    after = (last.received_at, last.id) if last is not None else None
    newest = newest_ids(work, fit, after=after, limit=wanted.limit)
    order = select(Visit).where(Visit.id.in_(work.session.scalars(newest).all()))
    return list(work.session.scalars(order.order_by(Visit.received_at.desc(), Visit.id.desc())))


def newest_ids(
    work: Work,
    fit: Sequence[ColumnElement[bool]],
    *,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Select[str]:
    """The ids of the newest visits in reach that fit, after the (received_at, id) already seen.

    Two reads from the end of an index, one of visits led by who may look and one of those they
    were guests of: a condition that joined the two by "or" would walk through everybody's.
    """
    own = select(Visit.id, Visit.received_at).where(in_reach(work.who, Visit.agency_id), *fit)
    guest = select(VisitTask.visit_id.label("id"), VisitTask.received_at).where(
        VisitTask.guest, in_reach(work.who, VisitTask.agency_id)
    )
    if fit:
        guest = guest.join(Visit, Visit.id == VisitTask.visit_id).where(*fit)
    if after is not None:
        own = own.where(tuple_(Visit.received_at, Visit.id) < tuple_(*after))
        guest = guest.where(tuple_(VisitTask.received_at, VisitTask.visit_id) < tuple_(*after))
    own = own.order_by(Visit.received_at.desc(), Visit.id.desc()).limit(limit)
    guest = guest.order_by(VisitTask.received_at.desc(), VisitTask.visit_id.desc()).limit(limit)
    # SQLite takes a limited select only as a table of its own.
    both = union(select(own.subquery()), select(guest.subquery())).subquery()
    return select(both.c.id).order_by(both.c.received_at.desc(), both.c.id.desc()).limit(limit)


def count(work: Work, fit: Sequence[ColumnElement[bool]]) -> int:
    """How many visits in reach fit: those led by who may look, and those they were guests of."""
    own = in_reach(work.who, Visit.agency_id)
    led = select(func.count()).select_from(Visit).where(own, *fit)
    guest = (
        select(func.count(Visit.id.distinct()))
        .join(VisitTask, VisitTask.visit_id == Visit.id)
        .where(VisitTask.guest, in_reach(work.who, VisitTask.agency_id), ~own, *fit)
    )
    return work.session.scalar(select(led.scalar_subquery() + guest.scalar_subquery())) or 0


def evidence_pending(work: Work, visit_id: str) -> int:
    """How many files the visit speaks of that have not arrived."""
    rows = work.session.scalars(
        select(EvidenceFile.id).where(
            EvidenceFile.visit_id == visit_id, EvidenceFile.state == EvidenceState.PENDING
        )
    )
    return len(rows.all())


def events(work: Work, visit_id: str) -> list[EventLine]:
    """Every event of a visit in reach, chain by chain, as it was signed."""
    find(work, visit_id)
    rows = work.session.execute(
        select(TraceEvent.canonical, TraceEvent.received_at)
        .where(TraceEvent.visit_id == visit_id)
        .order_by(TraceEvent.device_id, TraceEvent.seq)
    )
    return [EventLine(event=parse_object(raw), received_at=at) for raw, at in rows]


def reachable(work: Work) -> ColumnElement[bool]:
    """Visits of one's own agency's tablets, and joint ones one's own agency had a task in."""
    joint = exists().where(VisitTask.visit_id == Visit.id, in_reach(work.who, VisitTask.agency_id))
    return or_(in_reach(work.who, Visit.agency_id), joint)
