"""The annual plan, and what carries it out or goes beside it (R20, W-NOPLAN)."""

from dataclasses import replace
from datetime import date
from typing import Any

from shared.plans.facts import AnnualPlan, Facts
from shared.plans.model import Plan, Term, Trigger
from shared.plans.rule import Case, Effect, Problem, plan_problem, rule, targets_where
from shared.plans.rules.items import item_problem
from shared.plans.rules.sources import WARNINGS, local, shandong
from shared.plans.spoiling import with_facts, with_home, with_limits, with_plan
from shared.text import Text

YEARLY = shandong(
    "每年3月底前制定年度检查计划，备案并公布", "an annual plan by the end of March, published"
)
NOPLAN = local(WARNINGS, "无计划检查", "inspections without a plan")


def _annual(case: Case, **changes: Any) -> Case:
    """The case as a scheme of an annual plan that holds all of it, but for the changes."""
    whole = AnnualPlan(
        agency_id=case.plan.agency_id,
        year=case.plan.year,
        is_filed=True,
        item_ids=frozenset(case.plan.item_ids),
        usccs=frozenset(target.uscc for target in case.plan.targets),
    )
    return with_facts(
        with_plan(case, annual_plan_id="annual"), annual_plan=replace(whole, **changes)
    )


def _due(plan: Plan, facts: Facts) -> date:
    month, _, day = facts.limits.annual_due.partition("-")
    return date(plan.year, int(month), int(day))


def _filed_late(case: Case) -> Case:
    day = case.facts.today
    return with_plan(with_limits(case, annual_due="01-01"), term=Term.ANNUAL, year=day.year)


@rule(
    "R20-02",
    title=Text("年度计划按期报备", "The annual plan is filed in time"),
    basis=YEARLY,
    effect=Effect.WARN,
    parameters=("annual_due",),
    good=Text("3月20日报备年度计划。", "Filed on 20 March."),
    bad=Text("5月才报备年度计划。", "Filed in May."),
    spoil=_filed_late,
)
def annual_in_time(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.term is not Term.ANNUAL or facts.today <= (due := _due(plan, facts)):
        return ()
    text = Text("年度计划应在{day}前报备，现已逾期。", "The annual plan was due by {day}.")
    return plan_problem(text, day=due.isoformat())


@rule(
    "R20-03",
    title=Text("一年一份年度计划", "One annual plan a year"),
    basis=YEARLY,
    effect=Effect.EXPLAIN,
    good=Text("本年度第一份年度计划。", "The first annual plan of the year."),
    bad=Text("已有年度计划，又报一份，应当调整原计划。", "A second one, instead of an amendment."),
    spoil=lambda case: with_home(with_plan(case, term=Term.ANNUAL), annual_plans=1),
)
def one_annual_plan(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    count = facts.home.annual_plans
    if plan.term is not Term.ANNUAL or not count:
        return ()
    text = Text(
        "本机关{year}年已报备{count}份年度计划，应调整原计划。",
        "{count} annual plans are filed for {year} already; amend that one.",
    )
    return plan_problem(text, year=str(plan.year), count=count)


@rule(
    "R20-04",
    title=Text("所依据的年度计划已报备", "The annual plan behind it is filed"),
    basis=YEARLY,
    effect=Effect.BLOCK,
    good=Text("依据本机关已报备的本年度计划。", "It carries out this year's filed plan."),
    bad=Text("依据的年度计划还是草稿。", "The annual plan is still a draft."),
    spoil=lambda case: _annual(case, is_filed=False),
)
def annual_is_filed(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.annual_plan_id is None:
        return ()
    annual = facts.annual_plan
    if (
        annual is not None
        and annual.is_filed
        and (annual.agency_id, annual.year) == (plan.agency_id, plan.year)
    ):
        return ()
    text = Text(
        "所依据的年度计划没有报备，或者不是本机关本年度的。",
        "The annual plan it names is not filed, or not of this agency and year.",
    )
    return plan_problem(text)


@rule(
    "R20-05",
    title=Text("事项在年度计划之内", "The items are those of the annual plan"),
    basis=YEARLY,
    effect=Effect.EXPLAIN,
    good=Text("方案只查年度计划列明的事项。", "Only items of the annual plan are inspected."),
    bad=Text("方案增加了年度计划没有的事项。", "The scheme adds an item."),
    spoil=lambda case: _annual(case, item_ids=frozenset()),
)
def items_of_the_annual_plan(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if facts.annual_plan is None:
        return ()
    text = Text(
        "事项“{name}”不在所依据的年度计划内。", "The item “{name}” is not in the annual plan."
    )
    return tuple(
        item_problem(text, id_, facts.items[id_].name if id_ in facts.items else id_)
        for id_ in dict.fromkeys(plan.item_ids)
        if id_ not in facts.annual_plan.item_ids
    )


@rule(
    "W-NOPLAN-01",
    title=Text("企业在年度计划之内", "The enterprise is in the annual plan"),
    basis=NOPLAN,
    effect=Effect.WARN,
    good=Text("企业列在年度计划里。", "The annual plan names it."),
    bad=Text("年度计划里没有这家企业。", "The annual plan does not."),
    spoil=lambda case: _annual(case, usccs=frozenset({"somebody else"})),
)
def enterprise_in_the_annual_plan(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    annual = facts.annual_plan
    if annual is None or not annual.usccs:
        return ()
    text = Text("该企业不在所依据的年度计划内。", "The annual plan does not name this enterprise.")
    return targets_where(plan, text, lambda target: target.uscc not in annual.usccs)


def _beside_the_plan(case: Case) -> Case:
    case = with_limits(case, require_annual_plan=True)
    return with_plan(case, trigger=Trigger.ANNUAL_PLAN, term=Term.SCHEME, annual_plan_id=None)


@rule(
    "W-NOPLAN-02",
    title=Text("日常检查依据年度计划", "Daily inspections carry out an annual plan"),
    basis=NOPLAN,
    effect=Effect.WARN,
    parameters=("require_annual_plan",),
    good=Text("方案写明所依据的年度计划。", "The scheme names its annual plan."),
    bad=Text("来源写年度计划，却没有年度计划。", "It says annual plan and names none."),
    spoil=_beside_the_plan,
)
def names_an_annual_plan(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    planned = plan.trigger in (Trigger.ANNUAL_PLAN, Trigger.RANDOM)
    if (
        not (facts.limits.require_annual_plan and planned and plan.is_inspection)
        or plan.term is Term.ANNUAL
        or plan.annual_plan_id
    ):
        return ()
    text = Text(
        "没有写明所依据的年度计划，视为计划外检查。",
        "It names no annual plan and counts as outside the plan.",
    )
    return plan_problem(text)


@rule(
    "W-NOPLAN-03",
    title=Text("没有逾期未补批的紧急检查", "No emergency waits for its approval"),
    basis=NOPLAN,
    effect=Effect.WARN,
    parameters=("emergency_approval_hours",),
    good=Text("紧急检查都按时补办了审批。", "Every emergency was approved in time."),
    bad=Text("有两次紧急检查逾期没有补批。", "Two emergencies were never approved."),
    spoil=lambda case: with_home(case, unapproved_emergencies=2),
)
def no_unapproved_emergency(_plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    count = facts.home.unapproved_emergencies
    if not count:
        return ()
    text = Text(
        "本机关有{count}次紧急检查逾期没有补办审批，属于无计划检查。",
        "{count} emergencies of this agency were not approved in time: inspections without plan.",
    )
    return plan_problem(text, count=count)
