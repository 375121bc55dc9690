"""重复、频繁、多头: how thickly an enterprise's visits lie (W-REPEAT, W-FREQ60, W-MULTI)."""

from datetime import date, timedelta

from shared.plans.facts import Facts, Past, WiderCount
from shared.plans.model import Plan, PlanKind, Target, Trigger
from shared.plans.rule import Case, Effect, Problem, rule, target_problem
from shared.plans.rules.merging import scheduled
from shared.plans.rules.sources import WARNINGS, local
from shared.plans.spoiling import with_facts, with_limits, with_other_agency, with_past, with_plan
from shared.text import Text

REPEATED = local(WARNINGS, "重复检查", "repeated inspections")
FREQUENT = local(WARNINGS, "频繁检查", "frequent inspections")
MULTIPLE = local(WARNINGS, "多头检查", "inspections by many agencies")
OTHER = "other"
NOBODY = WiderCount()


def _planned(case: Case) -> Case:
    return with_plan(case, kind=PlanKind.DAILY, trigger=Trigger.ANNUAL_PLAN, joint_agency_ids=())


def _one_after_the_other(case: Case) -> Case:
    case = with_limits(_planned(case), repeat_limits={30: 1})
    return with_past(case, scheduled(case, case.plan.agency_id))


@rule(
    "W-REPEAT-01",
    version=2,
    title=Text("短期内检查次数过多", "Too many visits in a short time"),
    basis=REPEATED,
    effect=Effect.WARN,
    entering=True,
    parameters=("repeat_limits",),
    good=Text("一个月内只有这一次检查。", "The only visit of the month."),
    bad=Text("一周内第三次有人上门。", "The third visit within a week."),
    spoil=_one_after_the_other,
)
def not_too_thickly(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}在{days}天内将被检查{count}次，超过{most}次。",
        "{name} would be inspected {count} times within {days} days, more than {most}.",
    )
    problems = []
    limits = sorted(facts.limits.repeat_limits.items())
    fewest = min((most for _, most in limits), default=0)
    for uscc, targets in plan.by_enterprise():
        past = facts.history.get(uscc, ())
        if len(past) + len(targets) <= fewest:
            continue
        for target in targets:
            for days, most in limits:
                count = _within(target, targets, past, days)
                if count > most:
                    known = {"days": days, "count": count, "most": most}
                    filled = text.filled(name=facts.name_of(uscc), **known)
                    problems.append(Problem(text=filled, target=target, facts=known))
                    break
    return tuple(problems)


def _within(target: Target, targets: list[Target], past: tuple[Past, ...], days: int) -> int:
    """How many visits are sure to lie within so many days of this one, whenever each is made.

    A joint visit counts once, however many tasks it serves.
    """
    others = {
        each.visit_id or each.task_id
        for each in past
        if _surely(target, each.since, each.until, days)
    }
    own = sum(_surely(target, each.window_from, each.window_to, days) for each in targets)
    return len(others) + max(own, 1)


def _surely(target: Target, since: date, until: date, days: int) -> bool:
    last = max(target.window_to, until)
    first = min(target.window_from, since)
    return (last - first).days < days


def _item_again(case: Case) -> Case:
    case = _planned(case)
    target = case.plan.targets[0]
    day = target.window_from - timedelta(days=min(90, case.facts.limits.same_item_days - 1))
    visit = Past(
        task_id="before",
        agency_id=case.plan.agency_id,
        trigger=Trigger.ANNUAL_PLAN,
        since=day,
        until=day,
        item_ids=frozenset(case.plan.item_ids),
        outcome="rectify",
    )
    return with_past(case, visit)


@rule(
    "W-REPEAT-02",
    version=2,
    title=Text("同一事项重复检查", "The same item once more"),
    basis=REPEATED,
    effect=Effect.WARN,
    entering=True,
    parameters=("same_item_days",),
    good=Text("该事项去年查过。", "It was inspected last year."),
    bad=Text("该事项三个月前刚查过，又列入日常检查。", "It was inspected three months ago."),
    spoil=_item_again,
)
def no_item_again(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    days, items = facts.limits.same_item_days, frozenset(plan.item_ids)
    if plan.is_caused:
        return ()
    text = Text(
        "本机关{day}已就其中{count}个事项检查过该企业。",
        "This agency inspected {count} of these items there on {day}.",
    )
    problems = []
    for target in plan.targets:
        for past in facts.history.get(target.uscc, ()):
            same = len(items & past.item_ids)
            if (
                same
                and past.agency_id == plan.agency_id
                and past.outcome is not None
                and past.within(days, target.window_from, target.window_to)
            ):
                problems.append(
                    target_problem(target, text, day=past.until.isoformat(), count=same)
                )
                break
    return tuple(problems)


def _frequent_there(case: Case) -> Case:
    case = with_facts(_planned(case), frequent=case.facts.limits.frequent_cases - 1)
    return with_past(case, scheduled(case, OTHER, days_after=20))


def frequent_targets(plan: Plan, facts: Facts) -> tuple[Target, ...]:
    """Targets whose enterprise has another planned visit too near: each a case of its region."""
    if plan.is_caused or not plan.is_inspection:
        return ()
    days = facts.limits.frequent_days
    return tuple(
        target
        for target in plan.targets
        if any(
            not past.is_caused and past.within(days, target.window_from, target.window_to)
            for past in facts.history.get(target.uscc, ())
        )
    )


@rule(
    "W-FREQ60-01",
    title=Text("地区内频繁检查", "Frequent visits in the region"),
    basis=FREQUENT,
    effect=Effect.WARN,
    parameters=("frequent_days", "frequent_cases"),
    good=Text("本区今年没有60天内两次检查的企业。", "No enterprise here had two within 60 days."),
    bad=Text("本区第三家企业60天内被查两次。", "The third enterprise here with two in 60 days."),
    spoil=_frequent_there,
)
def not_frequent_there(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    least = facts.limits.frequent_cases
    text = Text(
        "{name}{days}天内被检查两次，是本地区今年第{count}起，达到预警起数{least}起。",
        "{name}: two visits within {days} days, case {count} of this region; {least} raise it.",
    )
    return tuple(
        target_problem(
            target,
            text,
            name=facts.name_of(target.uscc),
            days=facts.limits.frequent_days,
            count=count,
            least=least,
        )
        for count, target in enumerate(frequent_targets(plan, facts), start=facts.frequent + 1)
        if count >= least
    )


def _by_another(case: Case) -> Case:
    case = with_other_agency(_planned(case), OTHER)
    return with_past(case, scheduled(case, OTHER, days_after=case.facts.limits.multi_days - 1))


@rule(
    "W-MULTI-01",
    version=2,
    title=Text("多头检查", "Several agencies, one by one"),
    basis=MULTIPLE,
    effect=Effect.WARN,
    entering=True,
    parameters=("multi_days",),
    good=Text("一个月内没有其他机关上门。", "No other agency within a month."),
    bad=Text("应急上周来过，市监这周又来，没有联合。", "Another agency was there last week."),
    spoil=_by_another,
)
def not_one_by_one(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    days = facts.limits.multi_days
    text = Text(
        "{name}在{days}天内还被{count}个其他机关检查，没有联合。",
        "{count} other agencies inspect {name} within {days} days, not jointly.",
    )
    problems = []
    for target in plan.targets:
        others = {
            past.agency_id
            for past in facts.history.get(target.uscc, ())
            if past.within(days, target.window_from, target.window_to)
        } - {plan.agency_id, *plan.joint_agency_ids}
        if others:
            known = {"days": days, "count": len(others)}
            filled = text.filled(name=facts.name_of(target.uscc), **known)
            problems.append(Problem(text=filled, target=target, facts=known))
    return tuple(problems)


def _by_many(case: Case) -> Case:
    target = case.plan.targets[0]
    wider = WiderCount(agencies=case.facts.limits.multi_agencies)
    return with_facts(
        case, wider={**case.facts.wider, (target.uscc, target.window_from.year): wider}
    )


@rule(
    "W-MULTI-02",
    version=2,
    title=Text("一年内检查机关过多", "Too many agencies in a year"),
    basis=MULTIPLE,
    effect=Effect.WARN,
    entering=True,
    parameters=("multi_agencies",),
    good=Text("今年只有两个机关检查过。", "Two agencies were there this year."),
    bad=Text("今年已有五个机关检查过。", "Five were."),
    spoil=_by_many,
)
def not_by_many(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    most = facts.limits.multi_agencies
    text = Text(
        "{name}{year}年度已有{count}个机关检查或安排检查，达到{most}个。",
        "{count} agencies inspect {name} in {year}; {most} raise this.",
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
        if (count := facts.wider.get((place.target.uscc, place.year), NOBODY).agencies) >= most > 0
    )
