"""Sends tasks, with the enterprises and premises they need, to their officers' tablets."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from server.models import Contact, Enterprise, Premise, Task
from server.services import reference_objects
from server.services.publishing import Publication, officer_scope, publish_all, withdraw
from server.work import Work


def publish_tasks(work: Work, tasks: Sequence[Task]) -> None:
    """Make these tasks, as they are now, known to their officers. Safe to repeat."""
    work.session.flush()
    publish_all(
        work,
        [
            *(
                Publication(
                    kind="task",
                    id=task.id,
                    data=reference_objects.task(task),
                    scopes=_scopes([task]),
                )
                for task in tasks
            ),
            *_enterprises(work, _by(tasks, "uscc")),
            *_premises(work, _by(tasks, "premise_id")),
        ],
    )


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
