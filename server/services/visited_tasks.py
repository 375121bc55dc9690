"""What a visit does to its tasks: the first visit takes them, and they move on as it stands.

Only tasks of the tablet's own agency move, and a task that went on since (notified, rectified) is
never moved back. Tablets hear of every move.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from server.asking_ahead import Question
from server.database import any_of
from server.models import Task, TaskStatus
from server.services import counters, publishing, reference_objects, visit_facts
from server.services.publishing import Publication
from server.services.visit_facts import Fact, FactKind
from server.services.visit_fold import Folded
from server.work import Work
from shared.localtime import local_day

MOVABLE = frozenset(
    {TaskStatus.CODED, TaskStatus.ISSUED, TaskStatus.IN_VISIT, TaskStatus.IRREGULAR}
)


def lock(work: Work, task_ids: Iterable[str]) -> dict[str, Task]:
    """The tasks, nobody else's to take until this transaction ends; unknown ids are left out."""
    wanted = sorted(set(task_ids))
    if not wanted:
        return {}
    foreseen = work.session.foreseen_objects(*question(wanted), Task)
    if foreseen is not None:
        found = {row.id: row for row, _ in foreseen}
    else:
        with work.session.unless_waiting(Task):
            found = {row.id: row for row in work.session.scalars(*question(wanted))}
    work.hold(*found.values())
    return found


def question(task_ids: Collection[str]) -> Question:
    """What `lock` asks; who asks it ahead holds the tasks from then on."""
    return _LOCKED, {"tasks": task_ids}


_LOCKED = (
    select(Task)
    .where(any_of(Task.id, "tasks"))
    .order_by(Task.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def claim(
    work: Work,
    visit_id: str,
    task_ids: Iterable[str],
    tasks: Mapping[str, Task],
    facts: list[Fact],
) -> None:
    """Let the visit have its tasks; note as a fact which of them another visit already has."""
    noted = {
        fact.payload["task_id"] for fact in facts if fact.kind is FactKind.TASK_ALREADY_VISITED
    }
    for task_id in task_ids:
        task = tasks.get(task_id)
        if task is None or task_id in noted:
            continue
        if task.visit_id is None:
            task.visit_id = visit_id
        elif task.visit_id != visit_id:
            visit_facts.append(
                work,
                facts,
                visit_id,
                FactKind.TASK_ALREADY_VISITED,
                {"task_id": task_id, "visit_id": task.visit_id},
            )


def move(work: Work, folded: Sequence[Folded], tasks: Mapping[str, Task]) -> None:
    """Bring every task that a visit has to where the visit stands, and send those that moved."""
    of: dict[str | None, list[Task]] = {}
    for task in tasks.values():
        of.setdefault(task.visit_id, []).append(task)
    moved = []
    for one in folded:
        to, its = _standing(one), of.get(one.visit_id, [])
        for task in [each for each in its if _moves(each, to)]:
            task.status = to  # before it is counted: its row is written once
            _count(work, task, one, [each for each in its if each is not task])
            moved.append(task)
    publishing.publish_all(
        work,
        [
            Publication(
                kind="task", id=task.id, data=reference_objects.task(task), scopes=frozenset()
            )
            for task in moved
        ],
    )


def _standing(folded: Folded) -> TaskStatus:
    if folded.goes_out:
        return TaskStatus.UNABLE if folded.state.unable else TaskStatus.FINALISED
    return TaskStatus.IRREGULAR if folded.complete else TaskStatus.IN_VISIT


def _moves(task: Task, to: TaskStatus) -> bool:
    return task.status in MOVABLE and task.status != to


def _count(work: Work, task: Task, folded: Folded, beside: Sequence[Task]) -> None:
    to = _standing(folded)
    if to is TaskStatus.FINALISED:
        counters.visit_made(work, task, _day(folded), beside=beside)
    elif to is TaskStatus.UNABLE:
        counters.visit_given_up(work, task)


def _day(folded: Folded) -> date | None:
    """The local day of the visit, whose year it counts in (R26)."""
    opened = folded.state.opened_at
    return local_day(opened) if opened else None
