"""变更: what a new version of a filed plan changes, and what the rules have against that.

Nothing that was filed is judged again. The visits that are new, or are to be made otherwise, are
judged as a plan of their own, in a world in which those they replace are withdrawn and the others
stand. Only what depends on how many there are in all looks at the whole.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from shared.plans.catalogue import check_plan
from shared.plans.facts import Facts
from shared.plans.model import Plan, Target
from shared.plans.rule import Finding

FIXED = ("agency_id", "kind", "trigger", "visit_type", "term", "year")
"""What makes a plan this plan and no other: another of these is another plan."""
AMENDABLE = (
    "title",
    "reason",
    "item_ids",
    "window_from",
    "window_to",
    "frequency",
    "annual_plan_id",
    "pool_size",
    "sample_percent",
    "joint_agency_ids",
    "assist_agency_ids",
    "licence_basis_id",
    "special",
    "oral_approver",
    "oral_on",
)
OF_TARGET = (
    "premise_id",
    "officer_ids",
    "assistant_count",
    "window_from",
    "window_to",
    "reason_onsite",
    "source_no",
    "source_on",
    "recheck_of",
    "letter",
)
IN_EVERY_TASK = frozenset({"item_ids"})
"""What of the plan stands in each of its tasks."""
OVER_THE_WHOLE = frozenset({"R21-03", "R21-06", "R22-03", "R25-06"})
"""Rules that count what the plan has in all: how often each, none twice, drawn, approved."""
OF_THE_DAYS = frozenset({"R23-01"})
"""Rules about how soon the visits are: always of those that are new."""
BEGINS = "R20-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field, before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A target of both versions, with what is otherwise in the new one."""

    before: Target
    after: Target
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """All that one version changes in the one before."""

    changes: tuple[Change, ...]
    added: tuple[Target, ...]
    removed: tuple[Target, ...]
    pairs: tuple[Pair, ...]

    @property
    def changed(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.changes)

    @property
    def is_nothing(self) -> bool:
        return not (self.changes or self.added or self.removed or self.changed)

    def made_anew(self, settled: Collection[str]) -> tuple[Pair, ...]:
        """The targets of both whose visit is to be made otherwise.

        `settled` are ids (of the version before) of those whose visit has begun or is given up:
        another item for all does not reach them.
        """
        for_all = any(change.field in IN_EVERY_TASK for change in self.changes)
        return tuple(
            pair
            for pair in self.pairs
            if pair.changes or (for_all and pair.before.id not in settled)
        )

    def gone(self, settled: Collection[str]) -> tuple[Target, ...]:
        """The targets of the version before whose task is withdrawn, if it has one still."""
        return (*self.removed, *(pair.before for pair in self.made_anew(settled)))

    def come(self, settled: Collection[str]) -> tuple[Target, ...]:
        """The targets of the new version that get a task of their own."""
        wanted = {target.id for target in self.added}
        wanted |= {pair.after.id for pair in self.made_anew(settled)}
        both = [*self.added, *(pair.after for pair in self.pairs)]
        return tuple(sorted((t for t in both if t.id in wanted), key=lambda t: t.position))


def compare(before: Plan, after: Plan) -> Amendment:
    """What `after` changes in `before`.

    Targets are the same where enterprise and premise are, else where the enterprise is, each once
    and in their order.
    """
    pairs: list[Pair] = []
    left, right = list(before.targets), list(after.targets)
    for key in (_place, _firm):
        left, right = _matched(left, right, key, pairs)
    return Amendment(
        changes=tuple(_changes(before, after, AMENDABLE)),
        added=tuple(right),
        removed=tuple(left),
        pairs=tuple(sorted(pairs, key=lambda pair: pair.after.position)),
    )


def check_amendment(
    before: Plan,
    after: Plan,
    facts: Facts,
    *,
    begun: Collection[str] = (),
    given_up: Collection[str] = (),
) -> tuple[Finding, ...]:
    """What the rules have against `after` that they had not against `before`.

    `facts` know of the tasks of `before` that stay, and not of those that are withdrawn. `begun`
    and `given_up` are targets of `before` whose visit has begun, or will never be made.
    """
    amendment = compare(before, after)
    over = {p.after.id for p in amendment.pairs if not p.changes and p.before.id in given_up}
    new = _by_themselves(before, after, amendment.come({*begun, *given_up}))
    found = [each for each in check_plan(new, facts) if each.rule not in OVER_THE_WHOLE]
    found += _of_rules(OVER_THE_WHOLE, _without(after, over), facts)
    known = {_heart(each, before) for each in check_plan(_without(before, given_up), facts)}
    same_window = before.window_from == after.window_from
    return tuple(
        each
        for each in found
        if not _is_known(each, after, known) and not (same_window and _is_of_its_beginning(each))
    )


def as_object(amendment: Amendment) -> dict[str, Any]:
    """As JSON, to be kept with the version: ids and ISO days, no names."""
    return {
        "fields": [_said(change) for change in amendment.changes],
        "added": [_target(target) for target in amendment.added],
        "removed": [_target(target) for target in amendment.removed],
        "changed": [
            {**_where(pair.after), "fields": [_said(change) for change in pair.changes]}
            for pair in amendment.changed
        ],
        "kept": len(amendment.pairs) - len(amendment.changed),
    }


def _matched(
    left: Sequence[Target], right: Sequence[Target], key: Any, pairs: list[Pair]
) -> tuple[list[Target], list[Target]]:
    """Pair what has one key; returns what is left of both."""
    waiting: dict[Any, list[Target]] = defaultdict(list)
    for target in left:
        waiting[key(target)].append(target)
    new = []
    for target in right:
        same = waiting[key(target)]
        if not same:
            new.append(target)
            continue
        old = next((each for each in same if not any(_changes(each, target, OF_TARGET))), same[0])
        same.remove(old)
        changes = tuple(_changes(old, target, OF_TARGET))
        pairs.append(Pair(before=old, after=target, changes=changes))
    return [target for those in waiting.values() for target in those], new


def _place(target: Target) -> tuple[str, str]:
    return target.uscc, target.premise_id


def _firm(target: Target) -> str:
    return target.uscc


def _changes(before: Any, after: Any, names: Sequence[str]) -> Iterator[Change]:
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if _in_any_order(old) != _in_any_order(new):
            yield Change(field=name, before=old, after=new)


def _in_any_order(value: Any) -> Any:
    """Lists of ids are sets: who is named first decides nothing."""
    return sorted(value) if isinstance(value, tuple) else value


def _by_themselves(before: Plan, after: Plan, come: Sequence[Target]) -> Plan:
    """The new visits as a plan; one whose window began long ago begins with the first of them."""
    since = after.window_from
    if come and since == before.window_from:
        first = max(since, min(target.window_from for target in come))
        since = min(first, date(after.year, 12, 31))
    return replace(after, targets=tuple(come), window_from=since)


def _without(plan: Plan, ids: Collection[str]) -> Plan:
    return replace(plan, targets=tuple(t for t in plan.targets if t.id not in ids))


def _of_rules(ids: Collection[str], plan: Plan, facts: Facts) -> list[Finding]:
    return [each for each in check_plan(plan, facts) if each.rule in ids]


def _heart(finding: Finding, plan: Plan) -> tuple[str, str, str]:
    """What a finding is about, whatever the number of its target: rule, enterprise, words."""
    target = next((t.uscc for t in plan.targets if t.id == finding.target_id), "")
    return finding.rule, target, finding.text.zh


def _is_known(finding: Finding, plan: Plan, known: Collection[tuple[str, str, str]]) -> bool:
    if finding.rule in OF_THE_DAYS:
        return False
    if finding.target_id is not None and finding.rule not in OVER_THE_WHOLE:
        return False
    return _heart(finding, plan) in known


def _is_of_its_beginning(finding: Finding) -> bool:
    """That the plan itself began in the past is nothing that an amendment does."""
    return finding.rule == BEGINS and finding.target_id is None


def _said(change: Change) -> dict[str, Any]:
    return {
        "name": change.field,
        "before": _written(change.before),
        "after": _written(change.after),
    }


def _where(target: Target) -> dict[str, Any]:
    return {"uscc": target.uscc, "premise_id": target.premise_id}


def _target(target: Target) -> dict[str, Any]:
    return {
        **_where(target),
        "officer_ids": list(target.officer_ids),
        "window_from": target.window_from.isoformat(),
        "window_to": target.window_to.isoformat(),
    }


def _written(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    if hasattr(value, "__dataclass_fields__"):
        return _written(asdict(value))
    if isinstance(value, Mapping):
        return {name: _written(each) for name, each in value.items()}
    return value
