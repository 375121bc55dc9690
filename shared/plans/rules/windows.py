"""When: nothing backwards, within its year, as long as it takes, on working days (R20, R21)."""

from datetime import timedelta

from shared.plans.facts import Facts
from shared.plans.model import Plan, Trigger
from shared.plans.rule import (
    Case,
    Effect,
    Problem,
    rule,
    target_problem,
    targets_where,
)
from shared.plans.rules.sources import LIAONING, local, shandong, state_council
from shared.plans.spoiling import with_facts, with_limits, with_plan, with_target
from shared.text import Text

BEFORE = state_council(
    "检查前报批备案，不得事后补报", "approved and filed before, never after, the inspection"
)
CONTENT = shandong("检查计划载明检查时间", "a plan says when")
WHEN = local(LIAONING, "计划写明检查时间（月或季度）", "a plan names the month or quarter")
CALM = state_council("不得干扰企业正常生产经营", "an inspection does not disturb business")


def _yesterday(case: Case) -> Case:
    return with_facts(case, today=case.plan.window_from + timedelta(days=1))


@rule(
    "R20-01",
    title=Text("不得事后补报", "Nothing is filed afterwards"),
    basis=BEFORE,
    effect=Effect.BLOCK,
    good=Text("今天报送，明天起检查。", "Filed today for tomorrow."),
    bad=Text("昨天已经检查，今天补报计划。", "Inspected yesterday, filed today."),
    spoil=_yesterday,
)
def not_in_the_past(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.trigger is Trigger.EMERGENCY:
        return ()  # approved afterwards, by its own way
    text = Text(
        "检查时限开始日{day}早于今天，不得事后补报。",
        "The window begins on {day}, which has passed: nothing is filed afterwards.",
    )
    problems = [
        Problem(text=text.filled(day=target.window_from), target=target)
        for target in plan.targets
        if target.window_from < facts.today
    ]
    if plan.window_from < facts.today and not problems:
        problems.append(Problem(text=text.filled(day=plan.window_from)))
    return tuple(problems)


@rule(
    "R21-01",
    version=2,
    title=Text("检查时限合理", "The window is one"),
    basis=CONTENT,
    effect=Effect.BLOCK,
    good=Text("计划7月1日至31日，检查7月6日至10日。", "Plan for July, visit 6–10 July."),
    bad=Text("检查结束日晚于计划结束日。", "The visit may end after the plan."),
    spoil=lambda case: with_target(case, window_to=case.plan.window_to + timedelta(days=1)),
)
def sane(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "检查时限须先后有序，在计划时限之内，并从计划年度开始。",
        "A window begins before it ends, inside the plan's window, which begins in its year.",
    )
    found = targets_where(
        plan,
        text,
        lambda t: not plan.window_from <= t.window_from <= t.window_to <= plan.window_to,
    )
    return found if _is_in_year(plan) else (Problem(text=text), *found)


def _is_in_year(plan: Plan) -> bool:
    """From the plan's year on; over New Year at most into the next."""
    ordered = plan.window_from <= plan.window_to
    return ordered and plan.window_from.year == plan.year and plan.window_to.year <= plan.year + 1


def _open_ended(case: Case) -> Case:
    return with_limits(case, max_window_days=0)


@rule(
    "R21-05",
    title=Text("检查时限不过长", "The window is not open-ended"),
    basis=WHEN,
    effect=Effect.EXPLAIN,
    parameters=("max_window_days",),
    good=Text("检查时限五天。", "A window of five days."),
    bad=Text("检查时限全年，企业不知何时来。", "The whole year: nobody knows when they come."),
    spoil=_open_ended,
)
def not_open_ended(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    most = facts.limits.max_window_days
    text = Text(
        "检查时限{days}天，超过{most}天，应当写明月份或季度。",
        "A window of {days} days is over {most}; it should name a month or quarter.",
    )
    return tuple(
        target_problem(target, text, days=days, most=most)
        for target in plan.targets
        if (days := (target.window_to - target.window_from).days + 1) > most
    )


def _on_a_weekend(case: Case) -> Case:
    day = case.plan.targets[0].window_from
    while case.facts.calendar.is_workday(day):
        day += timedelta(days=1)
    return with_target(case, window_from=day, window_to=day)


@rule(
    "R21-08",
    version=2,
    title=Text("检查时限内有工作日", "The window has a working day"),
    basis=CALM,
    effect=Effect.EXPLAIN,
    entering=True,
    good=Text("周一至周五检查。", "From Monday to Friday."),
    bad=Text("只在周末检查。", "On a weekend only."),
    spoil=_on_a_weekend,
)
def has_a_workday(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "检查时限内没有工作日，请说明为什么在休息日检查。",
        "The window has no working day: why on a day off?",
    )
    worked: dict[tuple[object, object], bool] = {}
    for target in plan.targets:
        window = (target.window_from, target.window_to)
        if window not in worked:
            eve = target.window_from - timedelta(days=1)
            worked[window] = bool(facts.calendar.workdays_between(eve, target.window_to)[0])
    return targets_where(plan, text, lambda t: not worked[t.window_from, t.window_to])


def _in_quiet_days(case: Case) -> Case:
    target = case.plan.targets[0]
    first = target.window_from
    last = min(target.window_to, first + timedelta(days=1))
    case = with_target(case, window_to=last if last.month == first.month else first)
    return with_limits(with_plan(case, trigger=Trigger.ANNUAL_PLAN), quiet_until_day=31)


@rule(
    "R30-06",
    version=2,
    title=Text("避开企业安静期", "Not in the quiet days"),
    basis=CALM,
    effect=Effect.EXPLAIN,
    entering=True,
    parameters=("quiet_until_day",),
    good=Text("每月1日至20日为安静期，检查排在25日。", "Quiet until the 20th, visit on the 25th."),
    bad=Text("安静期内安排日常检查。", "A daily inspection in the quiet days."),
    spoil=_in_quiet_days,
)
def not_in_quiet_days(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    last = facts.limits.quiet_until_day
    if not last or plan.is_caused:
        return ()
    text = Text(
        "检查时限全部在每月1日至{most}日的企业安静期内。",
        "The whole window lies in the quiet days, which last until day {most} of the month.",
    )
    return tuple(
        target_problem(target, text, most=last)
        for target in plan.targets
        if target.window_from.month == target.window_to.month
        and (target.window_to - target.window_from).days < last
        and target.window_to.day <= last
    )
