"""Plans as the console shows them: lists by filter, one plan with all that was said of it.

Reads only. What may be done with a plan is said with the reason why not, for the button's side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from server.models import (
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
from server.services import scoping
from server.work import Work
from shared.roles import Role

AT_ONCE = 50
EFFECTS = ("block", "explain", "warn")


class Act(StrEnum):
    """What can be done with a plan."""

    SUBMIT = "submit"
    EXPLAIN = "explain"
    APPROVE = "approve"
    RETURN = "return"
    FILE = "file"


class WhyNot(StrEnum):
    """Why it cannot be done by who asks, now."""

    OTHER_ROLE = "other_role"
    OTHER_STATE = "other_state"
    OWN_PLAN = "own_plan"
    BLOCKED = "blocked"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What of the list is wanted; empty is everything in reach."""

    status: str = ""
    text: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    id: str
    no: str | None
    title: str
    kind: str
    status: str
    agency: str
    window_from: date
    window_to: date
    targets: int
    effects: Mapping[str, int]
    submitted_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some lines, and where the next ones begin."""

    lines: tuple[PlanLine, ...]
    next_before: str | None


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
    decisions: tuple[Approval, ...]
    why_not: Mapping[Act, WhyNot | None] = field(default_factory=dict)


def counts(work: Work) -> dict[str, int]:
    """How many plans in reach there are of each status."""
    rows = work.session.execute(
        select(Plan.status, func.count()).where(_in_reach(work)).group_by(Plan.status)
    )
    return dict(rows.all())


def lines(work: Work, wanted: Filter) -> Page:
    """The newest plans that fit; `before` is the id of the last line already shown."""
    query = (
        select(Plan, Agency.name)
        .join(Agency, Agency.id == Plan.agency_id)
        .where(_in_reach(work), *_conditions(work, wanted))
        .order_by(Plan.changed_at.desc(), Plan.id.desc())
        .limit(AT_ONCE + 1)
    )
    rows = work.session.execute(query).all()
    shown = rows[:AT_ONCE]
    ids = [plan.id for plan, _ in shown]
    effects, targets = _effects(work, ids), _target_counts(work, ids)
    return Page(
        lines=tuple(
            PlanLine(
                id=plan.id,
                no=plan.no,
                title=plan.title,
                kind=plan.kind,
                status=plan.status,
                agency=agency,
                window_from=plan.window_from,
                window_to=plan.window_to,
                targets=targets.get(plan.id, 0),
                effects=effects.get(plan.id, {}),
                submitted_at=plan.submitted_at,
                changed_at=plan.changed_at,
            )
            for plan, agency in shown
        ),
        next_before=shown[-1][0].id if len(rows) > AT_ONCE else None,
    )


def one(work: Work, plan_id: str) -> PlanView:
    """One plan in reach with everything about it; `NotFound` otherwise."""
    plan = scoping.one(work.session.get(Plan, plan_id))
    scoping.require_agency(work, plan.agency_id)
    findings = work.session.scalars(
        select(PlanFinding)
        .where(PlanFinding.plan_id == plan.id, PlanFinding.plan_version == plan.version)
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
        decisions=tuple(
            work.session.scalars(
                select(Approval).where(Approval.plan_id == plan.id).order_by(Approval.at)
            )
        ),
        why_not={act: _why_not(work, plan, findings, act) for act in Act},
    )


def _in_reach(work: Work) -> ColumnElement[bool]:
    return scoping.in_reach(work.who, Plan.agency_id) if work.who else false()


def _conditions(work: Work, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.status:
        found.append(Plan.status == wanted.status)
    if wanted.text:
        found.append(
            or_(
                Plan.title.contains(wanted.text, autoescape=True),
                Plan.no.contains(wanted.text, autoescape=True),
            )
        )
    last = work.session.get(Plan, wanted.before) if wanted.before else None
    if last is not None:
        found.append(
            or_(
                Plan.changed_at < last.changed_at,
                and_(Plan.changed_at == last.changed_at, Plan.id < last.id),
            )
        )
    return found


def _effects(work: Work, plan_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    rows = work.session.execute(
        select(PlanFinding.plan_id, PlanFinding.effect, func.count())
        .join(
            Plan,
            and_(Plan.id == PlanFinding.plan_id, Plan.version == PlanFinding.plan_version),
        )
        .where(PlanFinding.plan_id.in_(plan_ids))
        .group_by(PlanFinding.plan_id, PlanFinding.effect)
    )
    found: dict[str, dict[str, int]] = {}
    for plan_id, effect, count in rows:
        found.setdefault(plan_id, {})[effect] = count
    return found


def _target_counts(work: Work, plan_ids: Sequence[str]) -> dict[str, int]:
    rows = work.session.execute(
        select(PlanTarget.plan_id, func.count())
        .where(PlanTarget.plan_id.in_(plan_ids))
        .group_by(PlanTarget.plan_id)
    )
    return dict(rows.all())


def _count(findings: Sequence[PlanFinding]) -> dict[str, int]:
    return {effect: sum(f.effect == effect for f in findings) for effect in EFFECTS}


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
    Act.SUBMIT: frozenset({PlanStatus.DRAFT, PlanStatus.RETURNED}),
    Act.EXPLAIN: frozenset({PlanStatus.SUBMITTED}),
    Act.APPROVE: frozenset({PlanStatus.SUBMITTED}),
    Act.RETURN: frozenset({PlanStatus.SUBMITTED}),
    Act.FILE: frozenset({PlanStatus.APPROVED}),
}
_ROLES: Mapping[Act, tuple[Role, ...]] = {
    Act.SUBMIT: (Role.PLANNER,),
    Act.EXPLAIN: (Role.PLANNER,),
    Act.APPROVE: (Role.HEAD,),
    Act.RETURN: (Role.HEAD,),
    Act.FILE: (Role.PLANNER, Role.HEAD),
}


def _why_not(work: Work, plan: Plan, findings: Sequence[PlanFinding], act: Act) -> WhyNot | None:
    """The reason the button is not there; the service itself decides again."""
    if plan.status not in _STATES[act]:
        return WhyNot.OTHER_STATE
    if not work.who.is_any(_ROLES[act]) or work.who.agency_id != plan.agency_id:
        return WhyNot.OTHER_ROLE
    if act in (Act.APPROVE, Act.RETURN) and plan.planner_id == work.who.id:
        return WhyNot.OWN_PLAN
    if act is Act.APPROVE and any(f.effect == "block" for f in findings):
        return WhyNot.BLOCKED
    if act is Act.APPROVE and any(f.effect == "explain" and not f.explanation for f in findings):
        return WhyNot.UNEXPLAINED
    return None
