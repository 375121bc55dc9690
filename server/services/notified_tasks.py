"""Tasks move on when their result has been told; tablets and the console hear of it."""

from sqlalchemy import select

from server.models import Task, TaskStatus
from server.services import publishing, reference_objects
from server.services.publishing import Publication
from server.work import Work


def notified(work: Work, visit_id: str) -> None:
    """The result of a visit was taken over by a channel: its finalised tasks are notified."""
    tasks = list(
        work.session.scalars(
            select(Task)
            .where(Task.visit_id == visit_id, Task.status == TaskStatus.FINALISED)
            .order_by(Task.id)
            .with_for_update()
        )
    )
    for task in tasks:
        task.status = TaskStatus.NOTIFIED
    publishing.publish_all(
        work,
        [
            Publication(
                kind="task", id=task.id, data=reference_objects.task(task), scopes=frozenset()
            )
            for task in tasks
        ],
    )
