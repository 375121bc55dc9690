"""How early a plan comes, and emergencies that come first and are written down after (R23, R24)."""

from datetime import timedelta

from shared.plans.facts import Facts
from shared.plans.model import Plan, PlanKind, Trigger
from shared.plans.rule import Case, Effect, Problem, plan_problem, rule, target_problem
from shared.plans.rules.sources import NANCHANG, local, state_council
from shared.plans.spoiling import with_home, with_limits, with_plan, with_target
from shared.text import Text

LEAD = local(
    NANCHANG, "非紧急检查提前7个工作日报备", "filed seven working days before, unless urgent"
)
APPROVED = state_council(
    "检查须经行政执法主体负责人批准；紧急情况及时报告并补办手续",
    "the head approves before; in an emergency report at once and make it good",
)
HOURS_A_DAY = 24


@rule(
    "R23-01",
    title=Text("提前报备", "Filed some days before"),
    basis=LEAD,
    effect=Effect.EXPLAIN,
    parameters=("lead_workdays", "lead_exempt"),
    good=Text("提前八个工作日报备。", "Filed eight working days before."),
    bad=Text("要求提前七个工作日，今天报备明天检查。", "Seven are asked; it is for tomorrow."),
    spoil=lambda case: with_limits(case, lead_workdays=400, lead_exempt=()),
)
def early_enough(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    least = facts.limits.lead_workdays
    if not least or plan.trigger in facts.limits.lead_exempt:
        return ()
    count, _ = facts.calendar.workdays_between(facts.today, plan.since)
    if count >= least:
        return ()
    text = Text(
        "距检查开始只有{count}个工作日，应提前{least}个工作日报备。",
        "The first visit is {count} working days away; {least} are asked for.",
    )
    return plan_problem(text, count=count, least=least)


def _answered_late(case: Case) -> Case:
    wait = timedelta(days=case.facts.limits.case_wait_days + 1)
    return with_target(case, source_on=case.plan.targets[0].window_from - wait)


@rule(
    "R23-02",
    title=Text("个案检查及时", "A case is answered in time"),
    basis=APPROVED,
    effect=Effect.WARN,
    parameters=("case_wait_days",),
    good=Text("收到投诉后一周内检查。", "Visited within a week of the complaint."),
    bad=Text("两个月前的投诉现在才检查。", "A complaint of two months ago."),
    spoil=_answered_late,
)
def answered_in_time(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    most = facts.limits.case_wait_days
    text = Text(
        "线索日期到检查开始相隔{days}天，超过{most}天，请核对是否仍有必要。",
        "{days} days lie between the lead and the visit, more than {most}: is it still needed?",
    )
    return tuple(
        target_problem(target, text, days=days, most=most)
        for target in plan.targets
        if target.source_on is not None
        and (days := (target.window_from - target.source_on).days) > most
    )


def _emergency(case: Case, *, approver: str = "局长", days_before: int = 0) -> Case:
    oral_on = case.plan.since - timedelta(days=days_before)
    return with_plan(
        case,
        kind=PlanKind.CASE,
        trigger=Trigger.EMERGENCY,
        oral_approver=approver,
        oral_on=oral_on,
    )


@rule(
    "R24-01",
    title=Text("紧急检查经口头批准", "An emergency was approved by word of mouth"),
    basis=APPROVED,
    effect=Effect.BLOCK,
    good=Text("写明局长口头批准和日期。", "It names who approved it and when."),
    bad=Text("没有人批准就紧急检查。", "Nobody approved it."),
    spoil=lambda case: _emergency(case, approver=" "),
)
def orally_approved(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if plan.trigger is not Trigger.EMERGENCY or (plan.oral_approver.strip() and plan.oral_on):
        return ()
    text = Text(
        "紧急检查没有写明口头批准人和日期。",
        "It does not say who approved the emergency by word of mouth, and when.",
    )
    return plan_problem(text)


@rule(
    "R24-02",
    title=Text("口头批准在检查之前", "The word came before the visit"),
    basis=APPROVED,
    effect=Effect.BLOCK,
    good=Text("当天上午批准，下午检查。", "Approved in the morning, visited in the afternoon."),
    bad=Text("检查后第二天才口头批准。", "Approved the day after."),
    spoil=lambda case: _emergency(case, days_before=-1),
)
def approved_before(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if plan.trigger is not Trigger.EMERGENCY or plan.oral_on is None:
        return ()
    if plan.oral_on <= plan.since:
        return ()
    text = Text(
        "口头批准日期{day}晚于检查开始。",
        "The word of mouth, on {day}, came after the inspection began.",
    )
    return plan_problem(text, day=plan.oral_on.isoformat())


def _written_late(case: Case) -> Case:
    long_ago = (case.plan.since - case.facts.today).days + 30
    return _emergency(case, days_before=long_ago)


@rule(
    "R24-03",
    title=Text("紧急检查及时补办审批", "An emergency is written down in time"),
    basis=APPROVED,
    effect=Effect.EXPLAIN,
    parameters=("emergency_approval_hours",),
    good=Text("第二天补办。", "The next day."),
    bad=Text("一个月后才补办。", "A month later."),
    spoil=_written_late,
)
def written_in_time(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.trigger is not Trigger.EMERGENCY or plan.oral_on is None:
        return ()
    hours = facts.limits.emergency_approval_hours
    days = (facts.today - plan.oral_on).days
    if (days - 1) * HOURS_A_DAY < hours:  # days alone are known: the benefit of the first
        return ()
    text = Text(
        "口头批准{days}天后才补办，应在{most}小时内。",
        "Written down {days} days after the word of mouth; {most} hours are allowed.",
    )
    return plan_problem(text, days=days, most=hours)


@rule(
    "R24-04",
    title=Text("有人可以审批", "There is somebody to approve it"),
    basis=APPROVED,
    effect=Effect.WARN,
    good=Text("负责人与编制人不是同一人。", "Head and planner are two people."),
    bad=Text("本机关只有编制人自己是负责人。", "The only head is the planner."),
    spoil=lambda case: with_home(case, other_heads=0),
)
def somebody_may_approve(_plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if facts.home.other_heads:
        return ()
    text = Text(
        "本机关没有可以审批本计划的负责人：不得审批自己编制的计划。",
        "No head of this agency may decide on this plan: nobody approves one of their own.",
    )
    return plan_problem(text)
