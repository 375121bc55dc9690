"""Entrusted organisations: in their principal's name and inside what it gave them (R02)."""

from dataclasses import replace
from typing import Any

from shared.plans.facts import Entrustment, Facts, Span
from shared.plans.model import Plan
from shared.plans.rule import Case, Effect, Problem, plan_problem, rule, target_problem
from shared.plans.rules.sources import state_council
from shared.plans.rules.territory import lies_in
from shared.plans.spoiling import with_agency, with_facts
from shared.text import Text

BASIS = state_council(
    "受委托组织在委托范围内以委托机关名义检查，委托书公布并备案",
    "an entrusted body inspects in its principal's name, within a published entrustment",
)
PRINCIPAL = "principal"


def _entrusted(case: Case, **changes: Any) -> Case:
    """The agency entrusted with all that the plan needs, but for the changes."""
    whole = Entrustment(
        principal_id=PRINCIPAL,
        document="委托〔2026〕1号",
        published_on=case.facts.today,
        span=Span(since=case.plan.since, until=case.plan.until),
        item_ids=frozenset(case.plan.item_ids),
    )
    principal = replace(case.facts.agency, is_entrusted=False)
    case = with_agency(case, is_entrusted=True, entrustment=replace(whole, **changes))
    return with_facts(case, agencies={**case.facts.agencies, PRINCIPAL: principal})


def _with_principal(case: Case, **changes: Any) -> Case:
    case = _entrusted(case)
    principal = replace(case.facts.agencies[PRINCIPAL], **changes)
    return with_facts(case, agencies={**case.facts.agencies, PRINCIPAL: principal})


def _mandate(facts: Facts) -> Entrustment | None:
    return facts.agency.entrustment if facts.agency.is_entrusted else None


@rule(
    "R02-01",
    title=Text("有委托机关和委托书", "There is a principal and a letter of entrustment"),
    basis=BASIS,
    effect=Effect.BLOCK,
    good=Text("委托书写明委托机关和文号。", "The letter names the principal and has a number."),
    bad=Text("受委托组织没有登记委托书。", "No letter of entrustment is on record."),
    spoil=lambda case: _entrusted(case, document=""),
)
def has_mandate(_plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    mandate = _mandate(facts)
    if not facts.agency.is_entrusted:
        return ()
    if mandate is not None and mandate.principal_id and mandate.document.strip():
        return ()
    text = Text(
        "{name}是受委托组织，没有登记委托机关或委托书。",
        "{name} is an entrusted body without a principal or letter on record.",
    )
    return plan_problem(text, name=facts.agency.name)


@rule(
    "R02-02",
    title=Text("委托在检查期间有效", "The entrustment holds through the window"),
    basis=BASIS,
    effect=Effect.BLOCK,
    good=Text("委托期限至年底。", "It runs to the end of the year."),
    bad=Text("委托在检查结束前到期。", "It ends before the inspection does."),
    spoil=lambda case: _entrusted(
        case, span=Span(since=case.plan.since, until=case.plan.window_from)
    ),
)
def mandate_holds(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    mandate = _mandate(facts)
    if mandate is None or (mandate.span and mandate.span.covers(plan.since, plan.until)):
        return ()
    text = Text(
        "委托书{document}的期限没有覆盖检查时限。",
        "The entrustment {document} does not last through the window.",
    )
    return plan_problem(text, document=mandate.document)


@rule(
    "R02-03",
    title=Text("检查事项在委托范围内", "The items are inside the entrustment"),
    basis=BASIS,
    effect=Effect.BLOCK,
    good=Text("委托了餐饮服务检查，计划也只查这一项。", "Catering is entrusted, and planned."),
    bad=Text("计划包含没有委托的事项。", "The plan holds an item nobody entrusted."),
    spoil=lambda case: _entrusted(case, item_ids=frozenset()),
)
def inside_mandate(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    mandate = _mandate(facts)
    if mandate is None:
        return ()
    text = Text("事项“{name}”不在委托范围内。", "The item “{name}” was not entrusted.")
    names = {id_: item.name for id_, item in facts.items.items()}
    return tuple(
        Problem(text=text.filled(name=names.get(id_, id_)), facts={"item_id": id_})
        for id_ in plan.item_ids
        if id_ not in mandate.item_ids
    )


@rule(
    "R02-04",
    title=Text("委托机关具备主体资格", "The principal is itself an inspecting agency"),
    basis=BASIS,
    effect=Effect.BLOCK,
    good=Text("委托机关是已公告的行政机关。", "The principal is a published agency."),
    bad=Text("委托机关本身也是受委托组织。", "The principal is an entrusted body itself."),
    spoil=lambda case: _with_principal(case, is_entrusted=True),
)
def principal_is_one(_plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    mandate = _mandate(facts)
    if mandate is None or mandate.principal_id is None:
        return ()
    principal = facts.agencies.get(mandate.principal_id)
    if (
        principal is not None
        and principal.may_inspect
        and not principal.is_entrusted
        and principal.holds_on(facts.today)
    ):
        return ()
    text = Text(
        "委托机关“{name}”不能委托：没有主体资格，或者自己也是受委托组织。",
        "“{name}” cannot entrust: it is no published agency, or is entrusted itself.",
    )
    return plan_problem(text, name=principal.name if principal else mandate.principal_id)


@rule(
    "R02-05",
    title=Text("委托书已公布", "The entrustment is published"),
    basis=BASIS,
    effect=Effect.BLOCK,
    good=Text("委托书1月公布。", "Published in January."),
    bad=Text("委托书没有公布日期。", "Nobody published it."),
    spoil=lambda case: _entrusted(case, published_on=None),
)
def mandate_is_published(_plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    mandate = _mandate(facts)
    if mandate is None or (mandate.published_on and mandate.published_on <= facts.today):
        return ()
    text = Text("委托书{document}尚未公布。", "The entrustment {document} is not published.")
    return plan_problem(text, document=mandate.document)


@rule(
    "R02-06",
    title=Text("不超出委托机关的辖区", "Not beyond the principal's region"),
    basis=BASIS,
    effect=Effect.BLOCK,
    good=Text("委托机关和企业同在一区。", "Principal and enterprise are of one county."),
    bad=Text("企业不在委托机关辖区。", "The enterprise lies outside the principal's region."),
    spoil=lambda case: _with_principal(case, region="370202"),
)
def inside_principals_region(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    mandate = _mandate(facts)
    principal = facts.agencies.get(mandate.principal_id or "") if mandate else None
    if principal is None:
        return ()
    text = Text("{name}不在委托机关的辖区内。", "{name} lies outside the principal's region.")
    return tuple(
        target_problem(target, text, name=place.name)
        for target in plan.targets
        if (place := facts.places.get(target.premise_id)) is not None
        and not lies_in(principal.region, place.region)
    )
