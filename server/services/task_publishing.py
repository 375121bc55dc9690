"""Sends tasks, with the enterprises and premises they need, to their officers' tablets.

A tablet holds what is due: from thirty days before a task's window to seven days after it. What
lies further off is recorded and sent when its day comes (`scope_moves`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from server.models import Contact, Enterprise, Premise, Task
from server.services import reference_objects
from server.services.publishing import Publication, officer_scope, publish_all, withdraw
from server.work import Work
from shared.localtime import local_day

AHEAD = timedelta(days=30)
AFTERWARDS = timedelta(days=7)


def publish_tasks(work: Work, tasks: Sequence[Task]) -> None:
    """Make these tasks, as they are now, known to their officers. Safe to repeat."""
    work.session.flush()
    due = [task for task in tasks if is_due(task, local_day(work.now))]
    publish_all(
        work,
        [
            *(
                Publication(
                    kind="task",
                    id=task.id,
                    data=reference_objects.task(task),
                    scopes=_scopes([task]) if task in due else frozenset(),
                )
                for task in tasks
            ),
            *_enterprises(work, _by(due, "uscc")),
            *_premises(work, _by(due, "premise_id")),
        ],
    )


def is_due(task: Task, day: date) -> bool:
    """Whether tablets hold the task on that day."""
    return task.window_from <= day + AHEAD and task.window_to >= day - AFTERWARDS


def withdraw_task(work: Work, task: Task) -> None:
    """Take a task from its officers; the enterprise stays while another task of theirs needs it."""
    publish_tasks(work, [task])  # its last state is part of the record
    withdraw(work, "task", task.id, _scopes([task]))


def _scopes(tasks: Iterable[Task]) -> frozenset[str]:
    return frozenset(officer_scope(id_) for task in tasks for id_ in task.officer_ids)


def _by(tasks: Iterable[Task], column: str) -> Mapping[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(getattr(task, column), []).append(task)
    return found


def _enterprises(work: Work, tasks: Mapping[str, list[Task]]) -> list[Publication]:
    rows = work.session.scalars(select(Enterprise).where(Enterprise.uscc.in_(tasks)))
    contacts = _contacts(work, tasks)
    return [
        Publication(
            kind="enterprise",
            id=row.uscc,
            data=reference_objects.enterprise(work, row, contacts.get(row.uscc)),
            scopes=_scopes(tasks[row.uscc]),
        )
        for row in rows
    ]


def _contacts(work: Work, usccs: Iterable[str]) -> dict[str, Contact]:
    rows = work.session.scalars(
        select(Contact)
        .where(
            Contact.uscc.in_(usccs),
            Contact.confirmed_at.isnot(None),
            Contact.removed_at.is_(None),
        )
        .order_by(Contact.confirmed_at)
    )
    return {row.uscc: row for row in rows}


def _premises(work: Work, tasks: Mapping[str, list[Task]]) -> list[Publication]:
    rows = work.session.scalars(select(Premise).where(Premise.id.in_(tasks)))
    return [
        Publication(
            kind="premise",
            id=row.id,
            data=reference_objects.premise(row),
            scopes=_scopes(tasks[row.id]),
        )
        for row in rows
    ]
