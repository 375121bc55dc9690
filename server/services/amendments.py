"""变更: a new version of a plan in force. It goes the way of every plan; filed, it takes its place.

One at a time. The plan in force stays as it is until then, and every version is kept.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, update

from server.models import (
    IN_FORCE,
    Approval,
    Plan,
    PlanFinding,
    PlanStatus,
    PlanTarget,
    PlanVersion,
)
from server.refusals import AmendedAlready
from server.services import amendment_checks, audit, own_plans, plan_checks, plan_editing, plans
from server.services.amendment_checks import Standing
from server.services.plan_drafts import PlanDraft
from server.services.plan_ending import open_amendment
from server.services.tasks import NOT_BEGUN
from server.work import Work
from shared.errors import BadInput
from shared.plans.amending import AMENDABLE

LONGEST_REASON = 500


def begin(work: Work, plan_id: str, reason: str) -> Plan:
    """A draft of the next version of a plan in force of one's own agency, as it stands now.

    Raises `OutOfOrder` for a plan that is not in force, `AmendedAlready` while another amendment
    is on its way.
    """
    base = own_plans.get(work, plan_id)
    own_plans.require_status(base, IN_FORCE)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise BadInput("An amendment has a reason.", errors={"/reason": "Required."})
    if open_amendment(work, base.id) is not None:
        raise AmendedAlready("Another amendment is on its way.")
    draft = _as_it_stands(work, base)
    plan = Plan(
        id=work.ids(),
        agency_id=base.agency_id,
        planner_id=work.who.id,
        status=PlanStatus.DRAFT,
        version=base.version + 1,
        created_at=work.now,
        amends_id=base.id,
        amend_reason=reason.strip(),
    )
    work.session.add(plan)
    plans.write(work, plan, draft)
    audit.write(work, "plan.amendment_begun", "plan", base.id, amendment=plan.id)
    return plan


def take_up(work: Work, base: Plan, plan: Plan, standing: Standing) -> None:
    """Let an amendment be the plan from now on: its content, and all that was said of it.

    The tasks that stay belong to the new version's targets.
    """
    session = work.session
    session.execute(delete(PlanTarget).where(PlanTarget.plan_id == base.id))
    for kind in (PlanTarget, PlanVersion, PlanFinding, Approval):
        mine: Any = kind.plan_id
        session.execute(update(kind).where(mine == plan.id).values(plan_id=base.id))
    anew = {target.id for target in standing.gone}
    for pair in standing.amendment.pairs:
        task = standing.tasks.get(pair.before.id)
        if task is not None and pair.before.id not in anew:
            task.target_id = pair.after.id
    for field in AMENDABLE:
        setattr(base, field, getattr(plan, field))
    base.version, base.status, base.changed_at = plan.version, PlanStatus.AMENDED, work.now
    plan.status, plan.filed_at, plan.changed_at = PlanStatus.TAKEN_UP, work.now, work.now
    session.flush()
    session.expire_all()


def _as_it_stands(work: Work, base: Plan) -> PlanDraft:
    """The plan as it would be written again; what was begun keeps its days whatever the plan's."""
    tasks = amendment_checks.tasks_of(work, base.id)
    draft = plan_editing.draft_of(work, base)
    rows = plan_checks.targets_of(work, base.id)
    targets = tuple(
        replace(
            target,
            window_from=row.window_from or base.window_from,
            window_to=row.window_to or base.window_to,
        )
        if row.id in tasks and tasks[row.id].status not in NOT_BEGUN
        else target
        for row, target in zip(rows, draft.targets, strict=True)
    )
    return replace(draft, targets=targets)
