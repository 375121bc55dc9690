"""The head's decision on a plan (R24): approved or returned, never on a plan of one's own.

The rules look once more before an approval, because what they saw may be days old; they never
approve. An approval names the version it is about and carries a second factor just used.
"""

from server.models import Approval, Decision, Plan, PlanStatus, PlanVersion
from server.refusals import OwnPlan, SecondFactorNeeded
from server.services import amendment_checks, audit, plan_checks
from server.services.identity import SecondFactor
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import Conflict, NotFound, OutOfOrder
from shared.roles import Role


def approve(
    work: Work, plan_id: str, *, version: int, proof: SecondFactor, reason: str = ""
) -> Approval:
    """Approve what was submitted as `version`.

    Raises `OwnPlan`, `PlanBlocked`, `ExplanationMissing`, `SecondFactorNeeded`, or `Conflict` for
    a version that is no longer the one submitted.
    """
    plan = _submitted(work, plan_id, version)
    if proof.person_id != work.who.id:
        raise SecondFactorNeeded("The time code is somebody else's.")
    if plan.amends_id is not None:
        amendment_checks.require_sound(work, plan)
    found = plan_checks.judge(work, plan)
    plan_checks.require_no_block(found)
    plan_checks.require_explained(work, plan, found)
    plan.status, plan.changed_at = PlanStatus.APPROVED, work.now
    audit.write(work, "plan.approved", "plan", plan.id, version=plan.version)
    return _decided(work, plan, Decision.APPROVED, reason, proof)


def send_back(work: Work, plan_id: str, *, version: int, reason: str) -> Approval:
    """Return a plan to its planner with the reason."""
    plan = _submitted(work, plan_id, version)
    plan.status, plan.changed_at = PlanStatus.RETURNED, work.now
    audit.write(work, "plan.returned", "plan", plan.id, version=plan.version)
    return _decided(work, plan, Decision.RETURNED, reason, None)


def _submitted(work: Work, plan_id: str, version: int) -> Plan:
    require_role(work.who, Role.HEAD)
    plan = one(work.session.get(Plan, plan_id, with_for_update=True))
    if plan.agency_id != work.who.agency_id:
        raise NotFound("No such plan.")
    if work.who.id in (plan.planner_id, _submitter(work, plan)):
        raise OwnPlan("Nobody decides on a plan of their own.")
    if plan.status != PlanStatus.SUBMITTED:
        raise OutOfOrder("The plan is not before the head.", status=plan.status)
    if plan.version != version:
        raise Conflict("The plan was changed meanwhile.", version=plan.version)
    return plan


def _submitter(work: Work, plan: Plan) -> str | None:
    submitted = work.session.get(PlanVersion, (plan.id, plan.version))
    return submitted.submitted_by if submitted else None


def _decided(
    work: Work, plan: Plan, decision: Decision, reason: str, proof: SecondFactor | None
) -> Approval:
    row = Approval(
        id=work.ids(),
        plan_id=plan.id,
        plan_version=plan.version,
        decision=decision,
        reason=reason,
        by_id=work.who.id,
        by_name=work.who.name,
        second_factor_at=proof.at if proof else None,
        at=work.now,
    )
    work.session.add(row)
    return row
