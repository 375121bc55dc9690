"""Random samples: of a stated list, at a ratio that is allowed (R22)."""

from shared.plans.facts import Facts
from shared.plans.model import Plan, PlanKind, Trigger
from shared.plans.rule import Case, Effect, Problem, plan_problem, rule
from shared.plans.rules.sources import LIAONING, NINGXIA, local
from shared.plans.spoiling import with_plan, with_twin
from shared.text import Text

RATIO = local(LIAONING, "随机抽查比例一般不超过20%", "a random sample is 20 % of the list at most")
STATED = local(NINGXIA, "计划公示抽查比例", "the ratio is made public with the plan")


def _sample(case: Case, *, pool_size: int | None, percent: int | None) -> Case:
    return with_plan(
        case,
        kind=PlanKind.DAILY,
        trigger=Trigger.RANDOM,
        pool_size=pool_size,
        sample_percent=percent,
    )


@rule(
    "R22-01",
    title=Text("抽查比例不超过上限", "The ratio is within its limit"),
    basis=RATIO,
    effect=Effect.BLOCK,
    parameters=("sample_percent_max",),
    good=Text("名录200家，抽查10%。", "A list of 200, a tenth of it."),
    bad=Text("抽查比例50%。", "Half of the list."),
    spoil=lambda case: _sample(case, pool_size=10_000, percent=99),
)
def ratio_is_allowed(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    most = facts.limits.sample_percent_max
    if plan.trigger is not Trigger.RANDOM or plan.sample_percent is None:
        return ()
    if plan.sample_percent <= most:
        return ()
    text = Text(
        "抽查比例{count}%，不得超过{most}%。", "A ratio of {count} %; the limit is {most} %."
    )
    return plan_problem(text, count=plan.sample_percent, most=most)


@rule(
    "R22-02",
    title=Text("写明名录总数和抽查比例", "List and ratio are stated"),
    basis=STATED,
    effect=Effect.BLOCK,
    good=Text("写明名录200家，抽查10%。", "It says: 200 on the list, 10 %."),
    bad=Text("只写随机抽查，没有名录总数。", "It says random and no more."),
    spoil=lambda case: _sample(case, pool_size=None, percent=None),
)
def ratio_is_stated(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if plan.trigger is not Trigger.RANDOM or (plan.pool_size and plan.sample_percent):
        return ()
    text = Text(
        "随机抽查没有写明名录总数或抽查比例。",
        "A random inspection states neither the size of its list nor the ratio, or only one.",
    )
    return plan_problem(text)


@rule(
    "R22-03",
    title=Text("实际抽取不超过写明的比例", "No more are drawn than stated"),
    basis=STATED,
    effect=Effect.BLOCK,
    good=Text("名录200家、比例10%，抽取20家。", "20 of 200 at 10 %."),
    bad=Text("名录200家、比例10%，列了60家。", "60 of 200 at 10 %."),
    spoil=lambda case: _sample(with_twin(case, uscc="another"), pool_size=1, percent=10),
)
def drawn_as_stated(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if plan.trigger is not Trigger.RANDOM or not plan.pool_size or not plan.sample_percent:
        return ()
    count = len({target.uscc for target in plan.targets})
    most = -(-plan.pool_size * plan.sample_percent // 100)
    if count <= most:
        return ()
    text = Text(
        "列了{count}家企业，按写明的名录和比例最多{most}家。",
        "{count} enterprises are named; the stated list and ratio allow {most}.",
    )
    return plan_problem(text, count=count, most=most)
