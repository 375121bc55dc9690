"""Visits as people of an agency, or of the supervision of its region, may look them up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select, tuple_

from server.models import EvidenceFile, EvidenceState, TraceEvent, Visit, VisitTask
from server.services.scoping import in_reach
from server.work import Work
from shared.canonical import parse_object
from shared.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; `after` is the last (received_at, id) already seen."""

    irregular: bool | None = None
    uscc: str | None = None
    task_id: str | None = None
    after: tuple[datetime, str] | None = None
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
    """Visits in reach, the newest received first."""
    query = select(Visit).where(reachable(work))
    if wanted.irregular is not None:
        query = query.where(Visit.irregular.is_(wanted.irregular))
    if wanted.uscc is not None:
        query = query.where(Visit.uscc == wanted.uscc)
    if wanted.task_id is not None:
        of_task = select(VisitTask.visit_id).where(VisitTask.task_id == wanted.task_id)
        query = query.where(Visit.id.in_(of_task))
    if wanted.after is not None:
        query = query.where(tuple_(Visit.received_at, Visit.id) < tuple_(*wanted.after))
    order = query.order_by(Visit.received_at.desc(), Visit.id.desc())
    return list(work.session.scalars(order.limit(wanted.limit)))


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
