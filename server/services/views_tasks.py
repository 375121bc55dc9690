"""Tasks as the console shows them. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from server.models import (
    Agency,
    Enterprise,
    Form,
    InspectionItem,
    Premise,
    Task,
    TaskStatus,
    VisitCounter,
    VisitTask,
    VisitTime,
)
from server.services import (
    counters,
    finding,
    listing,
    origins,
    scoping,
    views_plan,
    views_queue,
)
from server.services.listing import AT_ONCE, Filter, Page
from server.services.origins import Origin
from server.services.tasks import NOT_BEGUN
from server.services.views_plan import OfficerLine
from server.work import Work
from shared import uscc
from shared.roles import Role

UNDER_WAY = (
    TaskStatus.CODED,
    TaskStatus.ISSUED,
    TaskStatus.IN_VISIT,
    TaskStatus.RECTIFYING,
    TaskStatus.IRREGULAR,
)
EMERGENCY = "emergency"
"""Beside the statuses: emergencies that wait for the head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    id: str
    no: str
    enterprise: str
    agency: str
    status: str
    kind: str
    window_from: date
    window_to: date
    officers: str
    awaits_approval: bool
    place_closed: bool
    """Nobody began it, and the place it leads to was closed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    task: Task
    agency: str
    enterprise: Enterprise | None
    premise: Premise | None
    items: tuple[str, ...]
    forms: tuple[str, ...]
    officers: tuple[OfficerLine, ...]
    visit_ids: tuple[str, ...]
    counter: VisitCounter | None
    """What its agency did and plans to do there in its year, as of now."""
    came: int
    """Inspections that anybody came for in that year: a joint one is one (R31)."""
    origin: Origin | None
    """Who told of it, where it is a past visit that was imported."""
    time: VisitTime | None
    awaits_approval: bool
    """An emergency that who asks, as its agency's head, has yet to approve."""


def counts(work: Work) -> dict[str, int]:
    """How many tasks in reach are not done with, by status: what is done is not counted."""
    rows = work.session.execute(
        select(Task.status, func.count())
        .where(scoping.in_reach(work.who, Task.agency_id), Task.status.in_(UNDER_WAY))
        .group_by(Task.status)
    )
    return dict(rows.all())


def lines(work: Work, wanted: Filter) -> Page[TaskLine]:
    """Tasks that fit, those due last first."""
    query = (
        _query(work)
        .where(*_conditions(work, wanted))
        .order_by(Task.window_to.desc(), Task.id.desc())
        .limit(AT_ONCE + 1)
    )
    rows = work.session.execute(query).all()
    shown = _lines(work, rows[:AT_ONCE])
    return Page(lines=shown, next_before=listing.begins_with(shown, len(rows)))


def line(work: Work, task_id: str) -> TaskLine | None:
    """One task as the list shows it."""
    rows = work.session.execute(_query(work).where(Task.id == task_id)).all()
    return next(iter(_lines(work, rows)), None)


def one(work: Work, task_id: str) -> TaskView:
    """One task in reach; `NotFound` otherwise."""
    task = scoping.one(work.session.get(Task, task_id))
    scoping.require_agency(work, task.agency_id)
    people = _people(work, [task])
    year = task.window_from.year
    items = work.session.scalars(
        select(InspectionItem.name).where(InspectionItem.id.in_(task.item_ids))
    )
    forms = work.session.scalars(
        select(Form).where(Form.id.in_([form["id"] for form in task.forms]))
    )
    wanted = {(form["id"], form["version"]) for form in task.forms}
    visits = work.session.scalars(select(VisitTask.visit_id).where(VisitTask.task_id == task.id))
    return TaskView(
        task=task,
        agency=work.session.scalar(select(Agency.name).where(Agency.id == task.agency_id)) or "",
        enterprise=work.session.get(Enterprise, task.uscc),
        premise=work.session.get(Premise, task.premise_id),
        items=tuple(items),
        forms=tuple(f"{f.name} v{f.version}" for f in forms if (f.id, f.version) in wanted),
        officers=tuple(people[i] for i in task.officer_ids if i in people),
        visit_ids=tuple(visits),
        counter=work.session.get(VisitCounter, (task.agency_id, task.uscc, year)),
        came=counters.by_all_agencies(work, {task.uscc}, year).get(task.uscc, 0),
        origin=origins.of(work, "task", {task.id}).get(task.id),
        time=work.session.get(VisitTime, task.id),
        awaits_approval=(
            task.post_approval_due is not None
            and not task.approved_by
            and Role.HEAD in work.who.roles
            and task.agency_id == work.who.agency_id
        ),
    )


def _query(work: Work) -> Select[Task, str, str, datetime | None]:
    return (
        select(Task, Enterprise.name, Agency.name, Premise.closed_at)
        .outerjoin(Premise, Premise.id == Task.premise_id)
        .outerjoin(Enterprise, Enterprise.uscc == Task.uscc)
        .outerjoin(Agency, Agency.id == Task.agency_id)
        .where(scoping.in_reach(work.who, Task.agency_id))
    )


def _lines(
    work: Work, rows: Sequence[Row[Task, str, str, datetime | None]]
) -> tuple[TaskLine, ...]:
    people = _people(work, [task for task, *_ in rows])
    return tuple(
        TaskLine(
            id=task.id,
            no=task.no,
            enterprise=enterprise or task.uscc,
            agency=agency or "",
            status=task.status,
            kind=task.kind,
            window_from=task.window_from,
            window_to=task.window_to,
            officers="、".join(people[i].name for i in task.officer_ids if i in people),
            awaits_approval=task.post_approval_due is not None and not task.approved_by,
            place_closed=task.status in NOT_BEGUN and closed_at is not None,
        )
        for task, enterprise, agency, closed_at in rows
    )


def _conditions(work: Work, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.status == EMERGENCY:
        found.append(views_queue.emergencies(work))
    elif wanted.status:
        found.append(Task.status == wanted.status)
    if wanted.text:
        newest = (
            select(Task.id, Task.no, Task.uscc)
            .where(scoping.in_reach(work.who, Task.agency_id), *found)
            .order_by(Task.window_to.desc(), Task.id.desc())
            .limit(listing.SEARCHED)
            .subquery()
        )
        named = or_(
            finding.among(wanted.text, Enterprise.name, Enterprise.initials),
            newest.c.no.contains(wanted.text, autoescape=True),
        )
        near = select(newest.c.id).outerjoin(Enterprise, Enterprise.uscc == newest.c.uscc)
        exact = or_(Task.no == wanted.text, Task.code == wanted.text)
        found.append(
            listing.matching(work, Task.id, select(Task.id).where(exact), near.where(named))
            if not uscc.is_valid(wanted.text)
            else Task.uscc == wanted.text
        )
    last = work.session.get(Task, wanted.before) if wanted.before else None
    if last is not None:
        found.append(listing.further(Task.window_to, Task.id, last))
    return found


def _people(work: Work, tasks: Sequence[Task]) -> Mapping[str, OfficerLine]:
    return views_plan.officer_lines(work, {id_ for task in tasks for id_ in task.officer_ids})
