"""Plans made by chance from a seed: several targets, and much that is wrong with them."""

import random
from dataclasses import replace

from shared.plans.catalogue import RULES
from shared.plans.facts import PlaceFacts
from shared.plans.rule import Case
from shared.plans.spoiling import with_facts, with_plan
from tests.shared.plans.cases import good_case, target

FIRMS = ("91370100MA37XJ385W", "91370200MA32MTH01U", "92371500MA3U7T9G58")


def wide_case(dice: random.Random) -> Case:
    """A plan of several enterprises against which no rule has anything."""
    case = good_case()
    chosen = FIRMS[: dice.randint(1, len(FIRMS))]
    targets = tuple(
        target(id=f"t{n}", position=n, uscc=uscc, premise_id=f"p{n}", officer_ids=("a", "c"))
        for n, uscc in enumerate(chosen, start=1)
    )
    first = case.facts.firms[FIRMS[0]]
    firms = {uscc: replace(first, name=f"企业{uscc[-4:]}") for uscc in chosen}
    places = {
        f"p{n}": PlaceFacts(name=f"场所{n}", region="370104", uscc=uscc)
        for n, uscc in enumerate(chosen, start=1)
    }
    return with_facts(with_plan(case, targets=targets), firms=firms, places=places)


def spoilt_case(dice: random.Random, last: str) -> Case:
    """The same with a few other rules broken, and in the end the rule `last`."""
    case = wide_case(dice)
    others = sorted(set(RULES) - {last})
    for id_ in [*dice.sample(others, dice.randint(0, 4)), last]:
        case = RULES[id_].example.spoil(case)
    return case
