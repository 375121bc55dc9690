"""One plan as the console shows it, with all that was said of it.

Reads only. What may be done with it is said with the reason why not, for the button's side.
A plan has up to 100,000 enterprises: they are shown page by page, and found by name or code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, and_, case, func, select

from server.models import (
    IN_FORCE,
    UNFILED,
    Agency,
    Approval,
    Certificate,
    Enterprise,
    EnterpriseCounter,
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
    VisitCounter,
)
from server.services import (
    finding,
    naming,
    origins,
    parameters,
    plan_checks,
    plan_ending,
    plan_publication,
    scoping,
    views_versions,
)
from server.services.origins import Origin
from server.services.plans import OPEN_TO_CHANGE
from server.services.views_versions import AmendmentView, VersionLine
from server.work import Work
from shared.plans.model import PlanKind
from shared.plans.rule import Effect
from shared.roles import Role

EFFECTS = ("block", "explain", "warn")
TARGETS_AT_ONCE = 50
FINDINGS_AT_ONCE = 50
CHANGES_AT_ONCE = 50
"""So many are shown, the gravest and those that still want a reason first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Which of a plan's enterprises: those called like `text` of which `effect` was said.

    `after` is the position of the last one shown. Of what a `version` changes (0: an amendment
    that is written) so many of each kind are passed over: `changes`.
    """

    text: str = ""
    effect: str = ""
    after: int = 0
    changes: int = 0
    version: int = 0


EVERY = Shown()


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
    counter: VisitCounter | None
    """What this agency did and plans to do there in the plan's year."""
    came: EnterpriseCounter | None
    """How often anybody came there in that year; a joint visit is one (R31)."""
    origin: Origin | None
    """Who told of this visit, where it was imported."""


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
    annual: Plan | None
    """The annual plan that this scheme carries out."""
    licence_basis: LegalBasis | None
    joint: tuple[str, ...]
    assisting: tuple[str, ...]
    """Names of agencies that may join, and of those that help."""
    count: int
    """How many enterprises it has."""
    cap: int | None
    """How often this agency may go to one enterprise in a year, where that is laid down."""
    shown: Shown
    targets: tuple[TargetLine, ...]
    """Some of them, and where the next ones begin."""
    next_after: int | None
    findings: tuple[PlanFinding, ...]
    """The gravest things said of the plan as a whole and of its enterprises."""
    firms: Mapping[str, str]
    """By code, the names of the enterprises these are about."""
    effects: Mapping[str, int]
    blocked_targets: int
    """How many of its enterprises a rule forbids."""
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
    def changes_at_once(self) -> int:
        """How many enterprises added, removed and changed are shown of each."""
        return CHANGES_AT_ONCE

    @property
    def unseen_findings(self) -> int:
        return sum(self.effects.values()) - len(self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tally:
    """What the rules said of a plan, counted."""

    effects: Mapping[str, int]
    blocked_targets: int
    unexplained: int


def one(work: Work, plan_id: str, shown: Shown = EVERY) -> PlanView:
    """One plan in reach with everything about it; `NotFound` otherwise."""
    plan = scoping.one(work.session.get(Plan, plan_id))
    scoping.require_agency(work, plan.agency_id)
    findings = _findings(work, plan)
    tally = _tally(work, plan)
    targets, next_after = _targets(work, plan, shown)
    every = (*findings, *(found for line in targets for found in line.findings))
    agency = work.session.get_one(Agency, plan.agency_id)
    names = _names(work, plan, every)
    return PlanView(
        plan=plan,
        agency=agency.name,
        cap=parameters.values(work, agency, plan.window_from)["yearly_cap"],
        planner=work.session.scalar(select(Person.name).where(Person.id == plan.planner_id)) or "",
        items=_items(work, plan.item_ids),
        annual=work.session.get(Plan, plan.annual_plan_id) if plan.annual_plan_id else None,
        licence_basis=(
            work.session.get(LegalBasis, plan.licence_basis_id) if plan.licence_basis_id else None
        ),
        joint=tuple(names.get(id_, id_) for id_ in plan.joint_agency_ids),
        assisting=tuple(names.get(id_, id_) for id_ in plan.assist_agency_ids),
        count=work.session.scalar(
            select(func.count()).select_from(PlanTarget).where(PlanTarget.plan_id == plan.id)
        )
        or 0,
        shown=shown,
        targets=targets,
        next_after=next_after,
        findings=findings,
        firms={f.uscc: names[f.uscc] for f in findings if f.uscc in names},
        effects=tally.effects,
        blocked_targets=tally.blocked_targets,
        names=names,
        decisions=tuple(
            work.session.scalars(
                select(Approval).where(Approval.plan_id == plan.id).order_by(Approval.at)
            )
        ),
        amendment=views_versions.amendment(work, plan) if _is_under_way(plan) else None,
        versions=views_versions.versions(work, plan),
        on_its_way=plan_ending.open_amendment(work, plan.id),
        why_not={act: _why_not(work, plan, tally, act) for act in Act},
    )


def _is_under_way(plan: Plan) -> bool:
    return plan.amends_id is not None and plan.status in UNFILED


def _of(plan: Plan) -> tuple[ColumnElement[bool], ...]:
    return PlanFinding.plan_id == plan.id, PlanFinding.plan_version == plan.version


def _findings(work: Work, plan: Plan) -> tuple[PlanFinding, ...]:
    """The plan's own, then the gravest; a reason given moves a finding behind those that wait."""
    gravest_first = case(
        (PlanFinding.effect == Effect.BLOCK, 0),
        ((PlanFinding.effect == Effect.EXPLAIN) & (PlanFinding.explanation == ""), 1),
        (PlanFinding.effect == Effect.EXPLAIN, 2),
        else_=3,
    )
    rows = work.session.scalars(
        select(PlanFinding)
        .where(*_of(plan))
        .order_by(
            PlanFinding.target_id.is_not(None),
            gravest_first,
            PlanFinding.position,
            PlanFinding.rule,
        )
        .limit(FINDINGS_AT_ONCE)
    )
    return tuple(rows)


def _tally(work: Work, plan: Plan) -> _Tally:
    rows = work.session.execute(
        select(
            PlanFinding.effect,
            func.count(),
            func.count(PlanFinding.target_id.distinct()),
            func.count().filter(PlanFinding.explanation == ""),
        )
        .where(*_of(plan))
        .group_by(PlanFinding.effect)
    )
    told = {effect: (count, targets, silent) for effect, count, targets, silent in rows}
    return _Tally(
        effects={effect: told.get(effect, (0, 0, 0))[0] for effect in EFFECTS},
        blocked_targets=told.get(Effect.BLOCK, (0, 0, 0))[1],
        unexplained=told.get(Effect.EXPLAIN, (0, 0, 0))[2],
    )


def _names(work: Work, plan: Plan, findings: Sequence[PlanFinding]) -> dict[str, str]:
    """What is named by the plan itself and by what was found."""
    ids = {value for f in findings for value in f.facts.values() if isinstance(value, str)}
    ids |= {found.uscc for found in findings if found.uscc}
    ids |= {*plan.joint_agency_ids, *plan.assist_agency_ids}
    return naming.names(
        work, ids, naming.OFFICERS, naming.ITEMS, naming.AGENCIES, naming.ENTERPRISES
    )


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


def _targets(work: Work, plan: Plan, shown: Shown) -> tuple[tuple[TargetLine, ...], int | None]:
    query = select(PlanTarget).where(
        PlanTarget.plan_id == plan.id, PlanTarget.position > shown.after
    )
    if shown.text:
        code = finding.begins(Enterprise.uscc, shown.text)
        called = finding.fits(work, shown.text, Enterprise.name, Enterprise.initials, code)
        query = query.where(PlanTarget.uscc.in_(select(Enterprise.uscc).where(called)))
    if shown.effect:
        said = select(PlanFinding.target_id).where(*_of(plan), PlanFinding.effect == shown.effect)
        query = query.where(PlanTarget.id.in_(said))
    rows = work.session.scalars(
        query.order_by(PlanTarget.position).limit(TARGETS_AT_ONCE + 1)
    ).all()
    targets = rows[:TARGETS_AT_ONCE]
    ids = [target.id for target in targets]
    found: dict[str | None, tuple[PlanFinding, ...]] = {}
    for row in work.session.scalars(
        select(PlanFinding)
        .where(*_of(plan), PlanFinding.target_id.in_(ids))
        .order_by(PlanFinding.position, PlanFinding.rule)
    ):
        found[row.target_id] = (*found.get(row.target_id, ()), row)
    firms = {
        firm.uscc: (firm, counter, came) for firm, counter, came in _firms(work, plan, targets)
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
        for task in work.session.scalars(
            select(Task).where(Task.plan_id == plan.id, Task.target_id.in_(ids))
        )
    }
    told = origins.of_targets(work, plan, targets)
    nothing = (None, None, None)
    lines = tuple(
        TargetLine(
            target=target,
            enterprise=firms.get(target.uscc, nothing)[0],
            counter=firms.get(target.uscc, nothing)[1],
            came=firms.get(target.uscc, nothing)[2],
            origin=told.get(target.id),
            premise=places.get(target.premise_id),
            officers=tuple(people[id_] for id_ in target.officer_ids if id_ in people),
            findings=found.get(target.id, ()),
            task=tasks.get(target.id),
        )
        for target in targets
    )
    return lines, targets[-1].position if len(rows) > TARGETS_AT_ONCE else None


def _firms(
    work: Work, plan: Plan, targets: Sequence[PlanTarget]
) -> Sequence[Row[Enterprise, VisitCounter | None, EnterpriseCounter | None]]:
    """Enterprises with what this agency, and with what anybody, did there in the plan's year."""
    ours = and_(
        VisitCounter.uscc == Enterprise.uscc,
        VisitCounter.year == plan.year,
        VisitCounter.agency_id == plan.agency_id,
    )
    whole = and_(EnterpriseCounter.uscc == Enterprise.uscc, EnterpriseCounter.year == plan.year)
    return work.session.execute(
        select(Enterprise, VisitCounter, EnterpriseCounter)
        .outerjoin(VisitCounter, ours)
        .outerjoin(EnterpriseCounter, whole)
        .where(Enterprise.uscc.in_([target.uscc for target in targets]))
    ).all()


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


def _why_not(work: Work, plan: Plan, tally: _Tally, act: Act) -> WhyNot | None:
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
    if tally.effects[Effect.BLOCK]:
        return WhyNot.BLOCKED
    if tally.unexplained:
        return WhyNot.UNEXPLAINED
    return None
