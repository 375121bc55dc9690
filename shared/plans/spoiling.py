"""Small changes to a case, for the counter-examples of rules. Only examples and tests use it."""

from dataclasses import replace
from typing import Any

from shared.plans.facts import FirmFacts, Past
from shared.plans.rule import Case


def with_target(case: Case, **changes: Any) -> Case:
    """The case with its first target changed."""
    first, *others = case.plan.targets
    return with_plan(case, targets=(replace(first, **changes), *others))


def with_twin(case: Case, **changes: Any) -> Case:
    """The case with its first target there once more, and that one changed."""
    first = case.plan.targets[0]
    place = len(case.plan.targets) + 1
    twin = replace(first, **{"id": f"twin-{place}", "position": place, **changes})
    return with_plan(case, targets=(*case.plan.targets, twin))


def with_plan(case: Case, **changes: Any) -> Case:
    """The case with its plan changed."""
    return replace(case, plan=replace(case.plan, **changes))


def with_facts(case: Case, **changes: Any) -> Case:
    """The case with what is known changed."""
    return replace(case, facts=replace(case.facts, **changes))


def with_limits(case: Case, **changes: Any) -> Case:
    """The case with other thresholds."""
    return with_facts(case, limits=replace(case.facts.limits, **changes))


def with_agency(case: Case, **changes: Any) -> Case:
    """The case with the planning agency changed."""
    return with_facts(case, agency=replace(case.facts.agency, **changes))


def with_home(case: Case, **changes: Any) -> Case:
    """The case with what else is known of the planning agency changed."""
    return with_facts(case, home=replace(case.facts.home, **changes))


def with_other_agency(case: Case, id_: str, **changes: Any) -> Case:
    """The case with another agency, like the planning one but for the changes."""
    other = replace(case.facts.agency, **changes)
    return with_facts(case, agencies={**case.facts.agencies, id_: other})


def with_officer(case: Case, **changes: Any) -> Case:
    """The case with the first target's first officer changed."""
    id_ = case.plan.targets[0].officer_ids[0]
    officers = {**case.facts.officers, id_: replace(case.facts.officers[id_], **changes)}
    return with_facts(case, officers=officers)


def with_certificate(case: Case, **changes: Any) -> Case:
    """The case with that officer's certificates changed."""
    person = case.facts.officers[case.plan.targets[0].officer_ids[0]]
    return with_officer(
        case, certificates=tuple(replace(each, **changes) for each in person.certificates)
    )


def with_item(case: Case, **changes: Any) -> Case:
    """The case with the plan's first item changed."""
    id_ = case.plan.item_ids[0]
    items = {**case.facts.items, id_: replace(case.facts.items[id_], **changes)}
    return with_facts(case, items=items)


def with_form(case: Case, **changes: Any) -> Case:
    """The case with that item's checklists changed."""
    item = case.facts.items[case.plan.item_ids[0]]
    return with_item(case, forms=tuple(replace(form, **changes) for form in item.forms))


def with_basis(case: Case, **changes: Any) -> Case:
    """The case with every legal basis changed."""
    bases = {id_: replace(each, **changes) for id_, each in case.facts.bases.items()}
    return with_facts(case, bases=bases)


def with_firm(case: Case, **changes: Any) -> Case:
    """The case with the first target's enterprise changed."""
    uscc = case.plan.targets[0].uscc
    firm = case.facts.firms.get(uscc, FirmFacts(name=uscc))
    return with_facts(case, firms={**case.facts.firms, uscc: replace(firm, **changes)})


def with_place(case: Case, **changes: Any) -> Case:
    """The case with the first target's premise changed."""
    id_ = case.plan.targets[0].premise_id
    places = {**case.facts.places, id_: replace(case.facts.places[id_], **changes)}
    return with_facts(case, places=places)


def with_past(case: Case, *past: Past) -> Case:
    """The case with a history of the first target's enterprise."""
    return with_facts(case, history={**case.facts.history, case.plan.targets[0].uscc: past})
