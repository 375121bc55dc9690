"""What is inspected: published items by their checklists, nothing else (R10, R11)."""

from dataclasses import replace
from typing import Any

from shared.plans.model import Case, Effect, Example, Facts, ItemFacts, Plan, Problem, Rule, Span
from shared.plans.spoiling import with_facts
from shared.text import Text

BASIS = Text(
    "国办发〔2024〕54号：未经公布的检查事项一律不得实施；清单之外无检查",
    "State Council Office 2024/54: no item is inspected that is not on a published list",
)
FORM = Text(
    "鲁政办发〔2025〕3号：依检查表单检查",
    "Shandong 2025/3: inspections follow a checklist",
)


def _covered(spans: tuple[Span, ...], plan: Plan) -> bool:
    since = min([plan.window_from, *(target.window_from for target in plan.targets)])
    until = max([plan.window_to, *(target.window_to for target in plan.targets)])
    return any(span.covers(since, until) for span in spans)


def _published(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if not plan.item_ids:
        return (Problem(text=Text("没有检查事项。", "There is no item to inspect.")),)
    text = Text(
        "事项“{name}”在检查时限内不在本机关公布的清单上。",
        "The item “{name}” is not on this agency's published list through the window.",
    )
    return tuple(
        Problem(text=text.filled(name=item.name if item else id_), facts={"item_id": id_})
        for id_, item in ((id_, facts.items.get(id_)) for id_ in plan.item_ids)
        if not _is_published(item, plan)
    )


def _is_published(item: ItemFacts | None, plan: Plan) -> bool:
    return item is not None and item.agency_id == plan.agency_id and _covered(item.published, plan)


def _has_form(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "事项“{name}”没有在检查时限内有效的检查表单。",
        "The item “{name}” has no checklist in force through the window.",
    )
    items = [(id_, facts.items[id_]) for id_ in plan.item_ids if id_ in facts.items]
    return tuple(
        Problem(text=text.filled(name=item.name), facts={"item_id": id_})
        for id_, item in items
        if not _covered(item.forms, plan)
    )


def _with_first_item(case: Case, **changes: Any) -> Case:
    id_ = case.plan.item_ids[0]
    return with_facts(
        case, items={**case.facts.items, id_: replace(case.facts.items[id_], **changes)}
    )


def _taken_off(case: Case) -> Case:
    return _with_first_item(case, published=())


def _without_form(case: Case) -> Case:
    return _with_first_item(case, forms=())


PUBLISHED = Rule(
    id="R10-01",
    version=1,
    title=Text("检查事项在公布的清单上", "The items are on the published list"),
    basis=BASIS,
    effect=Effect.BLOCK,
    check=_published,
    example=Example(
        good=Text("事项列入本年度公布的清单。", "The item stands on this year's list."),
        bad=Text("事项已从清单中移除。", "The item was taken off the list."),
        spoil=_taken_off,
    ),
)
HAS_FORM = Rule(
    id="R11-01",
    version=1,
    title=Text("检查事项有有效表单", "The items have a checklist in force"),
    basis=FORM,
    effect=Effect.BLOCK,
    check=_has_form,
    example=Example(
        good=Text("表单自1月1日起有效。", "The checklist is in force from 1 January."),
        bad=Text("事项没有任何表单。", "The item has no checklist at all."),
        spoil=_without_form,
    ),
)
