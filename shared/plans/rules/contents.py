"""What a plan has to say of itself (R21), and words that have no place in it (R33)."""

from shared.plans.facts import Facts
from shared.plans.model import KIND_OF, Plan, PlanKind, Trigger
from shared.plans.rule import Effect, Problem, plan_problem, rule, target_problem
from shared.plans.rules.sources import NINGXIA, local, shandong, state_council
from shared.plans.spoiling import with_limits, with_plan, with_twin
from shared.text import Text

CONTENT = shandong(
    "检查计划载明主体、事项、依据、对象、时间、方式和频次",
    "a plan names agency, items, bases, enterprises, time, means and frequency",
)
FREQUENCY = local(
    NINGXIA, "公示同一企业检查频次", "the frequency for one enterprise is made public"
)
NO_QUOTA = state_council(
    "严禁下达检查指标，考核不得与检查频次、罚没数额挂钩",
    "no quotas; nothing depends on the number of inspections or on fines",
)


@rule(
    "R21-02",
    title=Text("写明制定计划的理由", "The plan says why"),
    basis=CONTENT,
    effect=Effect.EXPLAIN,
    good=Text("理由写明依据的年度工作安排。", "It names the year's programme."),
    bad=Text("理由留空。", "The reason is left empty."),
    spoil=lambda case: with_plan(case, reason=" "),
)
def says_why(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if plan.reason.strip():
        return ()
    return plan_problem(Text("计划没有写明理由。", "The plan does not say why."))


@rule(
    "R21-03",
    title=Text("不超过公示的同一企业频次", "Not more often than the plan says"),
    basis=FREQUENCY,
    effect=Effect.BLOCK,
    good=Text("公示频次1次，每家企业安排1次。", "Once is stated, once is planned."),
    bad=Text("公示频次1次，同一企业安排了2次。", "Once is stated, twice is planned."),
    spoil=lambda case: with_twin(with_plan(case, frequency=1)),
)
def as_often_as_stated(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}在本计划中安排了{count}次，公示的同一企业频次是{most}次。",
        "{name} stands {count} times in this plan, which states a frequency of {most}.",
    )
    return tuple(
        target_problem(target, text, name=facts.name_of(uscc), count=number, most=plan.frequency)
        for uscc, targets in plan.by_enterprise()
        for number, target in enumerate(targets, start=1)
        if number > plan.frequency
    )


@rule(
    "R21-04",
    version=2,
    title=Text("公示频次不超过年度上限", "The stated frequency is within the cap"),
    basis=FREQUENCY,
    effect=Effect.EXPLAIN,
    entering=True,
    parameters=("yearly_cap", "trigger_rules"),
    good=Text("上限2次，公示频次1次。", "The cap is 2, once is stated."),
    bad=Text("上限2次，公示频次4次。", "The cap is 2, four times are stated."),
    spoil=lambda case: with_plan(with_limits(case, yearly_cap=2, trigger_rules={}), frequency=4),
)
def stated_within_cap(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    cap = facts.limits.yearly_cap
    if cap is None or plan.frequency <= cap or facts.is_exempt(plan.trigger):
        return ()
    text = Text(
        "公示的同一企业频次{count}次超过年度上限{cap}次。",
        "A frequency of {count} is stated; the yearly cap is {cap}.",
    )
    return plan_problem(text, count=plan.frequency, cap=cap)


@rule(
    "R21-06",
    title=Text("检查对象不重复填写", "No target is written down twice"),
    basis=CONTENT,
    effect=Effect.BLOCK,
    good=Text("每个场所填写一次。", "Each premise stands there once."),
    bad=Text("同一场所同一时限填写了两次。", "One premise stands twice in the same window."),
    spoil=with_twin,
)
def no_target_twice(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}的同一场所、同一时限填写了两次。",
        "The same premise of {name} stands twice in the same window.",
    )
    seen = set()
    problems = []
    for target in plan.targets:
        key = (target.premise_id, target.window_from, target.window_to)
        if key in seen:
            problems.append(target_problem(target, text, name=facts.name_of(target.uscc)))
        seen.add(key)
    return tuple(problems)


@rule(
    "R21-07",
    title=Text("检查类别与来源相符", "Kind and source agree"),
    basis=CONTENT,
    effect=Effect.BLOCK,
    good=Text("投诉举报属于个案检查。", "A complaint makes a case inspection."),
    bad=Text("把日常检查报成投诉核查，绕开频次上限。", "A daily one is filed as a complaint."),
    spoil=lambda case: with_plan(case, kind=PlanKind.DAILY, trigger=Trigger.COMPLAINT_12345),
)
def kind_agrees(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if KIND_OF[plan.trigger] is plan.kind:
        return ()
    text = Text(
        "检查类别与检查来源不符：日常检查来自年度计划或随机抽查，专项检查来自专项部署，其余是个案。",
        "Kind and source do not agree: daily ones are planned or drawn, special ones deployed, "
        "all others are cases.",
    )
    return plan_problem(text)


@rule(
    "R33-01",
    title=Text("不得下达检查指标", "No quotas"),
    basis=NO_QUOTA,
    effect=Effect.EXPLAIN,
    parameters=("quota_words",),
    good=Text("理由是上年度问题较多。", "The reason is what last year showed."),
    bad=Text("理由是“完成全年检查指标”。", "The reason is “to meet the year's quota”."),
    spoil=lambda case: with_plan(case, reason="为完成检查指标"),
)
def no_quota(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    said = [plan.title, plan.reason, *{target.reason_onsite for target in plan.targets}]
    text = Text(
        "计划中出现“{words}”：检查不得以指标、罚没为目的。",
        "The plan says “{words}”: no inspection serves a quota or fines.",
    )
    return tuple(
        problem
        for words in facts.limits.quota_words
        if any(words in each for each in said)
        for problem in plan_problem(text, words=words)
    )
