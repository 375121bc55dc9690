"""Triage (R24): what no rule asks anything of is offered to the head together. No rule approves.

The head sees every task to come, names each plan with its version, and proves once who approves.
A plan with a finding that wants a reason is looked at by itself, explained or not; so is an
amendment, whose changes are to be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from server.models import Approval, Plan, PlanFinding, PlanStatus, PlanTarget
from server.refusals import NotForBatch
from server.services import decisions, plan_checks
from server.services.identity import SecondFactor
from server.services.scoping import require_role
from server.work import Work
from shared.plans.rule import Effect
from shared.roles import Role

AT_ONCE = 50
MOST_TASKS = 2000
"""A head cannot look through more at once: a batch of more is no batch whose tasks were listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A clean plan with every task it would make."""

    plan: Plan
    targets: tuple[PlanTarget, ...]
    findings: tuple[PlanFinding, ...]
    """Warnings only."""


def offered(work: Work) -> list[Offer]:
    """The clean plans before this head, the oldest first; never one of their own."""
    require_role(work.who, Role.HEAD)
    grave = (
        select(PlanFinding.id)
        .where(
            PlanFinding.plan_id == Plan.id,
            PlanFinding.plan_version == Plan.version,
            PlanFinding.effect != Effect.WARN,
        )
        .exists()
    )
    plans = work.session.scalars(
        select(Plan)
        .where(
            Plan.agency_id == work.who.agency_id,
            Plan.status == PlanStatus.SUBMITTED,
            Plan.planner_id != work.who.id,
            Plan.amends_id.is_(None),
            ~grave,
        )
        .order_by(Plan.submitted_at, Plan.id)
        .limit(AT_ONCE)
    )
    return [
        Offer(
            plan=plan,
            targets=tuple(plan_checks.targets_of(work, plan.id)),
            findings=tuple(plan_checks.findings_of(work, plan)),
        )
        for plan in plans
    ]


def approve(
    work: Work, chosen: Sequence[tuple[str, int]], *, proof: SecondFactor, reason: str = ""
) -> list[Approval]:
    """Approve these (plan, version) together: all or none. Each gets an approval of its own.

    Raises what `decisions.approve` raises, and `NotForBatch` for a plan that is not clean, or for
    more tasks than one can be shown.
    """
    made = []
    together = {plan_id for plan_id, _ in chosen}
    tasks = work.session.scalar(
        select(func.count()).select_from(PlanTarget).where(PlanTarget.plan_id.in_(together))
    )
    if (tasks or 0) > MOST_TASKS:
        raise NotForBatch("So many tasks are not looked through at once.", tasks=tasks)
    for plan_id, version in sorted(set(chosen)):
        made.append(decisions.approve(work, plan_id, version=version, proof=proof, reason=reason))
        plan = work.session.get_one(Plan, plan_id)
        rows = plan_checks.findings_of(work, plan)
        if plan.amends_id is not None or any(row.effect != Effect.WARN for row in rows):
            raise NotForBatch("This plan is looked at by itself.", plan=plan.title)
    return made


def send_back(work: Work, chosen: Sequence[tuple[str, int, str]]) -> list[Approval]:
    """Return these (plan, version, reason) together: all or none, each with its own reason.

    Raises what `decisions.send_back` raises.
    """
    return [
        decisions.send_back(work, plan_id, version=version, reason=reason)
        for plan_id, version, reason in sorted(set(chosen))
    ]
