"""On what it rests: legal bases in force, standards, licences (R14–R16)."""

from collections.abc import Iterator
from datetime import timedelta

from shared.plans.facts import BasisFacts, Facts, ItemFacts, Span
from shared.plans.model import Plan, Trigger
from shared.plans.rule import Case, Effect, Problem, plan_problem, rule
from shared.plans.rules.forms import forms_in_force
from shared.plans.rules.items import item_problem, known_items
from shared.plans.rules.sources import LIAONING, local, state_council
from shared.plans.spoiling import with_basis, with_facts, with_item, with_plan
from shared.text import Text

LAWFUL = state_council(
    "检查事项须有法律、法规、规章依据", "an item rests on a law, regulation or rule"
)
RENEWED = local(
    LIAONING,
    "依据变化后一个月内调整事项清单",
    "the list follows within a month when the law changes",
)
LICENCE = state_council(
    "不得将入企检查作为行政许可、行政给付的前置条件，法律另有规定且确有必要的除外",
    "no visit as a condition of a licence, unless the law says so and it is necessary",
)
STANDARD = state_council("公布并统一检查标准", "standards are published and agree")


def _of_item(item: ItemFacts, facts: Facts) -> Iterator[BasisFacts]:
    return (facts.bases[id_] for id_ in item.basis_ids if id_ in facts.bases)


@rule(
    "R14-01",
    title=Text("检查事项有法定依据", "The item has a legal basis"),
    basis=LAWFUL,
    effect=Effect.BLOCK,
    good=Text("事项引用食品安全法。", "The item cites the Food Safety Law."),
    bad=Text("事项没有登记依据。", "No legal basis is on record."),
    spoil=lambda case: with_item(case, basis_ids=()),
)
def has_basis(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("事项“{name}”没有法定依据。", "The item “{name}” has no legal basis.")
    return tuple(
        item_problem(text, id_, item.name)
        for id_, item in known_items(plan, facts)
        if not any(True for _ in _of_item(item, facts))
    )


@rule(
    "R14-02",
    title=Text("依据在检查期间有效", "The legal basis is in force through the window"),
    basis=LAWFUL,
    effect=Effect.BLOCK,
    good=Text("引用的法律现行有效。", "The law cited is in force."),
    bad=Text("引用的规章已经废止。", "The rule cited was repealed."),
    spoil=lambda case: with_basis(case, until=case.plan.window_from),
)
def basis_holds(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "事项“{name}”的依据“{law}”在检查时限内不是始终有效。",
        "“{law}”, on which the item “{name}” rests, is not in force through the window.",
    )
    return tuple(
        Problem(text=text.filled(name=item.name, law=basis.name), facts={"item_id": id_})
        for id_, item in known_items(plan, facts)
        for basis in _of_item(item, facts)
        if not basis.covers(plan.since, plan.until)
    )


@rule(
    "R14-03",
    title=Text("检查要点的依据有效", "What the points rest on is in force"),
    basis=LAWFUL,
    effect=Effect.EXPLAIN,
    good=Text("要点引用现行标准条款。", "The points cite what is in force."),
    bad=Text("要点引用已废止的条款。", "A point cites a repealed article."),
    spoil=lambda case: with_basis(case, until=case.plan.window_from),
)
def points_basis_holds(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "事项“{name}”的表单有{count}个要点引用的依据在检查时限内失效或尚未生效。",
        "{count} points of the checklist of “{name}” rest on what is not in force.",
    )
    return tuple(
        item_problem(text, id_, facts.items[id_].name, count=count)
        for id_, form in forms_in_force(plan, facts)
        if (
            count := sum(
                id_of in facts.bases and not facts.bases[id_of].covers(plan.since, plan.until)
                for _, id_of in form.points
                if id_of is not None
            )
        )
    )


def _law_renewed(case: Case) -> Case:
    late = case.facts.today - timedelta(days=case.facts.limits.list_update_days + 1)
    case = with_item(case, published=(Span(since=late - timedelta(days=1)),))
    return with_basis(case, since=late)


@rule(
    "R14-04",
    title=Text("依据修订后清单已更新", "The list follows the law"),
    basis=RENEWED,
    effect=Effect.WARN,
    parameters=("list_update_days",),
    good=Text("法律修订后重新公布了清单。", "The list was published again after the law changed."),
    bad=Text("法律修订两个月，清单还是旧的。", "Two months after the change it is still the old."),
    spoil=_law_renewed,
)
def list_follows_the_law(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    most = timedelta(days=facts.limits.list_update_days)
    text = Text(
        "事项“{name}”的依据“{law}”自{day}起有变化，清单至今没有重新公布。",
        "“{law}”, on which “{name}” rests, is in force since {day}; the list is older.",
    )
    return tuple(
        Problem(
            text=text.filled(name=item.name, law=basis.name, day=basis.since.isoformat()),
            facts={"item_id": id_},
        )
        for id_, item in known_items(plan, facts)
        for basis in _of_item(item, facts)
        if item.published
        and max(span.since for span in item.published) < basis.since
        and basis.since + most < facts.today
    )


def _licence(case: Case, basis_id: str | None, reason: str) -> Case:
    return with_plan(case, trigger=Trigger.LICENCE_VERIFY, licence_basis_id=basis_id, reason=reason)


def _licence_basis(plan: Plan, facts: Facts) -> BasisFacts | None:
    return facts.bases.get(plan.licence_basis_id or "")


@rule(
    "R15-01",
    title=Text("许可核查有法律依据", "A licence visit has a basis in law"),
    basis=LICENCE,
    effect=Effect.BLOCK,
    good=Text("写明许可法要求现场核查的条款。", "It names the article that demands a visit."),
    bad=Text("没有写明依据就入企核查。", "A licence visit names no article."),
    spoil=lambda case: _licence(case, None, "许可核查"),
)
def licence_has_basis(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.trigger is not Trigger.LICENCE_VERIFY or _licence_basis(plan, facts):
        return ()
    text = Text(
        "许可核查没有写明要求入企的法律依据。",
        "It does not name the law that demands a visit before the licence.",
    )
    return plan_problem(text)


def _licence_of_old(case: Case) -> Case:
    old = BasisFacts(name="旧条例", since=case.plan.since, until=case.plan.since)
    case = with_facts(case, bases={**case.facts.bases, "old": old})
    return _licence(case, "old", "许可核查")


@rule(
    "R15-02",
    title=Text("许可核查的依据有效", "The basis of a licence visit is in force"),
    basis=LICENCE,
    effect=Effect.BLOCK,
    good=Text("依据现行有效。", "The article is in force."),
    bad=Text("依据的条例已经废止。", "The regulation was repealed."),
    spoil=_licence_of_old,
)
def licence_basis_holds(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    basis = _licence_basis(plan, facts)
    if basis is None or basis.covers(plan.since, plan.until):
        return ()
    text = Text(
        "许可核查的依据“{law}”在检查时限内不是始终有效。",
        "“{law}”, on which the licence visit rests, is not in force through the window.",
    )
    return plan_problem(text, law=basis.name)


@rule(
    "R15-03",
    title=Text("许可核查确有必要", "A licence visit is necessary"),
    basis=LICENCE,
    effect=Effect.EXPLAIN,
    good=Text("说明书面材料不足以核实的原因。", "It says why papers do not suffice."),
    bad=Text("没有说明必要性。", "It does not say why."),
    spoil=lambda case: _licence(case, next(iter(case.facts.bases)), " "),
)
def licence_is_necessary(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    if plan.trigger is not Trigger.LICENCE_VERIFY or plan.reason.strip():
        return ()
    text = Text("没有说明许可核查的必要性。", "It does not say why the visit is necessary.")
    return plan_problem(text)


@rule(
    "R16-01",
    title=Text("检查事项有检查标准", "The item has a standard"),
    basis=STANDARD,
    effect=Effect.WARN,
    good=Text("事项引用已公布的检查标准。", "The item cites a published standard."),
    bad=Text("没有登记检查标准。", "No standard is on record."),
    spoil=lambda case: with_item(case, standard=""),
)
def has_standard(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("事项“{name}”没有公布检查标准。", "The item “{name}” has no published standard.")
    return tuple(
        item_problem(text, id_, item.name)
        for id_, item in known_items(plan, facts)
        if not item.standard.strip()
    )


@rule(
    "R16-02",
    title=Text("检查标准没有冲突", "The standard is not disputed"),
    basis=STANDARD,
    effect=Effect.WARN,
    good=Text("各领域标准一致。", "All fields agree on it."),
    bad=Text("消防与住建标准不一致，正在协调。", "Fire and building rules disagree."),
    spoil=lambda case: with_item(case, conflict="与消防标准不一致"),
)
def no_conflict(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "事项“{name}”的标准有待协调：{conflict}。",
        "The standard of “{name}” is disputed: {conflict}.",
    )
    return tuple(
        item_problem(text, id_, item.name, conflict=item.conflict)
        for id_, item in known_items(plan, facts)
        if item.conflict
    )
