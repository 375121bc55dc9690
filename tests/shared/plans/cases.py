"""A plan against which no rule has anything; tests change one thing of it."""

from datetime import date

from shared import workdays
from shared.plans.facts import (
    AgencyFacts,
    BasisFacts,
    CertificateFacts,
    Facts,
    FirmFacts,
    FormFacts,
    ItemFacts,
    OfficerFacts,
    PlaceFacts,
    Span,
)
from shared.plans.limits import Limits
from shared.plans.model import Plan, PlanKind, Target, Trigger, VisitType
from shared.plans.rule import Case
from shared.workdays import Calendar

TODAY = date(2026, 7, 1)
USCC = "91370100MA37XJ385W"
NEW_YEAR = date(2026, 1, 1)


def target(**changes: object) -> Target:
    values: dict[str, object] = {
        "id": "t1",
        "position": 1,
        "uscc": USCC,
        "premise_id": "p1",
        "officer_ids": ("a", "b"),
        "assistant_count": 0,
        "window_from": date(2026, 7, 6),
        "window_to": date(2026, 7, 10),
        "reason_onsite": "后厨须现场查看",
    }
    return Target(**{**values, **changes})


def officer(name: str, **changes: object) -> OfficerFacts:
    certificate = CertificateFacts(
        since=date(2024, 1, 1),
        until=date(2028, 12, 31),
        number="15010100123",
        unit="执法大队",
        checked_on=NEW_YEAR,
    )
    values: dict[str, object] = {
        "name": name,
        "agency_id": "home",
        "is_assistant": False,
        "certificates": (certificate,),
        "unit": "执法大队",
    }
    return OfficerFacts(**{**values, **changes})


def good_case() -> Case:
    plan = Plan(
        id="plan",
        agency_id="home",
        kind=PlanKind.DAILY,
        trigger=Trigger.ANNUAL_PLAN,
        visit_type=VisitType.INSPECTION,
        year=2026,
        window_from=date(2026, 7, 1),
        window_to=date(2026, 7, 31),
        item_ids=("i1",),
        targets=(target(),),
        title="七月餐饮服务日常检查",
        reason="年度计划",
    )
    facts = Facts(
        today=TODAY,
        agency=AgencyFacts(
            name="槐荫区市场监督管理局",
            region="370104",
            is_confirmed=True,
            published_on=NEW_YEAR,
            phone="0531-80000000",
            supervision_phone="12345",
        ),
        officers={"a": officer("王一"), "b": officer("李二"), "c": officer("赵三")},
        items={
            "i1": ItemFacts(
                name="餐饮服务检查",
                agency_id="home",
                published=(Span(since=NEW_YEAR),),
                forms=(FormFacts(id="f1", version=1, since=NEW_YEAR, points=(("p1", "law"),)),),
                standard="餐饮服务检查标准",
                basis_ids=("law",),
            )
        },
        bases={"law": BasisFacts(name="食品安全法", since=date(2021, 4, 29))},
        places={"p1": PlaceFacts(name="总店", region="370104", uscc=USCC)},
        firms={
            USCC: FirmFacts(
                name="某某餐饮有限公司",
                region="370104",
                industry="餐饮",
                grade="B",
                as_of=NEW_YEAR,
            )
        },
        counts={},
        limits=Limits(yearly_cap=2),
        calendar=Calendar.of([year for year in [workdays.seed(2026)] if year is not None]),
    )
    return Case(plan=plan, facts=facts)
