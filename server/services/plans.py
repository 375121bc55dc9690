"""Plans while they are written: drafted, changed, submitted. What rules say is plan_checks.py's.

Only planners of the plan's own agency write; who may look is scoping's. What was submitted is
kept as a version with its hash, so that a decision is always about exactly that.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import defer

from server.models import (
    Plan,
    PlanStatus,
    PlanTarget,
    PlanVersion,
)
from server.services import amendment_checks, audit, own_plans, plan_checks
from server.services.plan_drafts import PlanDraft, require_known
from server.services.plan_reading import kept_letter, kept_special
from server.services.scoping import in_reach, one, require_agency, require_role
from server.work import Work
from shared import crypto
from shared.canonical import canonical
from shared.errors import BadInput, NotFound
from shared.plans.amending import as_object
from shared.plans.rule import Effect
from shared.roles import Role

OPEN_TO_CHANGE = frozenset({PlanStatus.DRAFT, PlanStatus.RETURNED, PlanStatus.SUBMITTED})


def create(work: Work, draft: PlanDraft) -> Plan:
    """A new draft of who asks, for their own agency."""
    require_role(work.who, Role.PLANNER)
    if work.who.agency_id is None:
        raise NotFound("A planner belongs to an agency.")
    require_known(work, draft)
    plan = Plan(
        id=work.ids(),
        agency_id=work.who.agency_id,
        planner_id=work.who.id,
        status=PlanStatus.DRAFT,
        version=1,
        created_at=work.now,
    )
    work.session.add(plan)
    write(work, plan, draft)
    audit.write(work, "plan.created", "plan", plan.id, targets=len(draft.targets))
    return plan


def change(work: Work, plan_id: str, draft: PlanDraft) -> Plan:
    """Write a plan anew while nobody has approved it; it is a draft again."""
    plan = own_plans.get(work, plan_id)
    own_plans.require_status(plan, OPEN_TO_CHANGE)
    require_known(work, draft)
    work.session.execute(delete(PlanTarget).where(PlanTarget.plan_id == plan.id))
    plan.status = PlanStatus.DRAFT
    write(work, plan, draft)
    audit.write(work, "plan.changed", "plan", plan.id, targets=len(draft.targets))
    return plan


def submit(work: Work, plan_id: str) -> Plan:
    """Hand a plan to the head with what the rules found.

    Raises `PlanBlocked` for one a rule forbids and `ExplanationMissing` while a reason is wanting:
    the findings of a check say where.
    """
    plan = own_plans.get(work, plan_id)
    own_plans.require_status(plan, plan_checks.WRITTEN)
    targets = plan_checks.targets_of(work, plan.id)
    if not targets:
        raise BadInput("A plan is about somebody.", errors={"/targets": "Shorter than 1."})
    changes = amendment_checks.require_sound(work, plan) if plan.amends_id else None
    found = plan_checks.judge(work, plan)
    plan_checks.keep(work, plan, found)
    plan_checks.require_no_block(found)
    plan_checks.require_explained(work, plan, found)
    content = _content(plan, targets)
    plan.status, plan.submitted_at, plan.changed_at = PlanStatus.SUBMITTED, work.now, work.now
    work.session.add(
        PlanVersion(
            plan_id=plan.id,
            version=plan.version,
            content=content,
            content_hash=crypto.sha256_hex(canonical(content)),
            submitted_by=work.who.id,
            submitted_at=work.now,
            changes=as_object(changes.amendment) if changes else None,
            amend_reason=plan.amend_reason,
        )
    )
    audit.write(work, "plan.submitted", "plan", plan.id, version=plan.version, findings=len(found))
    return plan


def drop(work: Work, plan_id: str, target_id: str) -> Plan:
    """Take one enterprise out of a plan nobody has approved; the others are checked again."""
    plan = own_plans.get(work, plan_id)
    own_plans.require_status(plan, OPEN_TO_CHANGE)
    if target_id not in {target.id for target in plan_checks.targets_of(work, plan.id)}:
        raise NotFound("No such target.")
    _drop(work, plan, {target_id})
    return plan


def drop_blocked(work: Work, plan_id: str) -> Plan:
    """Take out every enterprise that a rule forbids; what is forbidden of the whole plan stays."""
    plan = own_plans.get(work, plan_id)
    own_plans.require_status(plan, OPEN_TO_CHANGE)
    found = plan_checks.judge(work, plan)
    blocking = [each for each in found if each.effect is Effect.BLOCK]
    _drop(work, plan, {each.target_id for each in blocking if each.target_id})
    return plan


def _drop(work: Work, plan: Plan, target_ids: Collection[str]) -> None:
    work.session.flush()
    usccs = sorted(t.uscc for t in plan_checks.targets_of(work, plan.id) if t.id in target_ids)
    work.session.execute(
        delete(PlanTarget).where(PlanTarget.plan_id == plan.id, PlanTarget.id.in_(list(target_ids)))
    )
    plan.status, plan.changed_at = PlanStatus.DRAFT, work.now
    plan_checks.keep(work, plan, plan_checks.judge(work, plan))
    audit.write(work, "plan.targets_dropped", "plan", plan.id, targets=len(usccs), usccs=usccs)


def get(work: Work, plan_id: str) -> Plan:
    """A plan that who asks may know; `NotFound` otherwise."""
    plan = one(work.session.get(Plan, plan_id))
    require_agency(work, plan.agency_id)
    return plan


def versions(work: Work, plan_id: str) -> list[PlanVersion]:
    """Every version of a plan in reach that was submitted, the newest first."""
    plan = get(work, plan_id)
    rows = (
        select(PlanVersion)
        .where(PlanVersion.plan_id == plan.id)
        .options(defer(PlanVersion.content))
        .order_by(PlanVersion.version.desc())
    )
    return list(work.session.scalars(rows))


def page(work: Work, *, status: str | None, after: str | None, limit: int) -> list[Plan]:
    """Plans in reach, the newest first; `after` is the id of the last one seen."""
    wanted = select(Plan).where(in_reach(work.who, Plan.agency_id))
    if status:
        wanted = wanted.where(Plan.status == status)
    if after:
        wanted = wanted.where(Plan.id < after)  # ids are uuid7: they grow with time
    return list(work.session.scalars(wanted.order_by(Plan.id.desc()).limit(limit)))


def write(work: Work, plan: Plan, draft: PlanDraft) -> None:
    """Write the draft into a plan that nobody has approved, and have the rules look at it."""
    plan.title, plan.kind, plan.trigger = draft.title, draft.kind, draft.trigger
    plan.visit_type, plan.year, plan.reason = draft.visit_type, draft.year, draft.reason
    plan.window_from, plan.window_to = draft.window_from, draft.window_to
    plan.item_ids = list(draft.item_ids)
    plan.term, plan.annual_plan_id, plan.frequency = (
        draft.term,
        draft.annual_plan_id,
        draft.frequency,
    )
    plan.pool_size, plan.sample_percent = draft.pool_size, draft.sample_percent
    plan.joint_agency_ids = list(draft.joint_agency_ids)
    plan.assist_agency_ids = list(draft.assist_agency_ids)
    plan.licence_basis_id, plan.special = draft.licence_basis_id, kept_special(draft.special)
    plan.oral_approver, plan.oral_on = draft.oral_approver, draft.oral_on
    plan.changed_at = work.now
    if plan.amends_id is not None:
        amendment_checks.require_same_plan(work, plan)
    work.session.add_all(
        PlanTarget(
            id=work.ids(),
            plan_id=plan.id,
            position=position,
            uscc=target.uscc,
            premise_id=target.premise_id,
            officer_ids=list(target.officer_ids),
            assistant_count=target.assistant_count,
            window_from=target.window_from,
            window_to=target.window_to,
            reason_onsite=target.reason_onsite,
            source_no=target.source_no,
            source_on=target.source_on,
            recheck_of=target.recheck_of,
            letter=kept_letter(target.letter),
        )
        for position, target in enumerate(draft.targets, start=1)
    )
    plan_checks.keep(work, plan, plan_checks.judge(work, plan))


def _content(plan: Plan, targets: Sequence[PlanTarget]) -> dict[str, Any]:
    return {
        "plan_id": plan.id,
        "version": plan.version,
        "amends_id": plan.amends_id,
        "amend_reason": plan.amend_reason,
        "agency_id": plan.agency_id,
        "title": plan.title,
        "kind": plan.kind,
        "trigger": plan.trigger,
        "visit_type": plan.visit_type,
        "year": plan.year,
        "window_from": plan.window_from.isoformat(),
        "window_to": plan.window_to.isoformat(),
        "item_ids": plan.item_ids,
        "reason": plan.reason,
        "term": plan.term,
        "annual_plan_id": plan.annual_plan_id,
        "frequency": plan.frequency,
        "pool_size": plan.pool_size,
        "sample_percent": plan.sample_percent,
        "joint_agency_ids": plan.joint_agency_ids,
        "assist_agency_ids": plan.assist_agency_ids,
        "licence_basis_id": plan.licence_basis_id,
        "special": plan.special,
        "oral_approver": plan.oral_approver,
        "oral_on": _day(plan.oral_on),
        "targets": [
            {
                "id": target.id,
                "uscc": target.uscc,
                "premise_id": target.premise_id,
                "officer_ids": target.officer_ids,
                "assistant_count": target.assistant_count,
                "window_from": _day(target.window_from),
                "window_to": _day(target.window_to),
                "reason_onsite": target.reason_onsite,
                "source_no": target.source_no,
                "source_on": _day(target.source_on),
                "recheck_of": target.recheck_of,
                "letter": target.letter,
            }
            for target in targets
        ],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
