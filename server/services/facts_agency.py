"""What the plan rules look at of agencies: the planning one, and every other that is named."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import func, select

from server.models import (
    Agency,
    AgencyStatus,
    AgencyType,
    Officer,
    OfficerKind,
    Person,
    PlanStatus,
    PlanTarget,
    Task,
)
from server.models import Plan as PlanRow
from server.work import Work
from shared.plans.facts import AgencyFacts, AnnualPlan, Entrustment, HomeFacts, Span
from shared.plans.model import Plan, PlanKind, Term
from shared.roles import Role

INSPECTING = frozenset({AgencyType.ADMINISTRATIVE, AgencyType.AUTHORISED, AgencyType.ENTRUSTED})
IN_FORCE = (PlanStatus.FILED, PlanStatus.CLOSED)


def as_facts(row: Agency) -> AgencyFacts:
    """One agency as the rules see it."""
    return AgencyFacts(
        name=row.name,
        region=row.region,
        is_confirmed=row.status == AgencyStatus.CONFIRMED,
        published_on=row.published_on,
        revoked_on=row.revoked_on,
        may_inspect=row.type in INSPECTING,
        is_assisting=row.type == AgencyType.ASSISTING,
        field=row.field,
        phone=row.phone,
        supervision_phone=row.supervision_phone,
        is_entrusted=row.type == AgencyType.ENTRUSTED,
        entrustment=_entrustment(row),
    )


def others(work: Work, ids: Collection[str]) -> dict[str, AgencyFacts]:
    """Agencies by id."""
    rows = work.session.scalars(select(Agency).where(Agency.id.in_(ids)))
    return {row.id: as_facts(row) for row in rows}


def home(work: Work, row: PlanRow) -> HomeFacts:
    """What else is known of the agency that made a plan."""
    agency_id = row.agency_id
    special = work.session.scalar(
        select(func.count()).where(*_filed_beside(row), PlanRow.kind == PlanKind.SPECIAL)
    )
    annual = work.session.scalar(
        select(func.count()).where(*_filed_beside(row), PlanRow.term == Term.ANNUAL)
    )
    assistants = work.session.scalar(
        select(func.count()).where(
            Officer.agency_id == agency_id, Officer.kind == OfficerKind.ASSISTANT
        )
    )
    people = work.session.scalars(
        select(Person).where(Person.agency_id == agency_id, Person.id != row.planner_id)
    )
    overdue = work.session.scalar(
        select(func.count()).where(
            Task.agency_id == agency_id,
            Task.approved_by == "",
            Task.post_approval_due.isnot(None),
            Task.post_approval_due < work.now,
        )
    )
    return HomeFacts(
        assistants=assistants or 0,
        other_heads=sum(Role.HEAD in person.roles for person in people),
        special_plans=special or 0,
        annual_plans=annual or 0,
        unapproved_emergencies=overdue or 0,
    )


def _filed_beside(row: PlanRow) -> tuple[Any, ...]:
    return (
        PlanRow.agency_id == row.agency_id,
        PlanRow.year == row.year,
        PlanRow.id != row.id,
        PlanRow.status.in_(IN_FORCE),
    )


def annual_plan(work: Work, plan: Plan) -> AnnualPlan | None:
    """The annual plan that `plan` says it carries out."""
    if plan.annual_plan_id is None:
        return None
    row = work.session.get(PlanRow, plan.annual_plan_id)
    if row is None or row.term != Term.ANNUAL:
        return None
    usccs = work.session.scalars(select(PlanTarget.uscc).where(PlanTarget.plan_id == row.id))
    return AnnualPlan(
        agency_id=row.agency_id,
        year=row.year,
        is_filed=row.status in IN_FORCE,
        item_ids=frozenset(row.item_ids),
        usccs=frozenset(usccs),
    )


def _entrustment(row: Agency) -> Entrustment | None:
    kept = row.entrustment
    if kept is None:
        return None
    since, until = _day(kept.get("valid_from")), _day(kept.get("valid_to"))
    return Entrustment(
        principal_id=row.principal_id,
        document=kept.get("document") or "",
        published_on=_day(kept.get("published_on")),
        span=Span(since=since, until=until) if since else None,
        item_ids=frozenset(kept.get("item_ids") or ()),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
