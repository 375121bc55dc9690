"""A plan, what is known around it, and what a rule can say. Values only, nothing decides here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shared.text import Text


class PlanKind(StrEnum):
    """检查类别 (domain §0)."""

    DAILY = "daily"
    CASE = "case"
    SPECIAL = "special"


class Trigger(StrEnum):
    """检查来源: why this inspection at all."""

    ANNUAL_PLAN = "annual_plan"
    RANDOM = "random"
    SPECIAL = "special"
    COMPLAINT_12345 = "complaint_12345"
    ASSIGNED = "assigned"
    MONITORING_LEAD = "monitoring_lead"
    MEDIA = "media"
    RECTIFICATION = "rectification"
    SELF_REQUEST = "self_request"
    LICENCE_VERIFY = "licence_verify"
    EMERGENCY = "emergency"


class VisitType(StrEnum):
    INSPECTION = "inspection"
    SERVICE_VISIT = "service_visit"
    OBSERVATION = "observation"


class Effect(StrEnum):
    """What a finding does to the plan; the gravest first."""

    BLOCK = "block"  # cannot be approved
    EXPLAIN = "explain"  # can, with a stated reason, and never in a batch
    WARN = "warn"  # is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One enterprise to visit; days are local and inclusive. `position` counts from 1."""

    id: str
    position: int
    uscc: str
    premise_id: str
    officer_ids: tuple[str, ...]
    assistant_count: int | None
    window_from: date
    window_to: date
    reason_onsite: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    agency_id: str
    kind: PlanKind
    trigger: Trigger
    visit_type: VisitType
    year: int
    window_from: date
    window_to: date
    item_ids: tuple[str, ...]
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from one to another, both included; open-ended without `until`."""

    since: date
    until: date | None = None

    def covers(self, since: date, until: date) -> bool:
        """Whether all of those days lie inside."""
        return self.since <= since and (self.until is None or until <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    name: str
    region: str
    is_confirmed: bool
    published_on: date | None
    revoked_on: date | None = None
    may_inspect: bool = True  # False for one that only assists (R03)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerFacts:
    """`certificates` are those not revoked."""

    name: str
    agency_id: str
    is_assistant: bool
    certificates: tuple[Span, ...]

    def certified_through(self, since: date, until: date) -> bool:
        """Whether one certificate is in force on every one of those days."""
        return not self.is_assistant and any(c.covers(since, until) for c in self.certificates)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """`published` are its places on the agency's lists, `forms` the lives of its checklists."""

    name: str
    agency_id: str
    published: tuple[Span, ...]
    forms: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """An enterprise's premise, or its own registered region when it has none."""

    name: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Inspections of one enterprise by this agency in one year that use up the cap."""

    done: int = 0
    scheduled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerRule:
    """What R27 leaves to each province: whether a trigger uses up the cap and is stopped by it."""

    counts: bool = True
    blocks: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The parameters in force for this agency on this day."""

    min_officers: int = 2
    yearly_cap: int | None = None
    triggers: Mapping[str, TriggerRule] = field(default_factory=dict)

    def for_trigger(self, trigger: Trigger) -> TriggerRule:
        """What is said of a trigger; one that is not mentioned counts and blocks."""
        return self.triggers.get(trigger, TriggerRule())


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the rules may look at besides the plan. What is missing is not known to exist."""

    today: date
    agency: AgencyFacts
    officers: Mapping[str, OfficerFacts]
    items: Mapping[str, ItemFacts]
    places: Mapping[str, PlaceFacts]
    """By premise id."""
    names: Mapping[str, str]
    """Enterprises' names by USCC."""
    counts: Mapping[tuple[str, int], Count]
    """By (USCC, year); without this plan."""
    limits: Limits


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. Its id is for ever; `version` grows when the same plan may be judged otherwise."""

    id: str
    version: int
    title: Text
    basis: Text
    effect: Effect
    check: Callable[[Plan, Facts], tuple[Problem, ...]]
    example: Example


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
