"""What is inspected: published items of this agency, for such enterprises (R10, R13)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from shared.plans.facts import Facts, ItemFacts, Span
from shared.plans.model import Plan, VisitType
from shared.plans.rule import Case, Effect, Problem, Runs, numbers_of, plan_problem, rule
from shared.plans.rules.sources import state_council
from shared.plans.rules.territory import level_of
from shared.plans.spoiling import with_firm, with_item, with_plan
from shared.text import Text

LISTED = state_council(
    "未经公布的检查事项一律不得实施；清单之外无检查",
    "no item is inspected that is not on a published list",
)
DISGUISED = state_council(
    "不得以观摩、督导、考察等名义行检查之实",
    "no inspection under the name of a visit or an observation",
)
CLEARED = state_council("检查事项动态清理，长期不用的取消", "items that are not used are cancelled")


def known_items(plan: Plan, facts: Facts) -> Iterator[tuple[str, ItemFacts]]:
    """The plan's items that exist, each once."""
    for id_ in dict.fromkeys(plan.item_ids):
        if id_ in facts.items:
            yield id_, facts.items[id_]


def item_problem(text: Text, id_: str, name: str, **more: str | int) -> Problem:
    """A problem of the plan because of one item."""
    return Problem(text=text.filled(name=name, **more), facts={"item_id": id_, **numbers_of(more)})


@rule(
    "R10-01",
    version=3,
    title=Text("检查事项在公布的清单上", "The items are on the published list"),
    basis=LISTED,
    effect=Effect.BLOCK,
    runs=Runs.BOTH,
    good=Text("事项列入本年度公布的清单。", "The item stands on this year's list."),
    bad=Text("事项已从清单中移除。", "The item was taken off the list."),
    spoil=lambda case: with_item(case, published=()),
)
def published(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if not plan.item_ids and plan.has_items:
        return plan_problem(Text("没有检查事项。", "There is no item to inspect."))
    text = Text(
        "事项“{name}”在检查时限内不在本机关公布的清单上。",
        "The item “{name}” is not on this agency's published list through the window.",
    )
    items = [(id_, facts.items.get(id_)) for id_ in dict.fromkeys(plan.item_ids)]
    return tuple(
        item_problem(text, id_, item.name if item else id_)
        for id_, item in items
        if not _is_published(item, plan)
    )


def _is_published(item: ItemFacts | None, plan: Plan) -> bool:
    if item is None or item.agency_id != plan.agency_id:
        return False
    return any(span.covers(plan.since, plan.until) for span in item.published)


@rule(
    "R10-02",
    title=Text("同一事项不重复填写", "No item is written down twice"),
    basis=LISTED,
    effect=Effect.BLOCK,
    good=Text("每个事项填写一次。", "Each item stands there once."),
    bad=Text("同一事项填写了两次。", "One item stands there twice."),
    spoil=lambda case: with_plan(case, item_ids=(*case.plan.item_ids, case.plan.item_ids[0])),
)
def no_item_twice(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("事项“{name}”填写了两次。", "The item “{name}” is written down twice.")
    times = Counter(plan.item_ids)
    return tuple(
        item_problem(text, id_, item.name)
        for id_, item in known_items(plan, facts)
        if times[id_] > 1
    )


@rule(
    "R10-03",
    title=Text("事项属于本层级实施", "The item is of this agency's level"),
    basis=LISTED,
    effect=Effect.BLOCK,
    good=Text("县级实施的事项由县级机关检查。", "A county's item is inspected by the county."),
    bad=Text("省级实施的事项由县级机关检查。", "A province's item is inspected by a county."),
    spoil=lambda case: with_item(case, levels=frozenset({"province"})),
)
def of_own_level(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    own = level_of(facts.agency.region)
    text = Text(
        "事项“{name}”不由本层级机关实施。",
        "The item “{name}” is not for agencies of this level.",
    )
    return tuple(
        item_problem(text, id_, item.name)
        for id_, item in known_items(plan, facts)
        if item.levels and own not in item.levels
    )


def _published_tomorrow(case: Case) -> Case:
    return with_item(case, published=(Span(since=case.facts.today + timedelta(days=1)),))


@rule(
    "R10-04",
    title=Text("报备时事项已经公布", "The item is published when the plan is filed"),
    basis=LISTED,
    effect=Effect.EXPLAIN,
    good=Text("事项去年已经公布。", "It was published last year."),
    bad=Text(
        "清单下周才公布，今天先报计划。", "The list comes next week, the plan is filed today."
    ),
    spoil=_published_tomorrow,
)
def published_already(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "事项“{name}”要到{day}才公布。", "The item “{name}” is only published from {day} on."
    )
    found = [
        (id_, item, min(span.since for span in item.published))
        for id_, item in known_items(plan, facts)
        if item.published
    ]
    return tuple(
        item_problem(text, id_, item.name, day=first.isoformat())
        for id_, item, first in found
        if first > facts.today
    )


def _of_another_trade(case: Case) -> Case:
    return with_firm(with_item(case, industries=frozenset({"矿山"})), industry="餐饮")


@rule(
    "R10-05",
    title=Text("企业属于事项的检查对象", "The enterprise is one the item is for"),
    basis=LISTED,
    effect=Effect.EXPLAIN,
    good=Text("餐饮检查事项，对象是餐饮企业。", "A catering item, a catering enterprise."),
    bad=Text("餐饮检查事项，对象是机械厂。", "A catering item, a machine works."),
    spoil=_of_another_trade,
)
def for_such_enterprises(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "事项“{item}”的检查对象不包括{industry}行业的{name}。",
        "The item “{item}” is not for the trade ({industry}) of {name}.",
    )
    narrow = [(id_, item) for id_, item in known_items(plan, facts) if item.industries]
    problems = []
    for target in plan.targets if narrow else ():
        firm = facts.firms.get(target.uscc)
        for id_, item in narrow:
            if firm is not None and firm.industry and firm.industry not in item.industries:
                filled = text.filled(item=item.name, industry=firm.industry, name=firm.name)
                problems.append(Problem(text=filled, target=target, facts={"item_id": id_}))
    return tuple(problems)


@rule(
    "R10-06",
    version=2,
    title=Text("不得变相检查", "No inspection in disguise"),
    basis=DISGUISED,
    effect=Effect.BLOCK,
    good=Text("服务走访不带检查事项。", "A service visit carries no item."),
    bad=Text("以走访名义逐项检查。", "Items are gone through under the name of a visit."),
    spoil=lambda case: with_plan(case, visit_type=VisitType.SERVICE_VISIT),
)
def not_in_disguise(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if plan.has_items or not plan.item_ids:
        return ()
    text = Text(
        "服务走访、观摩不得带检查事项；要检查就按检查报批。",
        "A service visit or observation carries no item; what is an inspection is filed as one.",
    )
    return plan_problem(text)


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, day.month, min(day.day, 28))


def _unused(case: Case) -> Case:
    long_ago = _years_before(case.facts.today, case.facts.limits.unused_years + 1)
    return with_item(case, published=(Span(since=long_ago),), last_used=None)


@rule(
    "R13-01",
    title=Text("事项不是长期空转", "The item is one in use"),
    basis=CLEARED,
    effect=Effect.WARN,
    parameters=("unused_years",),
    good=Text("去年检查过。", "It was inspected last year."),
    bad=Text("公布六年从未检查，应当清理。", "Published six years ago and never used."),
    spoil=_unused,
)
def in_use(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    years = facts.limits.unused_years
    oldest = _years_before(facts.today, years)
    text = Text(
        "事项“{name}”{count}年没有检查过，应评估是否取消。",
        "The item “{name}” was not used for {count} years: is it still needed?",
    )
    return tuple(
        item_problem(text, id_, item.name, count=years)
        for id_, item in known_items(plan, facts)
        if any(span.since < oldest for span in item.published)
        and (item.last_used is None or item.last_used < oldest)
    )
