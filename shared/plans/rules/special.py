"""Special inspections 专项检查: approved above, filed, limited in number (R25)."""

from datetime import timedelta
from typing import Any

from shared.plans.facts import Facts
from shared.plans.model import Approver, Plan, PlanKind, SpecialApproval, Trigger
from shared.plans.rule import Case, Effect, Problem, plan_problem, rule
from shared.plans.rules.sources import BEIJING, SHANGHAI, local, state_council
from shared.plans.spoiling import with_home, with_limits, with_plan
from shared.text import Text

APPROVED = state_council(
    "专项检查经批准、备案并公布", "special inspections are approved, filed and published"
)
GOVERNMENT = local(
    BEIJING, "计划外专项检查经区政府批准", "one outside the plan needs the district government"
)
NUMBERS = state_council("控制专项检查数量", "the number of special inspections is controlled")
SCOPE = local(
    SHANGHAI, "专项检查按批准的计划实施", "a special inspection keeps to what was approved"
)


def _special(case: Case, **changes: Any) -> Case:
    values: dict[str, Any] = {
        "document": "政办〔2026〕3号",
        "approver": Approver.PROVINCE_GOVERNMENT,
        "approved_on": case.facts.today,
    }
    approval = SpecialApproval(**{**values, **changes})
    return with_plan(case, kind=PlanKind.SPECIAL, trigger=Trigger.SPECIAL, special=approval)


def _is_special(plan: Plan) -> bool:
    return plan.kind is PlanKind.SPECIAL


@rule(
    "R25-01",
    title=Text("专项检查有批准文件", "A special inspection has its approval"),
    basis=APPROVED,
    effect=Effect.BLOCK,
    good=Text("写明批准文件的文号。", "It names the document."),
    bad=Text("没有批准文件。", "There is none."),
    spoil=lambda case: _special(case, document=" "),
)
def has_approval(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if not _is_special(plan) or (plan.special and plan.special.document.strip()):
        return ()
    text = Text(
        "专项检查没有写明批准文件。", "The special inspection names no document that approved it."
    )
    return plan_problem(text)


@rule(
    "R25-02",
    title=Text("批准层级足够", "It was approved high enough"),
    basis=GOVERNMENT,
    effect=Effect.BLOCK,
    parameters=("special_approver",),
    good=Text("区政府批准。", "The county's government approved it."),
    bad=Text("本机关自己批准。", "The agency approved its own."),
    spoil=lambda case: with_limits(
        _special(case, approver=Approver.AGENCY), special_approver=Approver.COUNTY_GOVERNMENT
    ),
)
def approved_high_enough(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.special is None or plan.special.approver.reaches(
        Approver(facts.limits.special_approver)
    ):
        return ()
    text = Text(
        "专项检查的批准层级不够，应由本级政府或者更高层级批准。",
        "The special inspection was not approved by a government of sufficient level.",
    )
    return plan_problem(text, approver=str(plan.special.approver))


@rule(
    "R25-03",
    title=Text("先批准后报备", "It was approved before it is filed"),
    basis=APPROVED,
    effect=Effect.BLOCK,
    good=Text("上月批准，本月报备。", "Approved last month, filed now."),
    bad=Text("批准日期在今天之后。", "The approval is dated later than today."),
    spoil=lambda case: _special(case, approved_on=case.facts.today + timedelta(days=1)),
)
def approved_already(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.special is None or plan.special.approved_on <= facts.today:
        return ()
    text = Text("批准文件的日期{day}在今天之后。", "The approval is dated {day}, later than today.")
    return plan_problem(text, day=plan.special.approved_on.isoformat())


@rule(
    "R25-04",
    title=Text("专项检查不超过年度数量", "Special inspections keep to the year's number"),
    basis=NUMBERS,
    effect=Effect.BLOCK,
    parameters=("special_quota",),
    good=Text("年度数量3个，这是第2个。", "Three a year, this is the second."),
    bad=Text("年度数量3个，这是第4个。", "Three a year, this is the fourth."),
    spoil=lambda case: with_home(with_limits(_special(case), special_quota=1), special_plans=1),
)
def within_the_number(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    most, count = facts.limits.special_quota, facts.home.special_plans
    deployed = plan.special is not None and plan.special.deployed_by.strip()
    if not _is_special(plan) or deployed or most is None or count < most:
        return ()
    text = Text(
        "本年度已报备{count}个专项检查，不得超过{most}个。",
        "{count} special plans are filed this year; {most} are allowed.",
    )
    return plan_problem(text, count=count, most=most)


@rule(
    "R25-05",
    title=Text("专项检查在批准期限内", "It keeps to the time approved"),
    basis=SCOPE,
    effect=Effect.BLOCK,
    good=Text("批准至年底，检查在11月。", "Approved to the year's end, made in November."),
    bad=Text("批准期限已过还在检查。", "It goes on after the time approved."),
    spoil=lambda case: _special(case, until=case.plan.window_from),
)
def within_the_time(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if plan.special is None or plan.special.until is None or plan.until <= plan.special.until:
        return ()
    text = Text(
        "专项检查批准至{day}，检查时限超出批准期限。",
        "It is approved until {day}; the window goes on after that.",
    )
    return plan_problem(text, day=plan.special.until.isoformat())


@rule(
    "R25-06",
    title=Text("专项检查不超过批准的户数", "It keeps to the number of enterprises approved"),
    basis=SCOPE,
    effect=Effect.BLOCK,
    good=Text("批准50户，计划40户。", "Fifty are approved, forty planned."),
    bad=Text("批准50户，计划80户。", "Fifty are approved, eighty planned."),
    spoil=lambda case: _special(case, target_limit=0),
)
def within_the_approved_number(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if plan.special is None or plan.special.target_limit is None:
        return ()
    most, count = plan.special.target_limit, len({target.uscc for target in plan.targets})
    if count <= most:
        return ()
    text = Text(
        "计划检查{count}户，批准的是{most}户。", "{count} are planned, {most} were approved."
    )
    return plan_problem(text, count=count, most=most)
