"""Where: inside the agency's own region (R50)."""

from dataclasses import replace

from shared.errors import BadInput
from shared.plans.model import Case, Effect, Example, Facts, Plan, Problem, Rule
from shared.plans.spoiling import with_facts
from shared.regions import contains
from shared.text import Text

BASIS = Text(
    "国办发〔2024〕54号：属地管辖，严禁违规异地检查",
    "State Council Office 2024/54: an agency inspects in its own region",
)


def _own_region(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}不在本机关管辖区域内，须有协助函。",
        "{name} lies outside this agency's region; that needs a letter of assistance.",
    )
    problems = []
    for target in plan.targets:
        place = facts.places.get(target.premise_id)
        if place is None or not _lies_in(facts.agency.region, place.region):
            name = place.name if place else target.premise_id
            problems.append(Problem(text=text.filled(name=name), target=target))
    return tuple(problems)


def _lies_in(outer: str, inner: str) -> bool:
    try:
        return contains(outer, inner)
    except BadInput:
        return False  # no region code: nobody can say that it is ours


def _moved_away(case: Case) -> Case:
    id_ = case.plan.targets[0].premise_id
    place = replace(case.facts.places[id_], region="370202")
    return with_facts(case, places={**case.facts.places, id_: place})


OWN_REGION = Rule(
    id="R50-01",
    version=1,
    title=Text("属地管辖", "In the agency's own region"),
    basis=BASIS,
    effect=Effect.BLOCK,
    check=_own_region,
    example=Example(
        good=Text("槐荫区机关检查槐荫区企业。", "A county's agency inspects in the county."),
        bad=Text("济南的机关到青岛检查。", "An agency of Jinan inspects in Qingdao."),
        spoil=_moved_away,
    ),
)
