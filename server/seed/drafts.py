"""Plans that three agencies have begun to write: drafts, which nobody has decided on.

They go through the service a planner uses, as that planner.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from server.models import (
    Agency,
    Enterprise,
    InspectionItem,
    Officer,
    OfficerKind,
    Person,
    Plan,
    Premise,
)
from server.principal import Principal, PrincipalKind
from server.services import plans
from server.services.plan_drafts import PlanDraft, TargetDraft
from server.work import Work
from shared.localtime import local_day
from shared.plans.model import PlanKind, Trigger, VisitType
from shared.roles import Role

# agency → title, industry, why it must be on site; fire's has yet to say why (R30).
BEGUN: Mapping[str, tuple[str, str, str]] = {
    "emergency": ("冬季工贸企业安全生产检查", "机械制造", "设备防护和有限空间须现场查看。"),
    "market": ("节前食品销售单位检查", "食品销售", "库房温度和食品标签须现场查看。"),
    "fire": ("住宿场所消防安全检查", "住宿", ""),
}
TARGETS = 3
SKIPPED = 3  # the first ones of a trade are left for whoever tries the county out
WINDOW = timedelta(days=14)


def add(work: Work, agencies: Mapping[str, Agency]) -> None:
    """Add one draft for each agency of `BEGUN`."""
    work.session.flush()
    for key in BEGUN:
        _begin(work, agencies[key], key)


def _begin(work: Work, agency: Agency, key: str) -> Plan:
    title, industry, reason = BEGUN[key]
    first = local_day(work.now)
    items = work.session.scalars(
        select(InspectionItem.id).where(InspectionItem.agency_id == agency.id)
    )
    draft = PlanDraft(
        title=title,
        kind=PlanKind.DAILY,
        trigger=Trigger.ANNUAL_PLAN,
        visit_type=VisitType.INSPECTION,
        year=first.year,
        window_from=first,
        window_to=_same_year(first, first + WINDOW),
        item_ids=tuple(items)[:1],
        targets=_targets(work, agency, industry, reason),
        reason="年度检查计划",
    )
    return plans.create(replace(work, who=_planner(work, key)), draft)


def _same_year(first: date, last: date) -> date:
    return min(last, date(first.year, 12, 31))


def _planner(work: Work, key: str) -> Principal:
    person = work.session.scalars(select(Person).where(Person.username == f"planner.{key}")).one()
    return Principal(
        kind=PrincipalKind.PERSON,
        id=person.id,
        roles=frozenset(Role(word) for word in person.roles),
        name=person.name,
        agency_id=person.agency_id,
    )


def _targets(work: Work, agency: Agency, industry: str, reason: str) -> tuple[TargetDraft, ...]:
    officers = tuple(
        work.session.scalars(
            select(Officer.id)
            .where(Officer.agency_id == agency.id, Officer.kind == OfficerKind.OFFICER)
            .order_by(Officer.id)
        )
    )
    places = work.session.execute(
        select(Enterprise.uscc, Premise.id)
        .join(Premise, Premise.uscc == Enterprise.uscc)
        .where(Enterprise.industry == industry)
        .order_by(Enterprise.uscc)
        .offset(SKIPPED)
        .limit(TARGETS)
    )
    return tuple(
        TargetDraft(
            uscc=uscc,
            premise_id=premise,
            officer_ids=officers,
            assistant_count=0,
            reason_onsite=reason,
        )
        for uscc, premise in places
    )
