"""What an enterprise sees of its own inspections: those that came, and those it is told of before.

Another enterprise's visit does not exist. Of a visit nobody announced nothing is seen before it has
scanned in: not in a list, not in a count. Reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from server.documents.kinds import DocumentKind
from server.documents.kinds import title as title_of
from server.models import (
    Agency,
    Document,
    InspectionItem,
    Notice,
    NoticeState,
    Officer,
    Premise,
    Task,
    TaskStatus,
    TraceEvent,
    Visit,
    VisitTime,
)
from server.services import announcements, listing, parameters, visit_times
from server.services.listing import Page
from server.services.scoping import one, require_role
from server.work import Work
from shared.canonical import parse_object
from shared.errors import NotFound
from shared.events.envelope import read_event
from shared.events.kinds import EventKind
from shared.localtime import local_day
from shared.text import Text

AT_ONCE = 20
ENTERPRISE = visit_times.ENTERPRISE
TOLD_OF = (
    EventKind.SCANNED_IN,
    EventKind.CREDENTIALS_SHOWN,
    EventKind.NOTICE_SERVED,
    EventKind.RECORD_READ,
    EventKind.SIGNED,
    EventKind.REFUSED,
    EventKind.ABSENT,
    EventKind.UNABLE,
    EventKind.RESULT_GIVEN,
    EventKind.LEFT,
)
TOLD_OF_OFFSITE = (
    EventKind.OFFSITE_OPENED,
    EventKind.RECORD_SIGNED,
    EventKind.UNABLE,
    EventKind.RESULT_GIVEN,
)
"""What happened before the enterprise's own eyes; answers and files are in the documents."""


class Course(StrEnum):
    """How far an inspection has come, as its enterprise need know."""

    UNDER_WAY = "under_way"
    IN_REVIEW = "in_review"  # it broke a rule; supervision has to rule first
    REJECTED = "rejected"  # supervision ruled that it does not count
    AWAITS_RESULT = "awaits_result"
    TO_READ = "to_read"
    TO_SIGN = "to_sign"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """`began` is when they scanned in, or the visit was received where that is not known.

    The outcome is told once the result was opened: that is an act of its own.
    """

    id: str
    agency: str
    began: datetime
    course: Course
    outcome: str | None
    notice_id: str | None
    due_on: date | None
    offsite: bool = False
    """Nobody came: it is seen once its result was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line of the timeline: an event of the visit, or `act`, one of telling the result."""

    at: datetime
    event: EventKind | None = None
    act: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document. `sealed`: the result that was not opened yet; opening is an act of its own."""

    id: str
    title: Text
    number: str
    version: int
    issued_at: datetime
    superseded: bool
    sealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    line: VisitLine
    items: tuple[str, ...]
    place: str
    supervision_phone: str
    steps: tuple[Step, ...]
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """An inspection that is announced: who, when, what."""

    task_id: str
    agency: str
    phone: str
    window_from: date
    window_to: date
    items: tuple[str, ...]
    place: str
    count: int
    cap: int | None
    may_choose: bool
    """Whether the enterprise may ask for a half day."""
    time: VisitTime | None


def lines(work: Work, before: str = "") -> Page[VisitLine]:
    """Inspections of the enterprise that asks, the newest received first."""
    require_role(work.who, *ENTERPRISE)
    query = (
        select(Visit, Agency.name)
        .outerjoin(Agency, Agency.id == Visit.agency_id)
        .where(*_seen(work))
        .order_by(Visit.received_at.desc(), Visit.id.desc())
        .limit(AT_ONCE + 1)
    )
    last = work.session.get(Visit, before) if before else None
    if last is not None and last.uscc == work.who.uscc:
        query = query.where(listing.further(Visit.received_at, Visit.id, last))
    rows = work.session.execute(query).all()
    shown = _lines(work, [(visit, agency) for visit, agency in rows[:AT_ONCE]])
    return Page(lines=shown, next_before=shown[-1].id if len(rows) > AT_ONCE else None)


def one_line(work: Work, visit_id: str) -> VisitLine:
    """One of them; `NotFound` for another enterprise's, or one not yet to be seen."""
    require_role(work.who, *ENTERPRISE)
    row = work.session.execute(
        select(Visit, Agency.name)
        .outerjoin(Agency, Agency.id == Visit.agency_id)
        .where(Visit.id == visit_id, *_seen(work))
    ).one_or_none()
    visit, agency = one(row)
    return _lines(work, [(visit, agency)])[0]


def read(work: Work, visit_id: str) -> VisitView:
    """One inspection with its timeline and papers; `NotFound` as above."""
    line = one_line(work, visit_id)
    visit = work.session.get_one(Visit, visit_id)
    agency = work.session.get_one(Agency, visit.agency_id)
    tasks = work.session.scalars(select(Task).where(Task.id.in_(visit.task_ids))).all()
    notice = _notices(work, [visit_id]).get(visit_id)
    papers = _papers(work, visit_id, notice)
    return VisitView(
        line=line,
        items=_items(work, [item for task in tasks for item in task.item_ids]),
        place=_place(work, visit.premise_id),
        supervision_phone=agency.supervision_phone,
        steps=tuple(sorted([*_events(work, visit), *_acts(notice)], key=lambda step: step.at)),
        papers=papers,
    )


def upcoming(work: Work) -> tuple[Upcoming, ...]:
    """Inspections of kinds that allow notice, by when they may begin (R44, domain §2a)."""
    require_role(work.who, *ENTERPRISE)
    today = local_day(work.now)
    rows = work.session.execute(
        select(Task, Agency)
        .join(Agency, Agency.id == Task.agency_id)
        .where(
            Task.uscc == work.who.uscc,
            Task.window_to >= today,
            Task.status.in_((TaskStatus.CODED, TaskStatus.ISSUED)),
            Task.visit_id.is_(None),
        )
        .order_by(Task.window_from, Task.id)
    )
    tasks = [(task, agency) for task, agency in rows]
    known = _values(work, [agency for _, agency in tasks], today)
    announced = [
        (task, agency)
        for task, agency in tasks
        if announcements.allows_notice(known[agency.id], task)
    ]
    fixed = {
        visit_times.visit_of(task)
        for task, agency in tasks
        if not visit_times.allows(known[agency.id], task)
    }
    times = visit_times.of_tasks(work, [task.id for task, _ in announced])
    items = _named(work, InspectionItem.id, InspectionItem.name, [t.item_ids for t, _ in announced])
    places = _named(work, Premise.id, Premise.address, [[t.premise_id] for t, _ in announced])
    return tuple(
        Upcoming(
            task_id=task.id,
            agency=agency.name,
            phone=agency.phone,
            window_from=task.window_from,
            window_to=task.window_to,
            items=tuple(sorted({items[id_] for id_ in task.item_ids if id_ in items})),
            place=places.get(task.premise_id or "", ""),
            count=int(task.frequency.get("agency_count") or 0) + 1,
            cap=task.frequency.get("cap"),
            may_choose=visit_times.visit_of(task) not in fixed,
            time=times.get(task.id),
        )
        for task, agency in announced
    )


def to_sign(work: Work) -> int:
    """How many notices wait for the enterprise's receipt."""
    require_role(work.who, *ENTERPRISE)
    return (
        work.session.scalar(
            select(func.count()).where(
                Notice.uscc == work.who.uscc,
                Notice.superseded_at.is_(None),
                Notice.state != NoticeState.RECEIPTED,
            )
        )
        or 0
    )


def _seen(work: Work) -> list[ColumnElement[bool]]:
    told = select(Notice.visit_id).where(Notice.uscc == work.who.uscc)
    return [Visit.uscc == work.who.uscc, or_(Visit.scanned_at.is_not(None), Visit.id.in_(told))]


def _values(work: Work, agencies: Sequence[Agency], today: date) -> dict[str, dict[str, Any]]:
    """Every parameter in force of each agency."""
    by_id = {agency.id: agency for agency in agencies}
    return {id_: parameters.values(work, agency, today) for id_, agency in by_id.items()}


def _named(
    work: Work, key: Any, name: Any, wanted: Sequence[Sequence[str | None]]
) -> dict[str, str]:
    ids = {id_ for each in wanted for id_ in each if id_}
    return dict(work.session.execute(select(key, name).where(key.in_(ids))).all()) if ids else {}


def _lines(work: Work, rows: Sequence[tuple[Visit, str | None]]) -> tuple[VisitLine, ...]:
    told = _notices(work, [visit.id for visit, _ in rows])
    return tuple(
        VisitLine(
            id=visit.id,
            agency=agency or "",
            began=visit.scanned_at or visit.received_at,
            offsite=visit.offsite,
            course=_course(visit, told.get(visit.id)),
            outcome=visit.outcome if _is_opened(told.get(visit.id)) else None,
            notice_id=told[visit.id].document_id if visit.id in told else None,
            due_on=told[visit.id].due_on if visit.id in told else None,
        )
        for visit, agency in rows
    )


def _is_opened(notice: Notice | None) -> bool:
    return notice is not None and notice.opened_at is not None


def _course(visit: Visit, notice: Notice | None) -> Course:
    if notice is not None:
        if notice.receipted_at is not None:
            return Course.DONE
        return Course.TO_READ if notice.opened_at is None else Course.TO_SIGN
    if visit.irregular and visit.ruling is None:
        return Course.IN_REVIEW
    if visit.irregular and visit.ruling == "reject":
        return Course.REJECTED
    return Course.UNDER_WAY if visit.sealed_at is None else Course.AWAITS_RESULT


def _notices(work: Work, visit_ids: Sequence[str]) -> dict[str, Notice]:
    """The notice in force of each visit, if it is this enterprise's."""
    rows = work.session.scalars(
        select(Notice).where(
            Notice.visit_id.in_(visit_ids),
            Notice.uscc == work.who.uscc,
            Notice.superseded_at.is_(None),
        )
    )
    return {notice.visit_id: notice for notice in rows}


def _events(work: Work, visit: Visit) -> list[Step]:
    rows = work.session.scalars(
        select(TraceEvent.canonical)
        .where(
            TraceEvent.visit_id == visit.id,
            TraceEvent.kind.in_(TOLD_OF_OFFSITE if visit.offsite else TOLD_OF),
        )
        .order_by(TraceEvent.device_id, TraceEvent.seq)
    )
    events = [read_event(parse_object(raw)) for raw in rows]
    names = _names(work, {event.officer_id for event in events})
    return [
        Step(
            at=event.at.wall,
            event=event.kind,
            who=names.get(event.officer_id, "")
            if event.kind in (EventKind.CREDENTIALS_SHOWN, EventKind.RECORD_SIGNED)
            else "",
        )
        for event in events
    ]


def _names(work: Work, ids: set[str]) -> dict[str, str]:
    rows = work.session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(ids)))
    return dict(rows.all())


def _acts(notice: Notice | None) -> list[Step]:
    if notice is None:
        return []
    acts = {
        "issued": notice.created_at,
        "sent": notice.sent_at,
        "opened": notice.opened_at,
        "receipted": notice.receipted_at,
    }
    return [Step(at=at, act=act) for act, at in acts.items() if at is not None]


def _papers(work: Work, visit_id: str, notice: Notice | None) -> tuple[Paper, ...]:
    rows = work.session.scalars(
        select(Document)
        .where(Document.visit_id == visit_id, Document.uscc == work.who.uscc)
        .order_by(Document.superseded_by.is_not(None), Document.made_at, Document.id)
    )
    return tuple(
        Paper(
            id=row.id,
            title=title_of(DocumentKind(row.kind), row.content),
            number=row.number or "",
            version=row.version,
            issued_at=row.issued_at or row.made_at,
            superseded=row.superseded_by is not None,
            sealed=notice is not None and notice.document_id == row.id and notice.opened_at is None,
        )
        for row in rows
    )


def _items(work: Work, ids: Sequence[str]) -> tuple[str, ...]:
    rows = work.session.scalars(
        select(InspectionItem.name).where(InspectionItem.id.in_(ids)).order_by(InspectionItem.name)
    )
    return tuple(dict.fromkeys(rows))


def _place(work: Work, premise_id: str | None) -> str:
    premise = work.session.get(Premise, premise_id) if premise_id else None
    return premise.address if premise else ""


def require_own(work: Work, uscc: str | None) -> None:
    """Return if a thing is of the enterprise that asks; raises `NotFound`."""
    if uscc is None or uscc != work.who.uscc:
        raise NotFound("No such thing.")
