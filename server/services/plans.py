"""Plans while they are written: drafted, changed, submitted, explained. Deciding is decisions.py.

Only planners of the plan's own agency write; who may look is scoping's. What was submitted is
kept as a version with its hash, so that a decision is always about exactly that.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from server.models import (
    Plan,
    PlanFinding,
    PlanStatus,
    PlanTarget,
    PlanVersion,
)
from server.services import audit, plan_facts
from server.services.plan_drafts import PlanDraft, require_known
from server.services.plan_reading import as_plan, kept_letter, kept_special
from server.services.scoping import in_reach, one, require_agency, require_role
from server.work import Work
from shared import crypto
from shared.canonical import canonical
from shared.errors import BadInput, NotFound, OutOfOrder
from shared.plans.catalogue import check_plan
from shared.plans.rule import Effect, Finding
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
    _write(work, plan, draft)
    work.session.add(plan)
    audit.write(work, "plan.created", "plan", plan.id, targets=len(draft.targets))
    return plan


def change(work: Work, plan_id: str, draft: PlanDraft) -> Plan:
    """Write a plan anew while nobody has approved it; it is a draft again."""
    plan = _own(work, plan_id)
    _require_status(plan, OPEN_TO_CHANGE)
    require_known(work, draft)
    work.session.execute(delete(PlanTarget).where(PlanTarget.plan_id == plan.id))
    plan.status = PlanStatus.DRAFT
    _write(work, plan, draft)
    audit.write(work, "plan.changed", "plan", plan.id, targets=len(draft.targets))
    return plan


def submit(work: Work, plan_id: str) -> Plan:
    """Have the rules look at a plan and hand it to the head with what they found."""
    plan = _own(work, plan_id)
    _require_status(plan, frozenset({PlanStatus.DRAFT, PlanStatus.RETURNED}))
    if work.session.get(PlanVersion, (plan.id, plan.version)) is not None:
        plan.version += 1
    found = judge(work, plan)
    content = _content(plan, targets_of(work, plan.id))
    plan.status, plan.submitted_at, plan.changed_at = PlanStatus.SUBMITTED, work.now, work.now
    work.session.add(
        PlanVersion(
            plan_id=plan.id,
            version=plan.version,
            content=content,
            content_hash=crypto.sha256_hex(canonical(content)),
            submitted_by=work.who.id,
            submitted_at=work.now,
        )
    )
    work.session.add_all(_row(work, plan, finding) for finding in found)
    audit.write(work, "plan.submitted", "plan", plan.id, version=plan.version, findings=len(found))
    return plan


def explain(work: Work, plan_id: str, reasons: Sequence[tuple[str, str]]) -> Plan:
    """Give reasons, as (finding id, reason), for findings that want one."""
    plan = _own(work, plan_id)
    _require_status(plan, frozenset({PlanStatus.SUBMITTED}))
    found = {finding.id: finding for finding in findings_of(work, plan)}
    for place, (finding_id, reason) in enumerate(reasons):
        finding = found.get(finding_id)
        if finding is None or finding.effect != Effect.EXPLAIN:
            raise BadInput(
                "No such finding wants a reason.", errors={f"/reasons/{place}/finding_id": "?"}
            )
        finding.explanation = reason
        finding.explained_by, finding.explained_at = work.who.id, work.now
    audit.write(work, "plan.explained", "plan", plan.id, reasons=len(reasons))
    return plan


def get(work: Work, plan_id: str) -> Plan:
    """A plan that who asks may know; `NotFound` otherwise."""
    plan = one(work.session.get(Plan, plan_id))
    require_agency(work, plan.agency_id)
    return plan


def page(work: Work, *, status: str | None, after: str | None, limit: int) -> list[Plan]:
    """Plans in reach, the newest first; `after` is the id of the last one seen."""
    wanted = select(Plan).where(in_reach(work.who, Plan.agency_id))
    if status:
        wanted = wanted.where(Plan.status == status)
    if after:
        wanted = wanted.where(Plan.id < after)  # ids are uuid7: they grow with time
    return list(work.session.scalars(wanted.order_by(Plan.id.desc()).limit(limit)))


def targets_of(work: Work, plan_id: str) -> list[PlanTarget]:
    """A plan's targets in their order."""
    work.session.flush()
    rows = select(PlanTarget).where(PlanTarget.plan_id == plan_id).order_by(PlanTarget.position)
    return list(work.session.scalars(rows))


def findings_of(work: Work, plan: Plan) -> list[PlanFinding]:
    """What was found when the plan's present version was submitted, the plan's own first."""
    work.session.flush()
    rows = work.session.scalars(
        select(PlanFinding).where(
            PlanFinding.plan_id == plan.id, PlanFinding.plan_version == plan.version
        )
    )
    gravest = {str(effect): place for place, effect in enumerate(Effect)}
    return sorted(rows, key=lambda row: (row.position or 0, gravest[row.effect], row.rule))


def judge(work: Work, plan: Plan) -> tuple[Finding, ...]:
    """What the rules say of a plan as it is known now; stores nothing."""
    seen = as_plan(plan, targets_of(work, plan.id))
    return check_plan(seen, plan_facts.gather(work, seen))


def _own(work: Work, plan_id: str) -> Plan:
    require_role(work.who, Role.PLANNER)
    plan = one(work.session.get(Plan, plan_id, with_for_update=True))
    if plan.agency_id != work.who.agency_id:
        raise NotFound("No such plan.")
    return plan


def _require_status(plan: Plan, allowed: frozenset[PlanStatus]) -> None:
    if plan.status not in allowed:
        raise OutOfOrder("The plan is past that.", status=plan.status)


def _write(work: Work, plan: Plan, draft: PlanDraft) -> None:
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


def _content(plan: Plan, targets: Sequence[PlanTarget]) -> dict[str, Any]:
    return {
        "plan_id": plan.id,
        "version": plan.version,
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


def _row(work: Work, plan: Plan, finding: Finding) -> PlanFinding:
    return PlanFinding(
        id=work.ids(),
        plan_id=plan.id,
        plan_version=plan.version,
        target_id=finding.target_id,
        position=finding.position,
        rule=finding.rule,
        rule_version=finding.version,
        effect=finding.effect,
        text_zh=finding.text.zh,
        text_en=finding.text.en,
        basis=finding.basis.zh,
        facts=dict(finding.facts),
        judged_at=work.now,
    )
