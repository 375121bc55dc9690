"""Tasks after filing: looked at, moved on as a visit goes, or cancelled before it."""

from datetime import date

from sqlalchemy import select

from server.models import Plan, Task, TaskOfficer, TaskStatus
from server.services import announcements, audit, counters, task_publishing, visit_times
from server.services.scoping import in_reach, one, require_agency, require_role
from server.work import Work
from shared.errors import NotFound, OutOfOrder
from shared.roles import Role

OVER_BEFORE = frozenset({TaskStatus.CANCELLED, TaskStatus.UNABLE})
NOT_BEGUN = frozenset({TaskStatus.CODED, TaskStatus.ISSUED})


def get(work: Work, task_id: str) -> Task:
    """A task that who asks may know; `NotFound` otherwise."""
    task = one(work.session.get(Task, task_id))
    require_agency(work, task.agency_id)
    return task


def page(
    work: Work,
    *,
    status: str | None,
    plan_id: str | None,
    officer_id: str | None,
    on: date | None,
    after: str | None,
    limit: int,
) -> list[Task]:
    """Tasks in reach, the newest first; `on` is a day inside their window."""
    wanted = select(Task).where(in_reach(work.who, Task.agency_id))
    if status:
        wanted = wanted.where(Task.status == status)
    if plan_id:
        wanted = wanted.where(Task.plan_id == plan_id)
    if officer_id:
        wanted = wanted.join(TaskOfficer, TaskOfficer.task_id == Task.id)
        wanted = wanted.where(TaskOfficer.officer_id == officer_id)
    if on:
        wanted = wanted.where(Task.window_from <= on, Task.window_to >= on)
    if after:
        wanted = wanted.where(Task.id < after)  # ids are uuid7: they grow with time
    return list(work.session.scalars(wanted.order_by(Task.id.desc()).limit(limit)))


def cancel(work: Work, task_id: str, reason: str) -> Task:
    """Withdraw a task before its visit; the tablets drop it, its place under the cap is free."""
    require_role(work.who, Role.HEAD)
    task = one(work.session.get(Task, task_id, with_for_update=True))
    if task.agency_id != work.who.agency_id:
        raise NotFound("No such task.")
    if task.status not in NOT_BEGUN:
        raise OutOfOrder("The visit has begun.", status=task.status)
    counters.visit_given_up(work, task)
    withdraw(work, task, reason)
    return task


def withdraw(work: Work, task: Task, reason: str) -> None:
    """Take back a task nobody has begun, by whoever may; its place is its caller's to free."""
    task.status, task.cancelled_at = TaskStatus.CANCELLED, work.now
    told = announcements.take_back(work, task)
    visit_times.end(work, [task], tell=not told)
    task_publishing.withdraw_task(work, task)
    audit.write(work, "task.cancelled", "task", task.id, reason=reason)


def set_status(work: Work, task: Task, status: TaskStatus) -> None:
    """Move a task on as its visit goes, and tell its tablets."""
    if task.status != status:
        task.status = status
        task_publishing.publish_tasks(work, [task])


def plan_of(work: Work, task: Task) -> Plan | None:
    """The plan a task came from; None for an emergency's."""
    return work.session.get(Plan, task.plan_id) if task.plan_id else None
