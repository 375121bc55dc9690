"""Small changes to a case, for the counter-examples of rules. Only examples and tests use it."""

from dataclasses import replace
from typing import Any

from shared.plans.model import Case


def with_target(case: Case, **changes: Any) -> Case:
    """The case with its first target changed."""
    first, *others = case.plan.targets
    return with_plan(case, targets=(replace(first, **changes), *others))


def with_plan(case: Case, **changes: Any) -> Case:
    """The case with its plan changed."""
    return replace(case, plan=replace(case.plan, **changes))


def with_facts(case: Case, **changes: Any) -> Case:
    """The case with what is known changed."""
    return replace(case, facts=replace(case.facts, **changes))
