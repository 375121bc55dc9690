"""A plan against which no rule has anything; tests change one thing of it."""

from datetime import date

from shared.plans.model import (
    AgencyFacts,
    Case,
    Facts,
    ItemFacts,
    Limits,
    OfficerFacts,
    PlaceFacts,
    Plan,
    PlanKind,
    Span,
    Target,
    Trigger,
    VisitType,
)

TODAY = date(2026, 7, 1)
USCC = "91370100MA37XJ385W"


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
    values: dict[str, object] = {
        "name": name,
        "agency_id": "home",
        "is_assistant": False,
        "certificates": (Span(since=date(2024, 1, 1), until=date(2028, 12, 31)),),
    }
    return OfficerFacts(**{**values, **changes})


def good_case() -> Case:
    plan = Plan(
        agency_id="home",
        kind=PlanKind.DAILY,
        trigger=Trigger.ANNUAL_PLAN,
        visit_type=VisitType.INSPECTION,
        year=2026,
        window_from=date(2026, 7, 1),
        window_to=date(2026, 7, 31),
        item_ids=("i1",),
        targets=(target(),),
    )
    facts = Facts(
        today=TODAY,
        agency=AgencyFacts(
            name="槐荫区市场监督管理局",
            region="370104",
            is_confirmed=True,
            published_on=date(2026, 1, 1),
        ),
        officers={"a": officer("王一"), "b": officer("李二"), "c": officer("赵三")},
        items={
            "i1": ItemFacts(
                name="餐饮服务检查",
                agency_id="home",
                published=(Span(since=date(2026, 1, 1)),),
                forms=(Span(since=date(2026, 1, 1)),),
            )
        },
        places={"p1": PlaceFacts(name="总店", region="370104")},
        names={USCC: "某某餐饮有限公司"},
        counts={},
        limits=Limits(yearly_cap=2),
    )
    return Case(plan=plan, facts=facts)
