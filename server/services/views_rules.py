"""The rules over plans as the console shows them, with the parameters in force for who asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from server.models import Agency
from server.services import parameters
from server.work import Work
from shared.errors import NotFound
from shared.localtime import local_day
from shared.plans.catalogue import RULES
from shared.plans.limits import PARAMETERS, told
from shared.plans.rule import Effect, Rule
from shared.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rules are wanted; empty is all."""

    effect: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterLine:
    """A threshold in force: since when and on what basis, or by default."""

    name: str
    title: Text
    value: str
    valid_from: date | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    rule: Rule
    agency: str
    """Whose parameters these are; empty when only defaults are shown."""
    parameters: tuple[ParameterLine, ...]


def counts() -> dict[str, int]:
    """How many rules there are of each effect."""
    return {str(effect): sum(rule.effect is effect for rule in RULES.values()) for effect in Effect}


def lines(wanted: Filter) -> tuple[Rule, ...]:
    """The rules that fit, by number."""
    found = (rule for rule in RULES.values() if _fits(rule, wanted))
    return tuple(sorted(found, key=lambda rule: rule.id))


def one(work: Work, rule_id: str) -> RuleView:
    """One rule with its parameters as they hold today; `NotFound` for no rule."""
    rule = RULES.get(rule_id)
    if rule is None:
        raise NotFound("No such rule.")
    agency = _agency(work)
    return RuleView(
        rule=rule,
        agency=agency.name if agency else "",
        parameters=tuple(_parameters(work, rule, agency)),
    )


def _fits(rule: Rule, wanted: Filter) -> bool:
    if wanted.effect and rule.effect != wanted.effect:
        return False
    said = (rule.id, rule.title.zh, rule.title.en, rule.basis.zh, rule.basis.en)
    return any(wanted.text.lower() in each.lower() for each in said)


def _agency(work: Work) -> Agency | None:
    if work.who.agency_id is None:
        return None
    return work.session.scalar(select(Agency).where(Agency.id == work.who.agency_id))


def _parameters(work: Work, rule: Rule, agency: Agency | None) -> Iterable[ParameterLine]:
    if not rule.parameters:
        return
    rows = parameters.in_force(work, agency, local_day(work.now)) if agency else {}
    for name in rule.parameters:
        parameter, row = PARAMETERS[name], rows.get(name)
        yield ParameterLine(
            name=name,
            title=parameter.title,
            value=told(row.value if row else parameter.default),
            valid_from=row.valid_from if row else None,
            basis=row.basis if row else "",
        )
