"""Visits that use up no cap: where they come from, and how many they are (R27, R28)."""

from datetime import timedelta
from typing import Any

from shared.plans.facts import Count, Facts, Recheckable
from shared.plans.limits import TriggerRule
from shared.plans.model import Plan, PlanKind, Target, Trigger
from shared.plans.rule import Case, Effect, Problem, rule, target_problem, targets_where
from shared.plans.rules.items import item_problem
from shared.plans.rules.sources import justice, state_council
from shared.plans.spoiling import with_facts, with_limits, with_plan, with_target
from shared.text import Text

SOURCE = justice(
    "投诉举报、转办交办、数据监测等个案检查须有线索", "a case inspection has a lead behind it"
)
RECHECK = justice("整改复查针对发现的问题", "a recheck looks at what was found, and no more")
FOLLOWED = state_council(
    "明显超过合理频次的，监督机关跟踪监督", "what is clearly too often is followed by supervision"
)
NONE = Count()
WITH_SOURCE = frozenset(
    {
        Trigger.COMPLAINT_12345,
        Trigger.ASSIGNED,
        Trigger.MONITORING_LEAD,
        Trigger.MEDIA,
        Trigger.SELF_REQUEST,
    }
)


def _case(case: Case, **changes: Any) -> Case:
    """The plan as the answer to a complaint that is well on record, but for the changes."""
    values: dict[str, Any] = {"source_no": "12345-1", "source_on": case.facts.today, **changes}
    case = with_plan(case, kind=PlanKind.CASE, trigger=Trigger.COMPLAINT_12345)
    return with_target(case, **values)


@rule(
    "R27-01",
    title=Text("个案检查有线索编号", "A case names its lead"),
    basis=SOURCE,
    effect=Effect.BLOCK,
    good=Text("写明12345工单编号和日期。", "It names the complaint's number and day."),
    bad=Text("只写“群众投诉”，没有编号。", "It says complaint and no number."),
    spoil=lambda case: _case(case, source_no=" "),
)
def names_its_lead(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if plan.trigger not in WITH_SOURCE:
        return ()
    text = Text(
        "没有写明投诉、交办、线索或申请的编号和日期。",
        "It does not name the complaint, assignment, lead or request, with its day.",
    )
    return targets_where(plan, text, lambda t: not t.source_no.strip() or t.source_on is None)


@rule(
    "R27-02",
    title=Text("线索日期不晚于今天", "The lead is not of the future"),
    basis=SOURCE,
    effect=Effect.BLOCK,
    good=Text("昨天收到的投诉。", "A complaint of yesterday."),
    bad=Text("投诉日期是下周。", "A complaint of next week."),
    spoil=lambda case: _case(case, source_on=case.facts.today + timedelta(days=1)),
)
def lead_is_there(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("线索日期在今天之后。", "The lead is dated later than today.")
    return targets_where(
        plan, text, lambda t: t.source_on is not None and t.source_on > facts.today
    )


@rule(
    "R27-03",
    title=Text("一条线索不反复使用", "One lead, one visit"),
    basis=SOURCE,
    effect=Effect.EXPLAIN,
    good=Text("该工单第一次用于检查。", "The complaint leads to its first visit."),
    bad=Text("同一工单已经用于另一次检查。", "It led to another visit before."),
    spoil=lambda case: with_facts(_case(case), sources={"12345-1": 1}),
)
def lead_is_new(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "线索{no}已经用于{count}次检查。", "{count} inspections rest on the lead {no} already."
    )
    return tuple(
        target_problem(target, text, no=target.source_no, count=count)
        for target in plan.targets
        if target.source_no and (count := facts.sources.get(target.source_no, 0))
    )


def _recheck(case: Case, **changes: Any) -> Case:
    """The plan as the recheck of a task that found something there, but for the changes."""
    target = case.plan.targets[0]
    values: dict[str, Any] = {
        "uscc": target.uscc,
        "agency_id": case.plan.agency_id,
        "item_ids": frozenset(case.plan.item_ids),
        "outcome": "rectify",
        "rechecks": 0,
    }
    case = with_plan(case, kind=PlanKind.CASE, trigger=Trigger.RECTIFICATION)
    case = with_target(case, recheck_of="before")
    return with_facts(case, rechecked={"before": Recheckable(**{**values, **changes})})


@rule(
    "R27-04",
    title=Text("复查针对发现问题的检查", "A recheck follows what was found"),
    basis=RECHECK,
    effect=Effect.BLOCK,
    good=Text("复查上月责令整改的检查。", "It follows last month's order to put things right."),
    bad=Text("原检查没有发现问题。", "The visit it names found nothing."),
    spoil=lambda case: _recheck(case, outcome="no_problem"),
)
def follows_a_finding(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.trigger is not Trigger.RECTIFICATION:
        return ()
    text = Text(
        "复查没有写明原检查，或者原检查不是本机关在该企业发现问题的检查。",
        "It names no earlier visit of this agency there that asked for something to be put right.",
    )
    return targets_where(plan, text, lambda t: not _was_found(t, plan, facts))


def _was_found(target: Target, plan: Plan, facts: Facts) -> bool:
    before = facts.rechecked.get(target.recheck_of or "")
    return (
        before is not None
        and (before.uscc, before.agency_id) == (target.uscc, plan.agency_id)
        and before.outcome == "rectify"
    )


@rule(
    "R27-05",
    title=Text("复查不扩大范围", "A recheck does not grow"),
    basis=RECHECK,
    effect=Effect.EXPLAIN,
    good=Text("只查原来的事项。", "Only the items of before."),
    bad=Text("借复查增加新的事项。", "New items under the name of a recheck."),
    spoil=lambda case: _recheck(case, item_ids=frozenset()),
)
def does_not_grow(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    allowed: set[str] = set()
    named = [facts.rechecked.get(target.recheck_of or "") for target in plan.targets]
    for before in named:
        allowed |= before.item_ids if before else set()
    if plan.trigger is not Trigger.RECTIFICATION or not any(named):
        return ()
    text = Text(
        "事项“{name}”不在原检查范围内。", "The item “{name}” was no part of the visit before."
    )
    return tuple(
        item_problem(text, id_, facts.items[id_].name if id_ in facts.items else id_)
        for id_ in dict.fromkeys(plan.item_ids)
        if id_ not in allowed
    )


@rule(
    "R27-06",
    title=Text("不反复复查", "One recheck is enough"),
    basis=RECHECK,
    effect=Effect.WARN,
    good=Text("第一次复查。", "The first recheck."),
    bad=Text("同一次检查已经复查过。", "It was rechecked before."),
    spoil=lambda case: _recheck(case, rechecks=1),
)
def rechecked_once(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "同一次检查已复查{count}次。", "The same visit was rechecked {count} times already."
    )
    return tuple(
        target_problem(target, text, count=before.rechecks)
        for target in plan.targets
        if (before := facts.rechecked.get(target.recheck_of or "")) is not None and before.rechecks
    )


def _often_exempt(case: Case) -> Case:
    exempt = TriggerRule(counts=False, blocks=False)
    case = with_limits(case, trigger_rules={case.plan.trigger: exempt})
    key = (case.plan.targets[0].uscc, case.plan.targets[0].window_from.year)
    count = Count(exempt=case.facts.limits.exempt_follow)
    return with_facts(case, counts={**case.facts.counts, key: count})


@rule(
    "R28-01",
    title=Text("豁免检查不过于频繁", "Exempt visits are not too many"),
    basis=FOLLOWED,
    effect=Effect.WARN,
    parameters=("exempt_follow", "trigger_rules"),
    good=Text("本年度第一次豁免检查。", "The first exempt visit of the year."),
    bad=Text("本年度第五次豁免检查，监督机关跟踪。", "The fifth: supervision follows it."),
    spoil=_often_exempt,
)
def not_often_exempt(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    most = facts.limits.exempt_follow
    if not facts.is_exempt(plan.trigger) or not plan.is_inspection:
        return ()
    text = Text(
        "{name}{year}年度不计入频次的检查已有{count}次，达到关注次数{most}次。",
        "{name} had {count} exempt visits in {year}; from {most} on supervision looks.",
    )
    return tuple(
        target_problem(
            place.target,
            text,
            name=facts.name_of(place.target.uscc),
            year=str(place.year),
            count=count,
            most=most,
        )
        for place in plan.places
        if (count := facts.counts.get((place.target.uscc, place.year), NONE).exempt) >= most
    )
