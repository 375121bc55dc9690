"""One plan as the console shows it, with all that was said of it.

Reads only. What may be done with it is said with the reason why not, for the button's side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from server.models import (
    IN_FORCE,
    UNFILED,
    Agency,
    Approval,
    Certificate,
    Enterprise,
    InspectionItem,
    LegalBasis,
    Officer,
    Person,
    Plan,
    PlanFinding,
    PlanStatus,
    PlanTarget,
    Premise,
    Task,
)
from server.services import (
    plan_checks,
    plan_ending,
    plan_publication,
    scoping,
    views_versions,
)
from server.services.plans import OPEN_TO_CHANGE
from server.services.views_versions import AmendmentView, VersionLine
from server.work import Work
from shared.plans.model import PlanKind
from shared.plans.rule import Effect
from shared.roles import Role

EFFECTS = ("block", "explain", "warn")


class Act(StrEnum):
    """What can be done with a plan."""

    SUBMIT = "submit"
    CHECK = "check"
    DROP = "drop"
    EXPLAIN = "explain"
    APPROVE = "approve"
    RETURN = "return"
    FILE = "file"
    EDIT = "edit"
    COPY = "copy"
    CANCEL = "cancel"
    AMEND = "amend"
    PUBLISH = "publish"
    CLOSE = "close"


class WhyNot(StrEnum):
    """Why it cannot be done by who asks, now."""

    OTHER_ROLE = "other_role"
    OTHER_STATE = "other_state"
    OWN_PLAN = "own_plan"
    BLOCKED = "blocked"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerLine:
    name: str
    unit: str
    certificate_no: str
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    target: PlanTarget
    enterprise: Enterprise | None
    premise: Premise | None
    officers: tuple[OfficerLine, ...]
    findings: tuple[PlanFinding, ...]
    task: Task | None

    @property
    def is_blocked(self) -> bool:
        return any(finding.effect == Effect.BLOCK for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    item: InspectionItem
    bases: tuple[LegalBasis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    plan: Plan
    agency: str
    planner: str
    items: tuple[ItemLine, ...]
    targets: tuple[TargetLine, ...]
    findings: tuple[PlanFinding, ...]
    """What was said of the plan as a whole."""
    effects: Mapping[str, int]
    names: Mapping[str, str]
    """What the ids in the findings' facts stand for."""
    decisions: tuple[Approval, ...]
    amendment: AmendmentView | None
    """What it changes, if it is to amend another plan."""
    versions: tuple[VersionLine, ...]
    on_its_way: Plan | None
    """The amendment of this plan that somebody writes or decides on."""
    why_not: Mapping[Act, WhyNot | None] = field(default_factory=dict)

    @property
    def blocked_targets(self) -> int:
        """How many of its enterprises a rule forbids."""
        return sum(line.is_blocked for line in self.targets)


def one(work: Work, plan_id: str) -> PlanView:
    """One plan in reach with everything about it; `NotFound` otherwise."""
    plan = scoping.one(work.session.get(Plan, plan_id))
    scoping.require_agency(work, plan.agency_id)
    findings = work.session.scalars(
        select(PlanFinding)
        .where(
            PlanFinding.plan_id == plan.id,
            PlanFinding.plan_version == plan.version,
        )
        .order_by(PlanFinding.position, PlanFinding.rule)
    ).all()
    counted = _count(findings)
    return PlanView(
        plan=plan,
        agency=work.session.scalar(select(Agency.name).where(Agency.id == plan.agency_id)) or "",
        planner=work.session.scalar(select(Person.name).where(Person.id == plan.planner_id)) or "",
        items=_items(work, plan.item_ids),
        targets=_targets(work, plan, findings),
        findings=tuple(f for f in findings if f.target_id is None),
        effects=counted,
        names=_names(work, findings),
        decisions=tuple(
            work.session.scalars(
                select(Approval).where(Approval.plan_id == plan.id).order_by(Approval.at)
            )
        ),
        amendment=views_versions.amendment(work, plan) if _is_under_way(plan) else None,
        versions=views_versions.versions(work, plan),
        on_its_way=plan_ending.open_amendment(work, plan.id),
        why_not={act: _why_not(work, plan, findings, act) for act in Act},
    )


def _is_under_way(plan: Plan) -> bool:
    return plan.amends_id is not None and plan.status in UNFILED


def _count(findings: Sequence[PlanFinding]) -> dict[str, int]:
    return {effect: sum(f.effect == effect for f in findings) for effect in EFFECTS}


def _names(work: Work, findings: Sequence[PlanFinding]) -> dict[str, str]:
    ids = {value for f in findings for value in f.facts.values() if isinstance(value, str)}
    found: dict[str, str] = {}
    for id_, name in (
        (Officer.id, Officer.name),
        (InspectionItem.id, InspectionItem.name),
        (Agency.id, Agency.name),
        (Enterprise.uscc, Enterprise.name),
    ):
        found |= dict(work.session.execute(select(id_, name).where(id_.in_(ids))).all())
    return found


def _items(work: Work, item_ids: Sequence[str]) -> tuple[ItemLine, ...]:
    found = {
        item.id: item
        for item in work.session.scalars(
            select(InspectionItem).where(InspectionItem.id.in_(item_ids))
        )
    }
    basis_ids = {basis for item in found.values() for basis in item.basis_ids}
    bases = {
        basis.id: basis
        for basis in work.session.scalars(select(LegalBasis).where(LegalBasis.id.in_(basis_ids)))
    }
    return tuple(
        ItemLine(
            item=found[id_],
            bases=tuple(bases[b] for b in found[id_].basis_ids if b in bases),
        )
        for id_ in item_ids
        if id_ in found
    )


def _targets(work: Work, plan: Plan, findings: Sequence[PlanFinding]) -> tuple[TargetLine, ...]:
    targets = work.session.scalars(
        select(PlanTarget).where(PlanTarget.plan_id == plan.id).order_by(PlanTarget.position)
    ).all()
    firms = {
        firm.uscc: firm
        for firm in work.session.scalars(
            select(Enterprise).where(Enterprise.uscc.in_([t.uscc for t in targets]))
        )
    }
    places = {
        place.id: place
        for place in work.session.scalars(
            select(Premise).where(Premise.id.in_([t.premise_id for t in targets]))
        )
    }
    people = officer_lines(work, {id_ for t in targets for id_ in t.officer_ids})
    tasks = {
        task.target_id: task
        for task in work.session.scalars(select(Task).where(Task.plan_id == plan.id))
    }
    return tuple(
        TargetLine(
            target=target,
            enterprise=firms.get(target.uscc),
            premise=places.get(target.premise_id),
            officers=tuple(people[id_] for id_ in target.officer_ids if id_ in people),
            findings=tuple(f for f in findings if f.target_id == target.id),
            task=tasks.get(target.id),
        )
        for target in targets
    )


def officer_lines(work: Work, ids: set[str]) -> dict[str, OfficerLine]:
    """Officers by id with the certificate that ends last."""
    rows = work.session.execute(
        select(Officer, Certificate)
        .outerjoin(Certificate, Certificate.officer_id == Officer.id)
        .where(Officer.id.in_(ids))
        .order_by(Certificate.valid_to)
    )
    return {
        officer.id: OfficerLine(
            name=officer.name,
            unit=officer.unit,
            certificate_no=certificate.number if certificate else "",
            valid_to=certificate.valid_to if certificate else None,
        )
        for officer, certificate in rows
    }


_STATES: Mapping[Act, frozenset[str]] = {
    Act.SUBMIT: plan_checks.WRITTEN,
    Act.CHECK: plan_checks.WRITTEN,
    Act.DROP: OPEN_TO_CHANGE,
    Act.EXPLAIN: plan_checks.WRITTEN,
    Act.APPROVE: frozenset({PlanStatus.SUBMITTED}),
    Act.RETURN: frozenset({PlanStatus.SUBMITTED}),
    Act.FILE: frozenset({PlanStatus.APPROVED}),
    Act.EDIT: OPEN_TO_CHANGE,
    Act.COPY: frozenset(PlanStatus),
    Act.CANCEL: UNFILED | IN_FORCE,
    Act.AMEND: IN_FORCE,
    Act.PUBLISH: plan_publication.UNPUBLISHED,
    Act.CLOSE: IN_FORCE,
}


_ROLES: Mapping[Act, tuple[Role, ...]] = {
    Act.SUBMIT: (Role.PLANNER,),
    Act.CHECK: (Role.PLANNER,),
    Act.DROP: (Role.PLANNER,),
    Act.EXPLAIN: (Role.PLANNER,),
    Act.APPROVE: (Role.HEAD,),
    Act.RETURN: (Role.HEAD,),
    Act.FILE: (Role.PLANNER, Role.HEAD),
    Act.EDIT: (Role.PLANNER,),
    Act.COPY: (Role.PLANNER,),
    Act.CANCEL: (Role.PLANNER, Role.HEAD),
    Act.AMEND: (Role.PLANNER,),
    Act.PUBLISH: (Role.HEAD,),
    Act.CLOSE: (Role.HEAD,),
}


def _why_not(work: Work, plan: Plan, findings: Sequence[PlanFinding], act: Act) -> WhyNot | None:
    """The reason the button is not there; the service itself decides again."""
    if plan.status not in _STATES[act]:
        return WhyNot.OTHER_STATE
    if not work.who.is_any(_ROLES[act]) or work.who.agency_id != plan.agency_id:
        return WhyNot.OTHER_ROLE
    if act is Act.CANCEL:
        filed = plan.status in IN_FORCE
        return (
            None if work.who.is_any((Role.HEAD if filed else Role.PLANNER,)) else WhyNot.OTHER_ROLE
        )
    if act is Act.PUBLISH and plan.kind == PlanKind.CASE:
        return WhyNot.OTHER_STATE
    if act in (Act.APPROVE, Act.RETURN) and plan.planner_id == work.who.id:
        return WhyNot.OWN_PLAN
    if act is not Act.SUBMIT:
        return None
    if any(f.effect == "block" for f in findings):
        return WhyNot.BLOCKED
    if any(f.effect == "explain" and not f.explanation for f in findings):
        return WhyNot.UNEXPLAINED
    return None
