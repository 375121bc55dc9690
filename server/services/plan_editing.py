"""What planners do with a plan as a whole: try it out, copy it, cancel it.

Writing it down is plans.py's, deciding decisions.py's.
"""

from dataclasses import replace

from sqlalchemy import select

from server.models import IN_FORCE, UNFILED, Plan, PlanStatus, PlanTarget, Task
from server.services import audit, plan_checks, plan_ending, plans, tasks
from server.services.plan_drafts import PlanDraft, TargetDraft
from server.services.plan_reading import read_letter, read_special
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import NotFound, OutOfOrder
from shared.plans.rule import Finding
from shared.roles import Role

LONGEST_TITLE = 200


def try_out(work: Work, draft: PlanDraft, plan_id: str | None) -> tuple[Finding, ...]:
    """What the rules would say of `draft`, written down as if for good.

    The rules look at stored plans: whoever calls this throws the unit of work away.
    """
    plan = plans.change(work, plan_id, draft) if plan_id else plans.create(work, draft)
    return plan_checks.judge(work, plan)


def draft_of(work: Work, plan: Plan) -> PlanDraft:
    """A stored plan as it would be written down again."""
    return PlanDraft(
        title=plan.title,
        kind=plan.kind,
        trigger=plan.trigger,
        visit_type=plan.visit_type,
        year=plan.year,
        window_from=plan.window_from,
        window_to=plan.window_to,
        item_ids=tuple(plan.item_ids),
        targets=tuple(_target(row) for row in plan_checks.targets_of(work, plan.id)),
        reason=plan.reason,
        term=plan.term,
        annual_plan_id=plan.annual_plan_id,
        frequency=plan.frequency,
        pool_size=plan.pool_size,
        sample_percent=plan.sample_percent,
        joint_agency_ids=tuple(plan.joint_agency_ids),
        assist_agency_ids=tuple(plan.assist_agency_ids),
        licence_basis_id=plan.licence_basis_id,
        special=read_special(plan.special),
        oral_approver=plan.oral_approver,
        oral_on=plan.oral_on,
    )


def draft_to_change(work: Work, plan_id: str) -> PlanDraft:
    """A plan of one's own agency that may still be written anew; `OutOfOrder` otherwise."""
    plan = _own(work, plan_id)
    if plan.status not in plans.OPEN_TO_CHANGE:
        raise OutOfOrder("The plan is past that.", status=plan.status)
    return draft_of(work, plan)


def copy(work: Work, plan_id: str, title: str) -> Plan:
    """A new draft like a plan of one's own agency, whatever became of that."""
    plan = _own(work, plan_id)
    return plans.create(work, replace(draft_of(work, plan), title=title[:LONGEST_TITLE]))


def cancel(work: Work, plan_id: str, reason: str) -> Plan:
    """Give a plan up before any visit of it; its tasks are withdrawn, their places free again.

    What nobody filed its planners cancel; a filed one, like its tasks, only the head.
    """
    require_role(work.who, Role.PLANNER, Role.HEAD)
    plan = one(work.session.get(Plan, plan_id, with_for_update=True))
    if plan.agency_id != work.who.agency_id:
        raise NotFound("No such plan.")
    if plan.status in IN_FORCE:
        require_role(work.who, Role.HEAD)
        for task_id in _withdrawable(work, plan):
            tasks.cancel(work, task_id, reason)
        plan_ending.give_up_amendment(work, plan, reason)
    elif plan.status in UNFILED:
        require_role(work.who, Role.PLANNER)
    else:
        raise OutOfOrder("The plan is over.", status=plan.status)
    plan.status, plan.changed_at = PlanStatus.CANCELLED, work.now
    audit.write(work, "plan.cancelled", "plan", plan.id, reason=reason)
    return plan


def _withdrawable(work: Work, plan: Plan) -> list[str]:
    """The plan's tasks; `OutOfOrder` once a visit of one has begun."""
    rows = work.session.scalars(select(Task).where(Task.plan_id == plan.id)).all()
    begun = [row.no for row in rows if row.status not in tasks.OVER_BEFORE | tasks.NOT_BEGUN]
    if begun:
        raise OutOfOrder("A visit of it has begun.", task=begun[0])
    return [row.id for row in rows if row.status in tasks.NOT_BEGUN]


def _own(work: Work, plan_id: str) -> Plan:
    require_role(work.who, Role.PLANNER)
    plan = one(work.session.get(Plan, plan_id))
    if plan.agency_id != work.who.agency_id:
        raise NotFound("No such plan.")
    return plan


def _target(row: PlanTarget) -> TargetDraft:
    return TargetDraft(
        uscc=row.uscc,
        premise_id=row.premise_id,
        officer_ids=tuple(row.officer_ids),
        assistant_count=row.assistant_count,
        window_from=row.window_from,
        window_to=row.window_to,
        reason_onsite=row.reason_onsite,
        source_no=row.source_no,
        source_on=row.source_on,
        recheck_of=row.recheck_of,
        letter=read_letter(row.letter),
    )
