"""Plans while they are written: drafted, changed, submitted, explained. Deciding is decisions.py.

Only planners of the plan's own agency write; who may look is scoping's. What was submitted is
kept as a version with its hash, so that a decision is always about exactly that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from server.models import (
    Enterprise,
    Officer,
    Plan,
    PlanFinding,
    PlanStatus,
    PlanTarget,
    PlanVersion,
    Premise,
)
from server.services import audit, plan_facts
from server.services.scoping import in_reach, one, require_agency, require_role
from server.work import Work
from shared import crypto
from shared.canonical import canonical
from shared.errors import BadInput, NotFound, OutOfOrder
from shared.plans.catalogue import check_plan
from shared.plans.model import Effect, Finding
from shared.roles import Role

OPEN_TO_CHANGE = frozenset({PlanStatus.DRAFT, PlanStatus.RETURNED, PlanStatus.SUBMITTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDraft:
    """One enterprise as a planner writes it down."""

    uscc: str
    premise_id: str
    officer_ids: tuple[str, ...]
    assistant_count: int
    window_from: date | None = None
    window_to: date | None = None
    reason_onsite: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """A plan as a planner writes it down; days are local and inclusive."""

    title: str
    kind: str
    trigger: str
    visit_type: str
    year: int
    window_from: date
    window_to: date
    item_ids: tuple[str, ...]
    targets: tuple[TargetDraft, ...]
    reason: str = ""


def create(work: Work, draft: PlanDraft) -> Plan:
    """A new draft of who asks, for their own agency."""
    require_role(work.who, Role.PLANNER)
    if work.who.agency_id is None:
        raise NotFound("A planner belongs to an agency.")
    _require_known(work, draft)
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
    _require_known(work, draft)
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
    seen = plan_facts.as_plan(plan, targets_of(work, plan.id))
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
        )
        for position, target in enumerate(draft.targets, start=1)
    )


def _require_known(work: Work, draft: PlanDraft) -> None:
    """Refuse ids that name nothing, or an officer of another agency, who is not ours to know."""
    usccs = {target.uscc for target in draft.targets}
    firms = set(work.session.scalars(select(Enterprise.uscc).where(Enterprise.uscc.in_(usccs))))
    places = dict(
        work.session.execute(
            select(Premise.id, Premise.uscc).where(
                Premise.id.in_({target.premise_id for target in draft.targets})
            )
        ).all()
    )
    people = set(
        work.session.scalars(
            select(Officer.id).where(
                Officer.id.in_({id_ for t in draft.targets for id_ in t.officer_ids}),
                Officer.agency_id == work.who.agency_id,
            )
        )
    )
    errors: dict[str, str] = {}
    for place, target in enumerate(draft.targets):
        if target.uscc not in firms:
            errors[f"/targets/{place}/uscc"] = "Unknown enterprise."
        elif places.get(target.premise_id) != target.uscc:
            errors[f"/targets/{place}/premise_id"] = "Not a premise of this enterprise."
        for n, officer in enumerate(target.officer_ids):
            if officer not in people:
                errors[f"/targets/{place}/officer_ids/{n}"] = "Unknown officer."
    if errors:
        raise BadInput("The plan names what is not known.", errors=errors)


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
