"""Emergency inspections (R24, R41): inspected first, written down and approved afterwards.

The server makes the task the tablet could not have; nothing here turns it into a planned one. It
uses up no cap (R27), and an approval that never comes leaves the visit irregular.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.models import Agency, Approval, Decision, Officer, Task, TaskOfficer, TaskStatus
from server.refusals import OwnPlan, SecondFactorNeeded
from server.services import (
    approval_forms,
    audit,
    numbers,
    parameters,
    task_publishing,
    visit_history,
)
from server.services.filing import new_code
from server.services.identity import SecondFactor
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import NotFound, OutOfOrder
from shared.localtime import local_day
from shared.plans.model import PlanKind, Trigger, VisitType
from shared.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """What a visit's events say of an emergency, once it is known whom it was at."""

    visit_id: str
    agency_id: str
    uscc: str
    premise_id: str
    officer_ids: Sequence[str]
    item_ids: Sequence[str]
    forms: Sequence[Mapping[str, Any]]
    opened_at: datetime
    explanation: str
    oral_approver: str
    oral_at: datetime


def write_down(work: Work, emergency: Emergency) -> Task:
    """The task of an emergency visit; the one it has already, when it was written down before."""
    found = select(Task).where(Task.visit_id == emergency.visit_id, Task.plan_id.is_(None))
    known = work.session.scalars(found).one_or_none()
    if known is not None:
        return known
    agency = work.session.get_one(Agency, emergency.agency_id)
    day = local_day(emergency.opened_at)
    values = parameters.values(work, agency, day)
    history = visit_history.frequencies(
        work,
        agency_id=agency.id,
        usccs=[emergency.uscc],
        year=day.year,
        cap=values["yearly_cap"],
    )
    task = Task(
        id=work.ids(),
        no=numbers.take(work, agency, numbers.EMERGENCY, day.year),
        agency_id=agency.id,
        kind=PlanKind.CASE,
        trigger=Trigger.EMERGENCY,
        visit_type=VisitType.INSPECTION,
        uscc=emergency.uscc,
        premise_id=emergency.premise_id,
        item_ids=list(emergency.item_ids),
        forms=[dict(form) for form in emergency.forms],
        officer_ids=list(emergency.officer_ids),
        window_from=day,
        window_to=day,
        status=TaskStatus.IN_VISIT,
        counts=False,
        frequency=history[emergency.uscc],
        reason_onsite=emergency.explanation,
        code=new_code(work),
        visit_id=emergency.visit_id,
        oral_approver=emergency.oral_approver,
        oral_at=emergency.oral_at,
        post_approval_due=work.now + timedelta(hours=values["emergency_approval_hours"]),
    )
    work.session.add(task)
    work.session.add_all(
        TaskOfficer(task_id=task.id, officer_id=id_) for id_ in dict.fromkeys(task.officer_ids)
    )
    task_publishing.publish_tasks(work, [task])
    return task


def approve(work: Work, task_id: str, *, proof: SecondFactor, reason: str) -> Approval:
    """The head's approval afterwards, with its form (D1). `OwnPlan` for a head who went along."""
    require_role(work.who, Role.HEAD)
    task = one(work.session.get(Task, task_id, with_for_update=True))
    if task.agency_id != work.who.agency_id:
        raise NotFound("No such task.")
    if task.post_approval_due is None or task.approved_by:
        raise OutOfOrder("Nothing is to be approved afterwards.", status=task.status)
    if proof.person_id != work.who.id:
        raise SecondFactorNeeded("The time code is somebody else's.")
    if _went_along(work, task):
        raise OwnPlan("Nobody approves an inspection of their own.")
    task.approved_by = work.who.name
    row = Approval(
        id=work.ids(),
        task_id=task.id,
        decision=Decision.APPROVED,
        reason=reason,
        by_id=work.who.id,
        by_name=work.who.name,
        second_factor_at=proof.at,
        at=work.now,
    )
    work.session.add(row)
    agency = work.session.get_one(Agency, task.agency_id)
    approval_forms.make_afterwards(work, agency, task, row)
    late = work.now > task.post_approval_due
    audit.write(work, "emergency.approved", "task", task.id, late=late)
    task_publishing.publish_tasks(work, [task])
    return row


def _went_along(work: Work, task: Task) -> bool:
    mine = select(Officer.id).where(Officer.person_id == work.who.id)
    return work.session.scalar(mine) in set(task.officer_ids)
