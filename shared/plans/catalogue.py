"""Every rule a plan is checked by, one line each. A number is for ever; none is used again.

A rule returns problems. It never raises, logs or stops the others, and never approves: the head
decides (R24), the rules only look before.
"""

from collections.abc import Mapping

from shared.plans.model import Effect, Facts, Finding, Plan, Problem, Rule
from shared.plans.rules import agency, frequency, items, necessity, officers, places, windows

RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        agency.CONFIRMED,
        agency.MAY_INSPECT,
        officers.CERTIFIED,
        officers.OWN_AGENCY,
        officers.ENOUGH,
        officers.ASSISTANTS_FIXED,
        items.PUBLISHED,
        items.HAS_FORM,
        windows.NOT_IN_THE_PAST,
        windows.SANE,
        frequency.CAP,
        necessity.REASON_ONSITE,
        places.OWN_REGION,
    )
}
RETIRED: frozenset[str] = frozenset()

_GRAVEST_FIRST = {effect: place for place, effect in enumerate(Effect)}


def check_plan(plan: Plan, facts: Facts) -> tuple[Finding, ...]:
    """What the rules have against `plan`: by target (the plan itself first), then the gravest."""
    found = [
        _finding(rule, problem) for rule in RULES.values() for problem in rule.check(plan, facts)
    ]
    return tuple(sorted(found, key=lambda f: (f.position or 0, _GRAVEST_FIRST[f.effect], f.rule)))


def _finding(rule: Rule, problem: Problem) -> Finding:
    return Finding(
        rule=rule.id,
        version=rule.version,
        effect=rule.effect,
        title=rule.title,
        text=problem.text,
        basis=rule.basis,
        target_id=problem.target.id if problem.target else None,
        position=problem.target.position if problem.target else None,
        facts=problem.facts,
    )
