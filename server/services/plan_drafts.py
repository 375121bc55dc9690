"""What a planner writes down, and whether all that it names exists.

Ids that name nothing are refused before anything is stored; whether the plan is lawful is for the
rules to say.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from server.models import Agency, Enterprise, LegalBasis, Officer, Plan, Premise, Task
from server.work import Work
from shared.errors import BadInput
from shared.plans.model import AssistLetter, SpecialApproval, Term

MOST_TARGETS = 100_000
"""Of one plan, however it comes in; what the interface takes in one request is less."""


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
    source_no: str = ""
    source_on: date | None = None
    recheck_of: str | None = None
    letter: AssistLetter | None = None


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
    term: str = Term.SCHEME
    annual_plan_id: str | None = None
    frequency: int = 1
    pool_size: int | None = None
    sample_percent: int | None = None
    joint_agency_ids: tuple[str, ...] = ()
    assist_agency_ids: tuple[str, ...] = ()
    licence_basis_id: str | None = None
    special: SpecialApproval | None = None
    oral_approver: str = ""
    oral_on: date | None = None


def require_known(work: Work, draft: PlanDraft) -> None:
    """Refuse ids that name nothing, or what is another agency's and not ours to know."""
    if len(draft.targets) > MOST_TARGETS:
        told = f"{len(draft.targets)}; at most {MOST_TARGETS}. Split the plan."
        raise BadInput("Too many enterprises for one plan.", errors={"/targets": told})
    errors = dict([*_of_plan(work, draft), *_of_targets(work, draft)])
    if errors:
        raise BadInput("The plan names what is not known.", errors=errors)


def _of_plan(work: Work, draft: PlanDraft) -> Iterator[tuple[str, str]]:
    hosts = [target.letter.host_agency_id for target in draft.targets if target.letter]
    agencies = _known(work, Agency.id, {*draft.joint_agency_ids, *draft.assist_agency_ids, *hosts})
    for field in ("joint_agency_ids", "assist_agency_ids"):
        for n, id_ in enumerate(getattr(draft, field)):
            if id_ not in agencies:
                yield f"/{field}/{n}", "Unknown agency."
    for place, target in enumerate(draft.targets):
        if target.letter and target.letter.host_agency_id not in agencies:
            yield f"/targets/{place}/letter/host_agency_id", "Unknown agency."
    if draft.licence_basis_id and not _known(work, LegalBasis.id, {draft.licence_basis_id}):
        yield "/licence_basis_id", "Unknown legal basis."
    if draft.annual_plan_id:
        annual = work.session.get(Plan, draft.annual_plan_id)
        if annual is None or annual.agency_id != work.who.agency_id or annual.term != Term.ANNUAL:
            yield "/annual_plan_id", "No such annual plan."


def _of_targets(work: Work, draft: PlanDraft) -> Iterator[tuple[str, str]]:
    targets = draft.targets
    firms = _known(work, Enterprise.uscc, {target.uscc for target in targets})
    places = dict(
        work.session.execute(
            select(Premise.id, Premise.uscc).where(
                Premise.id.in_({target.premise_id for target in targets})
            )
        ).all()
    )
    ours = Officer.agency_id == work.who.agency_id
    people = _known(work, Officer.id, {id_ for t in targets for id_ in t.officer_ids}, ours)
    mine = Task.agency_id == work.who.agency_id
    tasks = _known(work, Task.id, {t.recheck_of for t in targets if t.recheck_of}, mine)
    for place, target in enumerate(targets):
        if target.uscc not in firms:
            yield f"/targets/{place}/uscc", "Unknown enterprise."
        elif places.get(target.premise_id) != target.uscc:
            yield f"/targets/{place}/premise_id", "Not a premise of this enterprise."
        for n, officer in enumerate(target.officer_ids):
            if officer not in people:
                yield f"/targets/{place}/officer_ids/{n}", "Unknown officer."
        if target.recheck_of and target.recheck_of not in tasks:
            yield f"/targets/{place}/recheck_of", "Unknown task."


def _known(work: Work, column: Any, ids: Collection[str], *more: Any) -> set[str]:
    if not ids:
        return set()
    return set(work.session.scalars(select(column).where(column.in_(ids), *more)))
