"""Telling whoever handed a complaint over that something came of it (docs/webhooks.md)."""

from collections.abc import Collection

from sqlalchemy import bindparam, select

from server.database import any_of
from server.models import Complaint, Task
from server.services import webhooks
from server.services.webhooks import Told
from server.work import Work


def changed(work: Work, row: Complaint) -> None:
    """Note that something came of it, and tell the system that sent it, no other."""
    row.changed_at = work.now
    webhooks.tell_sender(
        work, Told.COMPLAINT_CHANGED, home_id=row.home_id, name=row.sender, thing=(row.id, row.no)
    )


def result_told(work: Work, visit_id: str, task_ids: Collection[str] | None = None) -> None:
    """The result of a visit is told: whoever sent the complaint it was made for hears of it.

    `task_ids` are the visit's, if they are at hand.
    """
    if task_ids is not None and work.session.foresees_nothing(OF_TASKS, {"tasks": task_ids}):
        return
    for row in work.session.scalars(_LOOKED_INTO, {"visit": visit_id}).unique():
        changed(work, row)


OF_TASKS = (
    select(Complaint.id)
    .join(Task, Task.plan_id == Complaint.plan_id)
    .where(any_of(Task.id, "tasks"), Task.uscc == Complaint.uscc)
)
"""Complaints that any of some tasks are made for."""
_LOOKED_INTO = (
    select(Complaint)
    .join(Task, Task.plan_id == Complaint.plan_id)
    .where(Task.visit_id == bindparam("visit"), Task.uscc == Complaint.uscc)
)
