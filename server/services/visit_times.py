"""The half day an enterprise would like an inspection on, and what its agency says to that.

    asked → agreed | kept           withdrawn: by the enterprise while asked, or with the inspection

Only of an inspection that may be announced, by its kind and its reason, and whose reason is one of
`time_slot_triggers`; of a joint visit where that holds for all of it. What is offered are the
working days of the window, half by half. A joint visit has one time: its leading agency answers,
and every agency of it sees it. What was agreed stands on the task, and so on its tablets.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from server.models import Agency, Enterprise, MergeProposal, Task, TaskStatus, TimeState, VisitTime
from server.notify.letter import Body, Purpose
from server.services import (
    announcements,
    audit,
    calendars,
    enterprise_news,
    parameters,
    task_publishing,
    typed_words,
)
from server.services.announcements import NOT_BEGUN
from server.services.enterprise_news import News
from server.services.scoping import in_reach, one, require_role
from server.work import Work
from shared import slots
from shared.errors import BadInput, Conflict, NotFound
from shared.localtime import local_day
from shared.roles import Role
from shared.slots import Half, Slot

ENTERPRISE = (Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
ANSWERERS = (Role.PLANNER, Role.HEAD)
READERS = (*ANSWERERS, Role.OFFICER, Role.SUPERVISION)
MOST_TIMES = 3
LONGEST = 500
AT_ONCE = 100
TIMES = (Purpose.TIME_AGREED, Purpose.TIME_KEPT, Purpose.TIME_OFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an enterprise may choose from, and what it said; `left` times more it may ask."""

    task_id: str
    agency: str
    window_from: date
    window_to: date
    offered: tuple[Slot, ...]
    row: VisitTime | None
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTime:
    """A wish nobody answered yet. `mine`: who asks may answer it."""

    row: VisitTime
    no: str
    enterprise: str
    agency: str
    window_from: date
    window_to: date
    mine: bool


def allows(values: Mapping[str, Any], task: Task) -> bool:
    """Whether a time may be asked for a task, by the parameters in force."""
    return (
        announcements.allows_notice(values, task) and task.trigger in values["time_slot_triggers"]
    )


def visit_of(task: Task) -> str:
    """The id of the visit a task is for: its own, or that of the joint visit."""
    return task.merged_id or task.id


def choice(work: Work, task_id: str) -> Choice:
    """What the enterprise that asks may choose for an inspection; `NotFound` if nothing ever."""
    require_role(work.who, *ENTERPRISE)
    tasks = _own(work, task_id)
    row = work.session.get(VisitTime, task_id)
    is_open = row is None or row.state != TimeState.AGREED
    left = MOST_TIMES - (row.times if row else 0) if is_open else 0
    agency = work.session.get_one(Agency, _leads(work, tasks))
    return Choice(
        task_id=task_id,
        agency=agency.name,
        window_from=tasks[0].window_from,
        window_to=tasks[0].window_to,
        offered=_offered(work, agency, tasks) if left > 0 else (),
        row=row,
        left=left,
    )


def ask(work: Work, task_id: str, slot: Slot) -> VisitTime:
    """Ask for a half day, or for another one than before; a few times, until one is agreed."""
    require_role(work.who, *ENTERPRISE)
    tasks = _own(work, task_id, lock=True)
    leads = _leads(work, tasks)
    if slot not in _offered(work, work.session.get_one(Agency, leads), tasks):
        raise BadInput("Not one of those offered.", errors={"/slot": "Another half day."})
    known = {row.task_id: row for row in _rows(work, visit_of(tasks[0]))}
    for task in tasks:
        row = known.get(task.id) or work.session.get(VisitTime, task.id) or _new(task)
        if row.state == TimeState.AGREED:
            raise Conflict("A time is agreed.")
        if row.times >= MOST_TIMES:
            raise Conflict("Asked for often enough.", most=MOST_TIMES)
        row.visit, row.leads = visit_of(task), task.agency_id == leads
        row.day, row.half, row.state = slot.day, slot.half, TimeState.ASKED
        row.times, row.asked_at = row.times + 1, work.now
        row.answered_by, row.answered_at, row.reason = None, None, ""
        work.session.add(row)
        known[task.id] = row
    audit.write(work, "visit_time.asked", "task", task_id, slot=slot.code)
    return known[task_id]


def withdraw(work: Work, task_id: str) -> None:
    """Take back what nobody has answered yet. For the enterprise."""
    require_role(work.who, *ENTERPRISE)
    tasks = _own(work, task_id, lock=True)
    rows = _rows(work, visit_of(tasks[0]))
    if not rows or any(row.state != TimeState.ASKED for row in rows):
        raise Conflict("Nothing waits for an answer.")
    for row in rows:
        row.state = TimeState.WITHDRAWN
    audit.write(work, "visit_time.withdrawn", "task", task_id)


def agree(work: Work, task_id: str) -> None:
    """Agree to what was asked for; every tablet of the visit is told, and the enterprise."""
    tasks, rows = _to_answer(work, task_id)
    slot = slot_of(rows[0])
    if slot.day < local_day(work.now):
        raise Conflict("That day is over.", day=slot.day.isoformat())
    for task in tasks:
        task.slot_day, task.slot_half = slot.day, slot.half
    _answer(work, rows, TimeState.AGREED)
    task_publishing.publish_tasks(work, tasks)
    _tell(work, rows, tasks, Purpose.TIME_AGREED)
    audit.write(work, "visit_time.agreed", "task", task_id, slot=slot.code)


def keep(work: Work, task_id: str, reason: str) -> None:
    """Keep the agency's own day, for a reason the enterprise reads."""
    typed_words.require(reason=(reason, LONGEST))
    tasks, rows = _to_answer(work, task_id)
    _answer(work, rows, TimeState.KEPT, reason.strip())
    _tell(work, rows, tasks, Purpose.TIME_KEPT)
    audit.write(work, "visit_time.kept", "task", task_id, reason=reason.strip())


def end(work: Work, tasks: Sequence[Task], *, tell: bool) -> None:
    """These tasks are no more the visit a time was asked for: cancelled, joined or taken apart.

    Whoever was promised a time is told where `tell` says so. Its caller publishes the tasks. While
    another task of a joint visit stands, its time does.
    """
    for visit in {visit_of(task) for task in tasks}:
        rows = _rows(work, visit)
        gone = [task for task in tasks if visit_of(task) == visit]
        still = {row.task_id for row in rows} - {task.id for task in gone}
        promised = any(row.state == TimeState.AGREED for row in rows)
        for row in rows:
            if row.task_id not in still and row.state in (TimeState.ASKED, TimeState.AGREED):
                row.state = TimeState.WITHDRAWN
        for task in gone:
            task.slot_day = task.slot_half = None
        if rows and not still:
            enterprise_news.take_back(work, visit, TIMES)
            if promised and tell:
                _tell(work, rows, gone, Purpose.TIME_OFF)


def of_tasks(work: Work, task_ids: Iterable[str]) -> dict[str, VisitTime]:
    """What was asked for of each task, if anything."""
    wanted = select(VisitTime).where(VisitTime.task_id.in_(list(task_ids)))
    return {row.task_id: row for row in work.session.scalars(wanted)}


def slot_of(row: VisitTime) -> Slot:
    """The half day a row is about."""
    return Slot(day=row.day, half=Half(row.half))


def unanswered(work: Work) -> ColumnElement[bool]:
    """Those in reach that wait for an answer; used with Task joined."""
    return and_(
        VisitTime.state == TimeState.ASKED,
        in_reach(work.who, VisitTime.agency_id),
        Task.status.in_(NOT_BEGUN),
        Task.window_to >= local_day(work.now),
    )


def waiting(work: Work) -> tuple[WaitingTime, ...]:
    """What waits for an answer, the nearest day first; of other agencies' joint visits too."""
    require_role(work.who, *READERS)
    rows = work.session.execute(
        select(VisitTime, Task, Enterprise.name, Agency.name)
        .join(Task, Task.id == VisitTime.task_id)
        .join(Agency, Agency.id == VisitTime.agency_id)
        .outerjoin(Enterprise, Enterprise.uscc == VisitTime.uscc)
        .where(unanswered(work))
        .order_by(VisitTime.day, VisitTime.half, VisitTime.task_id)
        .limit(AT_ONCE)
    )
    return tuple(
        WaitingTime(
            row=row,
            no=task.no,
            enterprise=enterprise or row.uscc,
            agency=agency,
            window_from=task.window_from,
            window_to=task.window_to,
            mine=may_answer(work, row),
        )
        for row, task, enterprise, agency in rows
    )


def may_answer(work: Work, row: VisitTime) -> bool:
    """Whether who asks is to say yes or no to it."""
    is_own = row.agency_id == work.who.agency_id and row.leads
    return row.state == TimeState.ASKED and is_own and work.who.is_any(ANSWERERS)


def _own(work: Work, task_id: str, *, lock: bool = False) -> list[Task]:
    """The tasks of the visit a task of the enterprise belongs to, all of kinds with a time."""
    task = one(work.session.get(Task, task_id))
    if task.uscc != work.who.uscc:
        raise NotFound("No such inspection.")
    tasks = _of_visit(work, task, lock=lock)
    today = local_day(work.now)
    agencies = {task.agency_id for task in tasks}
    known = {
        id_: parameters.values(work, work.session.get_one(Agency, id_), today) for id_ in agencies
    }
    for each in tasks:
        begun = each.status not in NOT_BEGUN or each.visit_id is not None
        if begun or each.window_to < today or not allows(known[each.agency_id], each):
            raise NotFound("No such inspection.")
    return tasks


def _of_visit(work: Work, task: Task, *, lock: bool) -> list[Task]:
    """A task and those it is one visit with; locked in one order, and read again."""
    ours = Task.id == task.id if task.merged_id is None else Task.merged_id == task.merged_id
    wanted = select(Task).where(ours, Task.status != TaskStatus.CANCELLED).order_by(Task.id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    tasks = list(work.session.scalars(wanted))
    if task not in tasks:
        raise NotFound("No such inspection.")
    return tasks


def _to_answer(work: Work, task_id: str) -> tuple[list[Task], list[VisitTime]]:
    """The visit, locked, and its wish that waits for the agency of who asks."""
    require_role(work.who, *ANSWERERS)
    task = one(work.session.get(Task, task_id))
    if task.agency_id != work.who.agency_id:
        raise NotFound("No such task.")
    tasks = _of_visit(work, task, lock=True)
    rows = _rows(work, visit_of(task))
    mine = one(next((row for row in rows if row.task_id == task_id), None))
    if not mine.leads:
        raise Conflict("The leading agency answers.")
    begun = any(each.status not in NOT_BEGUN for each in tasks)
    if begun or any(row.state != TimeState.ASKED for row in rows):
        raise Conflict("Nothing waits for an answer.")
    return tasks, rows


def _answer(work: Work, rows: Sequence[VisitTime], state: TimeState, reason: str = "") -> None:
    for row in rows:
        row.state, row.reason = state, reason
        row.answered_by, row.answered_at = work.who.id, work.now


def _offered(work: Work, agency: Agency, tasks: Sequence[Task]) -> tuple[Slot, ...]:
    """The working half days of the window that are far enough ahead."""
    today = local_day(work.now)
    calendar = calendars.load(work)
    ahead = int(parameters.values(work, agency, today)["time_slot_workdays"])
    first = max(tasks[0].window_from, calendar.add_workdays(today, ahead)[0])
    return tuple(slots.between(first, tasks[0].window_to, calendar))


def _leads(work: Work, tasks: Sequence[Task]) -> str:
    merged = tasks[0].merged_id
    if merged is None:
        return tasks[0].agency_id
    return work.session.get_one(MergeProposal, merged).lead_agency_id


def _rows(work: Work, visit: str) -> list[VisitTime]:
    """Those of a visit, the leading agency's first."""
    return list(
        work.session.scalars(
            select(VisitTime)
            .where(VisitTime.visit == visit)
            .order_by(VisitTime.leads.desc(), VisitTime.task_id)
            .with_for_update()
        )
    )


def _new(task: Task) -> VisitTime:
    return VisitTime(
        task_id=task.id,
        agency_id=task.agency_id,
        uscc=task.uscc,
        state=TimeState.WITHDRAWN,
        times=0,
    )


def _tell(work: Work, rows: Sequence[VisitTime], tasks: Sequence[Task], purpose: Purpose) -> None:
    """Write to the enterprise, in the name of the leading agency; what said otherwise is over."""
    first = rows[0]
    task = next((task for task in tasks if task.id == first.task_id), tasks[0])
    enterprise_news.take_back(work, first.visit, TIMES)
    enterprise_news.send(
        work,
        News(
            purpose=purpose,
            agency_id=first.agency_id,
            uscc=first.uscc,
            about=first.visit,
            body=Body(
                agency=work.session.get_one(Agency, first.agency_id).name,
                number=task.no,
                day=first.day,
                half=first.half,
                link=f"{work.settings.public_url}/portal/inspections",
            ),
            until=task.window_to,
        ),
    )
