"""What the plan rules look at of agencies: the planning one, and every other that is named."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, func, select, text

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
from server.models.task import TO_APPROVE
from server.services import tallies
from server.work import Work
from shared.plans.facts import AgencyFacts, AnnualPlan, Entrustment, HomeFacts, Span
from shared.plans.model import Plan, PlanKind, Term
from shared.roles import Role

INSPECTING = frozenset({AgencyType.ADMINISTRATIVE, AgencyType.AUTHORISED, AgencyType.ENTRUSTED})
IN_FORCE = (PlanStatus.FILED, PlanStatus.PUBLISHED, PlanStatus.AMENDED, PlanStatus.CLOSED)


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


def home(work: Work, row: PlanRow, region: str) -> tuple[HomeFacts, int]:
    """What else is known of the agency that made a plan; how often W-FREQ60 came up around it."""
    told = {
        "region": region,
        "agency_id": row.agency_id,
        "year": row.year,
        "plan_id": row.id,
        "planner_id": row.planner_id,
        "now": work.now,
    }
    counted = work.session.execute(_COUNTED, told).one()
    roles = work.session.scalars(_ROLES, told)
    known = HomeFacts(
        assistants=counted.assistants,
        other_heads=sum(Role.HEAD in held for held in roles),
        special_plans=counted.special_plans,
        annual_plans=counted.annual_plans,
        unapproved_emergencies=counted.overdue,
    )
    return known, counted.frequent or 0


_FILED_BESIDE = (
    PlanRow.agency_id == bindparam("agency_id"),
    PlanRow.year == bindparam("year"),
    PlanRow.id != bindparam("plan_id"),
    PlanRow.status.in_(IN_FORCE),
)
_ROLES = select(Person.roles).where(
    Person.agency_id == bindparam("agency_id"), Person.id != bindparam("planner_id")
)


def _how_many(*conditions: Any) -> ScalarSelect[int]:
    return select(func.count()).where(*conditions).scalar_subquery()


_COUNTED = select(
    _how_many(*_FILED_BESIDE, PlanRow.kind == PlanKind.SPECIAL).label("special_plans"),
    _how_many(*_FILED_BESIDE, PlanRow.term == Term.ANNUAL).label("annual_plans"),
    _how_many(
        Officer.agency_id == bindparam("agency_id"), Officer.kind == OfficerKind.ASSISTANT
    ).label("assistants"),
    _how_many(
        Task.agency_id == bindparam("agency_id"),
        text(TO_APPROVE),
        Task.post_approval_due < bindparam("now"),
    ).label("overdue"),
    tallies.count(bindparam("region"), bindparam("year")).label("frequent"),
)
"""One query: each count by itself is soon done, and a single task is to be checked in a blink."""


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
