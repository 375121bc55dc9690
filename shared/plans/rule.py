"""What a rule is and what it can say. `rule` turns a check into one, with all that is asked of it.

A rule looks only at its arguments. It never raises, logs, or reads a clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps

from shared.plans.facts import Facts
from shared.plans.model import Plan, Target
from shared.text import Text


class Effect(StrEnum):
    """What a finding does to the plan; the gravest first."""

    BLOCK = "block"  # cannot be approved
    EXPLAIN = "explain"  # can, with a stated reason, and never in a batch
    WARN = "warn"  # is shown


class Runs(StrEnum):
    """Where a rule is kept: when a plan is checked, or by the tablet's flow before a visit too."""

    SERVER = "server"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a rule has against a target, or (without one) against the whole plan."""

    text: Text
    target: Target | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A plan with its facts: what examples are made of."""

    plan: Plan
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """When a rule is satisfied and when not; `spoil` makes the second out of a good case."""

    good: Text
    bad: Text
    spoil: Callable[[Case], Case]


Check = Callable[[Plan, Facts], tuple[Problem, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. Its id is for ever; `version` grows when the same plan may be judged otherwise.

    `parameters` are names of `Limits`: the dated values it compares with.
    """

    id: str
    version: int
    title: Text
    basis: Text
    effect: Effect
    check: Check
    example: Example
    runs: Runs = Runs.SERVER
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem, with the rule that found it."""

    rule: str
    version: int
    effect: Effect
    title: Text
    text: Text
    basis: Text
    target_id: str | None
    position: int | None
    facts: Mapping[str, str | int]


def rule(
    id_: str,
    *,
    title: Text,
    basis: Text,
    effect: Effect,
    good: Text,
    bad: Text,
    spoil: Callable[[Case], Case],
    version: int = 1,
    runs: Runs = Runs.SERVER,
    parameters: tuple[str, ...] = (),
    entering: bool = False,
) -> Callable[[Check], Rule]:
    """Declare the check below as the rule `id_`.

    `entering`: it is about somebody coming, and has nothing against a plan that is off site.
    """

    def declare(check: Check) -> Rule:
        return Rule(
            id=id_,
            version=version,
            title=title,
            basis=basis,
            effect=effect,
            check=_of_visits(check) if entering else check,
            example=Example(good=good, bad=bad, spoil=spoil),
            runs=runs,
            parameters=parameters,
        )

    return declare


def _of_visits(check: Check) -> Check:
    """The same check, which passes where nobody comes."""

    @wraps(check)
    def visits(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
        return () if plan.is_offsite else check(plan, facts)

    return visits


def numbers_of(facts: Mapping[str, str | int]) -> Mapping[str, str | int]:
    """The numbers among what fills a text: names stand in the text already."""
    return {name: value for name, value in facts.items() if isinstance(value, int)}


def plan_problem(text: Text, **facts: str | int) -> tuple[Problem, ...]:
    """One problem of the whole plan; `facts` fill the text, the numbers among them are kept."""
    return (Problem(text=text.filled(**facts), facts=numbers_of(facts)),)


def target_problem(target: Target, text: Text, **facts: str | int) -> Problem:
    """A problem of one target; `facts` fill the text, the numbers among them are kept."""
    return Problem(text=text.filled(**facts), target=target, facts=numbers_of(facts))


def targets_where(plan: Plan, text: Text, is_bad: Callable[[Target], bool]) -> tuple[Problem, ...]:
    """The same problem for every target of which `is_bad` is true."""
    return tuple(Problem(text=text, target=target) for target in plan.targets if is_bad(target))
