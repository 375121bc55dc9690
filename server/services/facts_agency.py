"""What the plan rules look at of agencies: the planning one, and every other that is named."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ScalarSelect,
    bindparam,
    func,
    literal,
    select,
    text,
    union,
)

from server.database import any_of
from server.models import (
    Agency,
    AgencyStatus,
    AgencyType,
    Officer,
    OfficerKind,
    Person,
    PlanTarget,
    Task,
)
from server.models import Plan as PlanRow
from server.models.task import TO_APPROVE
from server.services import facts_history, tallies
from server.services.plan_reading import FILED
from server.together import Answers, Query
from shared.plans.facts import AgencyFacts, AnnualPlan, Entrustment, HomeFacts, Span
from shared.plans.model import PlanKind, Term
from shared.roles import Role

INSPECTING = frozenset({AgencyType.ADMINISTRATIVE, AgencyType.AUTHORISED, AgencyType.ENTRUSTED})


def as_facts(row: Any) -> AgencyFacts:
    """One agency as the rules see it; `row` is one, or as much of one as is asked for here."""
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


def home(found: Answers) -> HomeFacts:
    """What else is known of the agency that made a plan."""
    (counted,) = found["counted"]
    return HomeFacts(
        assistants=counted.assistants,
        other_heads=sum(Role.HEAD in row.roles for row in found["colleagues"]),
        special_plans=counted.special_plans,
        annual_plans=counted.annual_plans,
        unapproved_emergencies=counted.overdue,
    )


def frequent(found: Answers) -> int:
    """How often W-FREQ60 came up around it this year."""
    (counted,) = found["counted"]
    return counted.frequent or 0


def others(found: Answers) -> dict[str, AgencyFacts]:
    """Every other agency that the plan names, or that was at its enterprises, by id."""
    return {row.id: as_facts(row) for row in found["agencies"]}


def annual_plan(found: Answers) -> AnnualPlan | None:
    """The annual plan that the plan says it carries out."""
    if not found["annual"]:
        return None
    (row,) = found["annual"]
    return AnnualPlan(
        agency_id=row.agency_id,
        year=row.year,
        is_filed=row.status in FILED,
        item_ids=frozenset(row.item_ids),
        usccs=frozenset(each.uscc for each in found["annual_targets"]),
    )


_AGENCY = (
    Agency.id,
    Agency.name,
    Agency.region,
    Agency.status,
    Agency.published_on,
    Agency.revoked_on,
    Agency.type,
    Agency.field,
    Agency.phone,
    Agency.supervision_phone,
    Agency.entrustment,
    Agency.principal_id,
)
_OURS: BindParameter[str] = bindparam("agency_id")
_FILED_BESIDE = (
    PlanRow.agency_id == _OURS,
    PlanRow.year == bindparam("year"),
    PlanRow.id != bindparam("plan_id"),
    PlanRow.status.in_([literal(str(each)) for each in FILED]),
)


def _how_many(*conditions: Any) -> ScalarSelect[int]:
    return select(func.count()).where(*conditions).scalar_subquery()


_COUNTED = select(
    _how_many(*_FILED_BESIDE, PlanRow.kind == PlanKind.SPECIAL).label("special_plans"),
    _how_many(*_FILED_BESIDE, PlanRow.term == Term.ANNUAL).label("annual_plans"),
    _how_many(Officer.agency_id == _OURS, Officer.kind == OfficerKind.ASSISTANT).label(
        "assistants"
    ),
    _how_many(
        Task.agency_id == _OURS,
        text(TO_APPROVE),
        Task.post_approval_due < bindparam("now"),
    ).label("overdue"),
    tallies.count(
        select(Agency.region).where(Agency.id == _OURS).scalar_subquery(), bindparam("year")
    ).label("frequent"),
)
ANNUAL = ("annual", "annual_targets")
HOME: Mapping[str, Query] = {
    "agency": select(*_AGENCY).where(Agency.id == _OURS),
    "counted": _COUNTED,
    "colleagues": select(Person.roles).where(
        Person.agency_id == _OURS, Person.id != bindparam("planner_id")
    ),
    "annual": select(PlanRow.agency_id, PlanRow.year, PlanRow.status, PlanRow.item_ids).where(
        PlanRow.id == bindparam("annual_plan_id"), PlanRow.term == Term.ANNUAL
    ),
    "annual_targets": select(PlanTarget.uscc).where(
        PlanTarget.plan_id == bindparam("annual_plan_id")
    ),
}
"""What concerns the plan's own agency."""
OTHERS: Mapping[str, Query] = {
    "agencies": select(*_AGENCY).where(
        Agency.id.in_(
            union(
                select(Agency.id).where(any_of(Agency.id, "agencies")),
                select(facts_history.RECENT.c.agency_id),
            )
        ),
        Agency.id != _OURS,
    )
}
"""Agencies given as `agencies`, and those of the history."""


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
