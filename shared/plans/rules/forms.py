"""By which checklist: one that holds, is not empty, and is not asked twice (R11, R12)."""

from collections import Counter
from datetime import timedelta

from shared.plans.facts import Facts, FormFacts
from shared.plans.model import Plan
from shared.plans.rule import Case, Effect, Problem, Runs, plan_problem, rule
from shared.plans.rules.items import item_problem, known_items
from shared.plans.rules.sources import shandong, state_council
from shared.plans.spoiling import with_facts, with_form, with_item, with_limits, with_plan
from shared.text import Text

FORM = shandong("依检查表单检查", "inspections follow a checklist")
ONE_FORM = state_council(
    "合并检查表单，一表通查", "checklists are merged, so that nothing is asked twice"
)
CALM = state_council("不得干扰企业正常生产经营", "an inspection does not disturb business")


def forms_in_force(plan: Plan, facts: Facts) -> list[tuple[str, FormFacts]]:
    """(item id, checklist) of every checklist that holds through the window, newest versions."""
    newest: dict[str, tuple[str, FormFacts]] = {}
    for id_, item in known_items(plan, facts):
        for form in item.forms:
            known = newest.get(form.id)
            if form.covers(plan.since, plan.until) and (
                known is None or known[1].version < form.version
            ):
                newest[form.id] = (id_, form)
    return list(newest.values())


@rule(
    "R11-01",
    version=2,
    title=Text("检查事项有有效表单", "The items have a checklist in force"),
    basis=FORM,
    effect=Effect.BLOCK,
    runs=Runs.BOTH,
    good=Text("表单自1月1日起有效。", "The checklist is in force from 1 January."),
    bad=Text("事项没有任何表单。", "The item has no checklist at all."),
    spoil=lambda case: with_item(case, forms=()),
)
def has_form(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "事项“{name}”没有在检查时限内有效的检查表单。",
        "The item “{name}” has no checklist in force through the window.",
    )
    return tuple(
        item_problem(text, id_, item.name)
        for id_, item in known_items(plan, facts)
        if not any(form.covers(plan.since, plan.until) for form in item.forms)
    )


@rule(
    "R11-02",
    title=Text("检查表单有检查内容", "The checklist has points"),
    basis=FORM,
    effect=Effect.BLOCK,
    good=Text("表单列出十二个要点。", "The checklist has twelve points."),
    bad=Text("表单是空白的。", "The checklist is empty."),
    spoil=lambda case: with_form(case, points=()),
)
def form_has_points(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("事项“{name}”的表单没有检查要点。", "The checklist of “{name}” has no points.")
    return tuple(
        item_problem(text, id_, facts.items[id_].name)
        for id_, form in forms_in_force(plan, facts)
        if not form.points
    )


@rule(
    "R11-03",
    title=Text("每个要点有依据", "Every point says what it rests on"),
    basis=FORM,
    effect=Effect.WARN,
    good=Text("每个要点注明法条。", "Every point names its article."),
    bad=Text("有的要点没有写明依据。", "Some point names none."),
    spoil=lambda case: with_form(case, points=(("p1", None),)),
)
def points_have_a_basis(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "事项“{name}”的表单有{count}个要点没有写明依据。",
        "{count} points of the checklist of “{name}” name no legal basis.",
    )
    return tuple(
        item_problem(text, id_, facts.items[id_].name, count=count)
        for id_, form in forms_in_force(plan, facts)
        if (count := sum(basis is None for _, basis in form.points))
    )


def _renewed(case: Case) -> Case:
    item = case.facts.items[case.plan.item_ids[0]]
    newer = [
        FormFacts(
            id=form.id,
            version=form.version + 1,
            since=case.plan.window_from + timedelta(days=1),
            points=form.points,
        )
        for form in item.forms
    ]
    return with_item(case, forms=(*item.forms, *newer))


@rule(
    "R11-04",
    title=Text("检查期间表单不换版", "The checklist does not change meanwhile"),
    basis=FORM,
    effect=Effect.WARN,
    good=Text("新版表单明年启用。", "The next version comes next year."),
    bad=Text("新版表单在检查期间启用，前后标准不一。", "A new version begins in mid-window."),
    spoil=_renewed,
)
def form_stays(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "事项“{name}”的表单自{day}起换版，前后检查的标准可能不一致。",
        "The checklist of “{name}” changes on {day}: visits before and after may differ.",
    )
    return tuple(
        item_problem(text, id_, item.name, day=form.since.isoformat())
        for id_, item in known_items(plan, facts)
        for form in item.forms
        if plan.since < form.since <= plan.until
    )


@rule(
    "R11-05",
    title=Text("一次检查的要点不过多", "A visit does not ask too much"),
    basis=CALM,
    effect=Effect.WARN,
    parameters=("max_points",),
    good=Text("共三十个要点。", "Thirty points in all."),
    bad=Text("共五百个要点，半天查不完。", "Five hundred points, more than a morning's work."),
    spoil=lambda case: with_limits(case, max_points=0),
)
def not_too_many_points(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    most = facts.limits.max_points
    count = len({point for _, form in forms_in_force(plan, facts) for point, _ in form.points})
    if count <= most:
        return ()
    text = Text(
        "一次检查共{count}个要点，超过{most}个。", "One visit has {count} points, over {most}."
    )
    return plan_problem(text, count=count, most=most)


def _asked_twice(case: Case) -> Case:
    id_ = case.plan.item_ids[0]
    copied = FormFacts(
        id="copied", version=1, since=case.plan.since, until=None, points=(("p1", None),)
    )
    first = FormFacts(id="first", version=1, since=case.plan.since, points=(("p1", None),))
    items = {
        **case.facts.items,
        id_: with_item(case, forms=(first,)).facts.items[id_],
        "copy": with_item(case, forms=(copied,)).facts.items[id_],
    }
    return with_facts(with_plan(case, item_ids=(id_, "copy")), items=items)


@rule(
    "R12-01",
    title=Text("同一要点只问一次", "No point is asked twice"),
    basis=ONE_FORM,
    effect=Effect.WARN,
    good=Text("两个事项的表单没有相同要点。", "Two items, no point in common."),
    bad=Text("两个事项都查营业执照，应合成一张表。", "Both items ask for the licence."),
    spoil=_asked_twice,
)
def nothing_asked_twice(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    times = Counter(
        point
        for _, form in forms_in_force(plan, facts)
        for point in {point for point, _ in form.points}
    )
    count = sum(number > 1 for number in times.values())
    if not count:
        return ()
    text = Text(
        "各事项的表单有{count}个相同要点，应合并为一张表单。",
        "{count} points stand on more than one checklist; they should be one form.",
    )
    return plan_problem(text, count=count)
