"""What is known around a plan when it is judged. Values only: the server gathers, the rules look.

What is missing is not known to exist. Days are local calendar days, spans include both ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.plans.limits import Limits
from shared.plans.model import CAUSED, Trigger
from shared.workdays import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from one to another, both included; open-ended without `until`."""

    since: date
    until: date | None = None

    def covers(self, since: date, until: date) -> bool:
        """Whether all of those days lie inside."""
        return self.since <= since and (self.until is None or until <= self.until)

    def touches(self, since: date, until: date) -> bool:
        """Whether any of those days lies inside."""
        return self.since <= until and (self.until is None or since <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrustment:
    """委托书 of an entrusted organisation (R02)."""

    principal_id: str | None
    document: str
    published_on: date | None
    span: Span | None
    item_ids: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """An agency; `field` is the line it works in, the same on every level (食药, 消防 …)."""

    name: str
    region: str
    is_confirmed: bool
    published_on: date | None
    revoked_on: date | None = None
    may_inspect: bool = True  # False for one that only assists (R03)
    is_assisting: bool = False
    field: str = ""
    phone: str = ""
    supervision_phone: str = ""
    is_entrusted: bool = False
    entrustment: Entrustment | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is a confirmed, published agency on that day (R01)."""
        published = self.published_on is not None and self.published_on <= day
        revoked = self.revoked_on is not None and self.revoked_on <= day
        return self.is_confirmed and published and not revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFacts:
    """What else is known of the planning agency this year."""

    assistants: int = 0
    """Its own registered assistants."""
    other_heads: int = 1
    """Heads who could decide on this plan: none of them its planner."""
    special_plans: int = 0
    """Special plans it filed for the year, without this one."""
    annual_plans: int = 0
    """Annual plans it filed for the year, without this one."""
    unapproved_emergencies: int = 0
    """Emergencies whose later approval is overdue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts(Span):
    number: str = ""
    unit: str = ""
    checked_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerFacts:
    """`certificates` are those not revoked; `booked` counts tasks of other plans meanwhile."""

    name: str
    agency_id: str
    is_assistant: bool
    certificates: tuple[CertificateFacts, ...]
    unit: str = ""
    booked: int = 0

    def certificate_for(self, since: date, until: date) -> CertificateFacts | None:
        """The one in force on every one of those days that lasts longest."""
        found = [each for each in self.certificates if each.covers(since, until)]
        if self.is_assistant or not found:
            return None
        return max(found, key=lambda each: each.until or date.max)

    def certified_through(self, since: date, until: date) -> bool:
        """Whether one certificate is in force on every one of those days."""
        return self.certificate_for(since, until) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisFacts(Span):
    """A legal basis and how long it is in force."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFacts(Span):
    """A version of a checklist: (point id, basis id) of its points."""

    id: str
    version: int
    points: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """`published` are its places on the agency's lists, `forms` the lives of its checklists.

    `levels` and `industries` say for whom it is; empty means for all. `last_used` is the day of
    its latest inspection.
    """

    name: str
    agency_id: str
    published: tuple[Span, ...]
    forms: tuple[FormFacts, ...]
    standard: str = ""
    conflict: str = ""
    is_offsite: bool = False
    levels: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    basis_ids: tuple[str, ...] = ()
    last_used: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    name: str
    region: str
    uscc: str = ""
    has_point: bool = True
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmFacts:
    """An enterprise as the register has it; `as_of` is the day of that knowledge."""

    name: str
    region: str = ""
    industry: str = ""
    grade: str = ""
    status: str = "operating"
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Inspections of one enterprise by this agency in one year; `exempt` use up no cap (R27)."""

    done: int = 0
    scheduled: int = 0
    exempt: int = 0

    @property
    def used(self) -> int:
        return self.done + self.scheduled


@dataclass(frozen=True, slots=True, kw_only=True)
class WiderCount:
    """The same of all agencies: those of this agency's field on every level, and everybody."""

    field: int = 0
    everybody: int = 0
    agencies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One task at an enterprise, made or still to come."""

    task_id: str
    agency_id: str
    trigger: str
    since: date
    until: date
    item_ids: frozenset[str] = frozenset()
    officer_ids: frozenset[str] = frozenset()
    visit_id: str | None = None
    outcome: str | None = None
    """None until a visit was made."""

    @property
    def is_caused(self) -> bool:
        return self.trigger in CAUSED

    def within(self, days: int, since: date, until: date) -> bool:
        """Whether it lies less than `days` days from that span."""
        return (since - self.until).days < days and (self.since - until).days < days


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheckable:
    """A task of which a plan says that it looks at its rectification."""

    uscc: str
    agency_id: str
    item_ids: frozenset[str]
    outcome: str | None
    rechecks: int
    """Filed rechecks of it, without this plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualPlan:
    """The annual plan that a scheme carries out."""

    agency_id: str
    year: int
    is_filed: bool
    item_ids: frozenset[str]
    usccs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the rules may look at besides the plan."""

    today: date
    agency: AgencyFacts
    officers: Mapping[str, OfficerFacts]
    items: Mapping[str, ItemFacts]
    places: Mapping[str, PlaceFacts]
    """By premise id."""
    firms: Mapping[str, FirmFacts]
    """By USCC."""
    counts: Mapping[tuple[str, int], Count]
    """By (USCC, year); without this plan."""
    limits: Limits
    home: HomeFacts = field(default_factory=HomeFacts)
    agencies: Mapping[str, AgencyFacts] = field(default_factory=dict)
    """Every other agency that the plan or its enterprises' history names."""
    bases: Mapping[str, BasisFacts] = field(default_factory=dict)
    wider: Mapping[tuple[str, int], WiderCount] = field(default_factory=dict)
    """By (USCC, year); without this plan."""
    history: Mapping[str, tuple[Past, ...]] = field(default_factory=dict)
    """By USCC, the oldest first; without this plan, what was cancelled and what found nobody.

    Of this agency for about a year, of others no farther away than `Limits.near_days`.
    """
    recusals: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By (officer, USCC): why the officer may not go there."""
    sources: Mapping[str, int] = field(default_factory=dict)
    """By number of a complaint, assignment or lead: filed tasks that rest on it already."""
    rechecked: Mapping[str, Recheckable] = field(default_factory=dict)
    """By task id."""
    annual_plan: AnnualPlan | None = None
    frequent: int = 0
    """Enterprises of this region that were visited too often this year (W-FREQ60)."""
    calendar: Calendar = field(default_factory=lambda: Calendar.of(()))

    def name_of(self, uscc: str) -> str:
        firm = self.firms.get(uscc)
        return firm.name if firm else uscc

    def agency_name(self, agency_id: str) -> str:
        agency = self.agencies.get(agency_id)
        return agency.name if agency else agency_id

    def is_exempt(self, trigger: Trigger) -> bool:
        return not self.limits.for_trigger(trigger).counts
