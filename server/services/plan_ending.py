"""How a plan ends: when its last task has, or by hand, with a reason. Then it takes no changes."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from server.models import IN_FORCE, UNFILED, Plan, PlanStatus, Task, TaskStatus
from server.services import audit, own_plans, tasks
from server.work import Work
from shared.errors import BadInput, OutOfOrder
from shared.roles import Role

ENDED = (
    TaskStatus.NOTIFIED,
    TaskStatus.RECHECKED,
    TaskStatus.CLOSED,
    TaskStatus.CANCELLED,
    TaskStatus.UNABLE,
)
"""Nothing more is to come of such a task."""
AT_ONCE = 200
LONGEST_REASON = 500


def close(work: Work, plan_id: str, reason: str) -> Plan:
    """The head closes a plan in force; what nobody has begun is withdrawn, its places are free.

    `OutOfOrder` while a visit is under way.
    """
    plan = own_plans.get(work, plan_id, Role.HEAD)
    own_plans.require_status(plan, IN_FORCE)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise BadInput("It is closed for a reason.", errors={"/reason": "Required."})
    rows = work.session.scalars(select(Task).where(Task.plan_id == plan.id)).all()
    visited = [task.no for task in rows if task.status == TaskStatus.IN_VISIT]
    if visited:
        raise OutOfOrder("A visit of it is under way.", task=visited[0])
    for task in rows:
        if task.status in tasks.NOT_BEGUN:
            tasks.cancel(work, task.id, reason)
    _close(work, plan, reason.strip())
    return plan


def close_ended(work: Work) -> int:
    """Close plans of which every task has ended, at most `AT_ONCE`; returns how many it closed.

    One that somebody is amending goes on: new visits may be on their way.
    """
    under_way = select(Task.id).where(Task.plan_id == Plan.id, Task.status.notin_(ENDED)).exists()
    any_task = select(Task.id).where(Task.plan_id == Plan.id).exists()
    other = aliased(Plan)
    amending = (
        select(other.id).where(other.amends_id == Plan.id, other.status.in_(UNFILED)).exists()
    )
    found: Sequence[Plan] = work.session.scalars(
        select(Plan)
        .where(Plan.status.in_(IN_FORCE), any_task, ~under_way, ~amending)
        .order_by(Plan.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for plan in found:
        _close(work, plan, "")
    return len(found)


def give_up_amendment(work: Work, base: Plan, reason: str) -> None:
    """What is to amend a plan ends with it; one being filed this moment finds its plan over."""
    work.session.flush()
    amendment = work.session.scalars(
        _amendment_of(base.id).with_for_update(skip_locked=True)
    ).one_or_none()
    if amendment is not None:
        amendment.status, amendment.changed_at = PlanStatus.CANCELLED, work.now
        audit.write(work, "plan.cancelled", "plan", amendment.id, reason=reason)


def open_amendment(work: Work, plan_id: str) -> Plan | None:
    """The amendment of a plan that is on its way, if there is one."""
    work.session.flush()
    return work.session.scalars(_amendment_of(plan_id)).one_or_none()


def _amendment_of(plan_id: str) -> Select[Plan]:
    return select(Plan).where(Plan.amends_id == plan_id, Plan.status.in_(UNFILED)).limit(1)


def _close(work: Work, plan: Plan, reason: str) -> None:
    plan.status, plan.changed_at = PlanStatus.CLOSED, work.now
    plan.closed_at, plan.closed_why = work.now, reason
    give_up_amendment(work, plan, reason)
    audit.write(work, "plan.closed", "plan", plan.id, reason=reason)
