"""Whether one must go there at all: what paper or data can answer needs no visit (R30)."""

from shared.plans.facts import Facts, Past
from shared.plans.model import Plan, PlanKind, Target, Trigger, VisitType
from shared.plans.rule import (
    Case,
    Effect,
    Problem,
    plan_problem,
    rule,
    target_problem,
    targets_where,
)
from shared.plans.rules.items import item_problem, known_items
from shared.plans.rules.sources import state_council
from shared.plans.spoiling import (
    with_firm,
    with_item,
    with_limits,
    with_past,
    with_plan,
    with_target,
)
from shared.text import Text

REMOTE = state_council(
    "能通过书面核查、信息共享、智慧监管等方式监管的，不得入企",
    "no visit where paper, shared data or remote means will do",
)
GRADED = state_council(
    "根据信用风险等级实行差异化检查", "frequency follows the enterprise's credit and risk"
)


@rule(
    "R30-01",
    version=2,
    title=Text("说明入企的必要性", "The visit is necessary"),
    basis=REMOTE,
    effect=Effect.EXPLAIN,
    entering=True,
    good=Text("后厨卫生须现场查看。", "The kitchen must be seen."),
    bad=Text("没有填写理由。", "No reason is given."),
    spoil=lambda case: with_target(case, reason_onsite=" "),
)
def says_why_onsite(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    text = Text("没有说明为什么必须入企检查。", "It does not say why it must be on site.")
    return targets_where(plan, text, lambda t: not t.reason_onsite.strip())


@rule(
    "R30-04",
    version=2,
    title=Text("能非现场检查的不入企", "What can be checked remotely is not visited"),
    basis=REMOTE,
    effect=Effect.EXPLAIN,
    entering=True,
    good=Text("后厨卫生只能现场查看。", "A kitchen can only be seen on site."),
    bad=Text("年报公示可以网上核查。", "A published report can be read online."),
    spoil=lambda case: with_item(case, is_offsite=True),
)
def not_remotely(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "事项“{name}”可以非现场检查，请说明为什么必须入企。",
        "The item “{name}” can be checked remotely: why on site?",
    )
    return tuple(
        item_problem(text, id_, item.name)
        for id_, item in known_items(plan, facts)
        if item.is_offsite
    )


@rule(
    "R30-11",
    title=Text("非现场检查的事项须能非现场检查", "What is checked remotely can be"),
    basis=REMOTE,
    effect=Effect.BLOCK,
    good=Text("年报公示可以网上核查。", "A published report can be read online."),
    bad=Text(
        "后厨卫生只能现场查看，却列为非现场检查。", "A kitchen, which can only be seen on site."
    ),
    spoil=lambda case: with_plan(
        with_item(case, is_offsite=False), visit_type=VisitType.OFFSITE, joint_agency_ids=()
    ),
)
def only_remotely(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if not plan.is_offsite:
        return ()
    text = Text(
        "事项“{name}”没有列为可以非现场检查，不能安排非现场检查。",
        "The item “{name}” is not listed as one that can be checked remotely.",
    )
    return tuple(
        item_problem(text, id_, item.name)
        for id_, item in known_items(plan, facts)
        if not item.is_offsite
    )


@rule(
    "R30-12",
    title=Text("非现场检查由一个机关实施", "One agency alone checks remotely"),
    basis=REMOTE,
    effect=Effect.BLOCK,
    good=Text("本机关自行核查材料。", "The agency looks at the papers itself."),
    bad=Text("非现场检查填写了联合机关。", "A joint agency is named."),
    spoil=lambda case: with_plan(
        with_item(case, is_offsite=True),
        visit_type=VisitType.OFFSITE,
        joint_agency_ids=("other",),
    ),
)
def remotely_alone(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if not (plan.is_offsite and plan.joint_agency_ids):
        return ()
    text = Text(
        "联合检查是一次入企；非现场检查不填写联合机关。",
        "A joint visit is one entry; nobody joins where nobody enters.",
    )
    return plan_problem(text)


@rule(
    "R30-05",
    version=2,
    title=Text("入企理由具体", "The reason says something"),
    basis=REMOTE,
    effect=Effect.WARN,
    entering=True,
    parameters=("reason_min_letters",),
    good=Text("“后厨卫生须现场查看”。", "“The kitchen must be seen”."),
    bad=Text("理由只写“检查”。", "The reason is “inspection”."),
    spoil=lambda case: with_target(case, reason_onsite="检"),
)
def reason_says_something(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    least = facts.limits.reason_min_letters
    text = Text("入企理由只有{count}个字，请写具体。", "The reason has {count} letters only.")
    return tuple(
        target_problem(target, text, count=count, least=least)
        for target in plan.targets
        if 0 < (count := len(target.reason_onsite.strip())) < least
    )


def _planned(case: Case) -> Case:
    return with_plan(case, kind=PlanKind.DAILY, trigger=Trigger.ANNUAL_PLAN)


@rule(
    "R30-07",
    version=2,
    title=Text("无事不扰", "Who gives no cause is left alone"),
    basis=GRADED,
    effect=Effect.EXPLAIN,
    entering=True,
    parameters=("undisturbed_grades",),
    good=Text("B级企业，不在无事不扰名单。", "Grade B is not among them."),
    bad=Text("A级企业列入日常检查。", "A grade A enterprise in a daily plan."),
    spoil=lambda case: with_limits(with_firm(_planned(case), grade="A"), undisturbed_grades=("A",)),
)
def left_alone(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    grades = facts.limits.undisturbed_grades
    if not grades or plan.is_caused:
        return ()
    text = Text(
        "{name}信用等级为{grade}，属于无事不扰的企业，请说明安排检查的原因。",
        "{name} is of grade {grade} and left undisturbed without cause.",
    )
    return tuple(
        target_problem(target, text, name=firm.name, grade=firm.grade)
        for target in plan.targets
        if (firm := facts.firms.get(target.uscc)) is not None and firm.grade in grades
    )


def _seen_lately(case: Case) -> Case:
    case = _planned(case)
    target = case.plan.targets[0]
    visit = Past(
        task_id="lately",
        agency_id=case.plan.agency_id,
        trigger=Trigger.ANNUAL_PLAN,
        since=case.facts.today,
        until=case.facts.today,
        item_ids=frozenset(case.plan.item_ids),
        officer_ids=frozenset(target.officer_ids),
        outcome="no_problem",
    )
    case = with_limits(case, fresh_result_days=(target.window_from - case.facts.today).days + 1)
    return with_past(case, visit)


@rule(
    "R30-08",
    title=Text("近期结果可以沿用", "A fresh result is used again"),
    basis=REMOTE,
    effect=Effect.EXPLAIN,
    parameters=("fresh_result_days",),
    good=Text("上次检查在半年前。", "The last visit was half a year ago."),
    bad=Text("上月同样事项刚查过、没有问题。", "The same items were found in order last month."),
    spoil=_seen_lately,
)
def no_fresh_result(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    days = facts.limits.fresh_result_days
    if plan.is_caused or not plan.item_ids:
        return ()
    text = Text(
        "本机关{day}已就同样事项检查该企业，没有发现问题，结果可以沿用。",
        "This agency found the same items in order there on {day}; that result can be used.",
    )
    return tuple(
        target_problem(target, text, day=past.until.isoformat())
        for target in plan.targets
        if (past := _fresh(target, plan, facts, days)) is not None
    )


def _fresh(target: Target, plan: Plan, facts: Facts, days: int) -> Past | None:
    items = frozenset(plan.item_ids)
    for past in reversed(facts.history.get(target.uscc, ())):
        if (
            past.agency_id == plan.agency_id
            and past.outcome == "no_problem"
            and items <= past.item_ids
            and 0 <= (target.window_from - past.until).days < days
        ):
            return past
    return None
