"""Time moves what tablets hold: tasks whose day comes are granted, those long over withdrawn.

Run once a night, in short transactions, each a bounded number of tasks: a long one would hold
back every tablet's cursor. Safe to repeat at any time.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, select

from server.models import SyncScope, Task, TaskOfficer, TaskStatus
from server.services import publishing, task_publishing
from server.services.publishing import ObjectKey, officer_scope
from server.services.task_publishing import AFTERWARDS, AHEAD
from server.work import Work

AT_ONCE = 200


def move(work: Work, day: date, limit: int = AT_ONCE) -> int:
    """Move at most `limit` tasks one way; returns how many moved. Repeat until none does.

    Never both ways at once: each locks what it moves in one order, and so cannot lock more later.
    """
    coming = _coming(work, day, limit)
    if coming:
        task_publishing.publish_tasks(work, coming)
        return len(coming)
    going = _going(work, day, limit)
    # Held from before it is asked who needs them: a task that is published meanwhile would take
    # for granted that its officers hold its enterprise.
    publishing.hold(work, {key for task in going for key in _moved_with(task)})
    for task in going:
        _withdraw(work, task, day)
    return len(going)


def _moved_with(task: Task) -> tuple[ObjectKey, ...]:
    return ("task", task.id), ("enterprise", task.uscc), ("premise", task.premise_id)


def _coming(work: Work, day: date, limit: int) -> Sequence[Task]:
    held = exists().where(SyncScope.kind == "task", SyncScope.object_id == Task.id)
    someone = exists().where(TaskOfficer.task_id == Task.id)
    return work.session.scalars(
        select(Task)
        .where(
            someone,
            Task.window_from <= day + AHEAD,
            Task.window_to >= day - AFTERWARDS,
            Task.status != TaskStatus.CANCELLED,
            ~held,
        )
        .order_by(Task.id)
        .limit(limit)
    ).all()


def _going(work: Work, day: date, limit: int) -> Sequence[Task]:
    held = select(SyncScope.object_id).where(SyncScope.kind == "task")
    return work.session.scalars(
        select(Task)
        .where(Task.window_to < day - AFTERWARDS, Task.id.in_(held))
        .order_by(Task.id)
        .limit(limit)
    ).all()


def _withdraw(work: Work, task: Task, day: date) -> None:
    """Take a task from its officers, and its enterprise and premise unless they need it still."""
    holders = select(SyncScope.scope_key).where(
        SyncScope.kind == "task", SyncScope.object_id == task.id
    )
    publishing.withdraw(work, "task", task.id, set(work.session.scalars(holders)))
    officers = set(task.officer_ids)
    for kind, object_id, column in (
        ("enterprise", task.uscc, Task.uscc),
        ("premise", task.premise_id, Task.premise_id),
    ):
        needed = work.session.scalars(
            select(TaskOfficer.officer_id)
            .join(Task, Task.id == TaskOfficer.task_id)
            .where(
                column == object_id,
                TaskOfficer.officer_id.in_(officers),
                Task.window_from <= day + AHEAD,
                Task.window_to >= day - AFTERWARDS,
                Task.status != TaskStatus.CANCELLED,
            )
        )
        gone = officers.difference(needed)
        publishing.withdraw(work, kind, object_id, {officer_scope(id_) for id_ in gone})
