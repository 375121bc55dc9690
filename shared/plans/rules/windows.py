"""When: nothing is planned backwards, and a window is one (R20, R21; domain case 15)."""

from datetime import timedelta

from shared.plans.model import Case, Effect, Example, Facts, Plan, Problem, Rule, Trigger
from shared.plans.spoiling import with_facts, with_target
from shared.text import Text

BEFORE = Text(
    "国办发〔2024〕54号：检查前报批备案，不得事后补报",
    "State Council Office 2024/54: approved and filed before, never after, the inspection",
)
CONTENT = Text(
    "鲁政办发〔2025〕3号：检查计划载明检查时间",
    "Shandong 2025/3: a plan says when",
)


def _not_in_the_past(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
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


def _sane(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "检查时限须先后有序，并在计划时限和计划年度之内。",
        "A window begins before it ends, inside the plan's window and year.",
    )
    problems = [
        Problem(text=text, target=target)
        for target in plan.targets
        if not plan.window_from <= target.window_from <= target.window_to <= plan.window_to
    ]
    if not _is_in_year(plan):
        problems.insert(0, Problem(text=text))
    return tuple(problems)


def _is_in_year(plan: Plan) -> bool:
    ordered = plan.window_from <= plan.window_to
    return ordered and plan.window_from.year == plan.year == plan.window_to.year


def _filed_late(case: Case) -> Case:
    return with_facts(case, today=case.plan.window_from + timedelta(days=1))


def _outside(case: Case) -> Case:
    return with_target(case, window_to=case.plan.window_to + timedelta(days=1))


NOT_IN_THE_PAST = Rule(
    id="R20-01",
    version=1,
    title=Text("不得事后补报", "Nothing is filed afterwards"),
    basis=BEFORE,
    effect=Effect.BLOCK,
    check=_not_in_the_past,
    example=Example(
        good=Text("今天报送，明天起检查。", "Filed today for tomorrow."),
        bad=Text("昨天已经检查，今天补报计划。", "Inspected yesterday, filed today."),
        spoil=_filed_late,
    ),
)
SANE = Rule(
    id="R21-01",
    version=1,
    title=Text("检查时限合理", "The window is one"),
    basis=CONTENT,
    effect=Effect.BLOCK,
    check=_sane,
    example=Example(
        good=Text("计划7月1日至31日，检查7月6日至10日。", "Plan for July, visit 6–10 July."),
        bad=Text("检查结束日晚于计划结束日。", "The visit may end after the plan."),
        spoil=_outside,
    ),
)
