"""A plan as the rules see it: what it says of itself. Values only, nothing decides here."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property


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


KIND_OF: dict[Trigger, PlanKind] = {
    Trigger.ANNUAL_PLAN: PlanKind.DAILY,
    Trigger.RANDOM: PlanKind.DAILY,
    Trigger.SPECIAL: PlanKind.SPECIAL,
} | dict.fromkeys(
    [each for each in Trigger if each not in ("annual_plan", "random", "special")], PlanKind.CASE
)
"""Which 检查类别 a source belongs to: planned ones are daily or special, caused ones are cases."""

CAUSED = frozenset(trigger for trigger, kind in KIND_OF.items() if kind is PlanKind.CASE)
"""有因检查: those that something happened for. Counts of frequent visits leave them out."""


class VisitType(StrEnum):
    """到访性质. Off-site is an inspection without anybody coming: from papers, data, pictures."""

    INSPECTION = "inspection"
    SERVICE_VISIT = "service_visit"
    OBSERVATION = "observation"
    OFFSITE = "offsite"


class Term(StrEnum):
    """年度计划 for a whole year, or 具体方案: the scheme of single inspections."""

    ANNUAL = "annual"
    SCHEME = "scheme"


class Approver(StrEnum):
    """Who approved a special inspection; the lowest first (R25)."""

    AGENCY = "agency"
    SUPERIOR = "superior"
    COUNTY_GOVERNMENT = "county_government"
    CITY_GOVERNMENT = "city_government"
    PROVINCE_GOVERNMENT = "province_government"

    def reaches(self, least: "Approver") -> bool:
        """Whether it stands at least as high as `least`."""
        ranks = list(Approver)
        return ranks.index(self) >= ranks.index(least)


def _years(since: date, until: date) -> range:
    return range(since.year, until.year + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialApproval:
    """What allows a special inspection; `deployed_by` names the superior that ordered it."""

    document: str
    approver: Approver
    approved_on: date
    until: date | None = None
    target_limit: int | None = None
    deployed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistLetter:
    """协助函: lets an agency inspect outside its region, with the host agency there (R50)."""

    no: str
    host_agency_id: str
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One enterprise to visit; days are local and inclusive. `position` counts from 1.

    `source_no` and `source_on` are those of the complaint, assignment or lead behind the visit,
    `recheck_of` the task whose rectification is looked at.
    """

    id: str
    position: int
    uscc: str
    premise_id: str
    officer_ids: tuple[str, ...]
    assistant_count: int | None
    window_from: date
    window_to: date
    reason_onsite: str = ""
    source_no: str = ""
    source_on: date | None = None
    recheck_of: str | None = None
    letter: AssistLetter | None = None

    @property
    def years(self) -> range:
        """The years the visit may fall into: both, when the window runs over New Year."""
        return _years(self.window_from, self.window_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Targets to which the same officers go within the same days: of many targets, a few teams."""

    officer_ids: tuple[str, ...]
    window_from: date
    window_to: date
    targets: tuple[Target, ...]

    @property
    def years(self) -> range:
        """The years their visits may fall into."""
        return _years(self.window_from, self.window_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that a target takes under the cap of a year: this plan's `nth` of its enterprise."""

    target: Target
    year: int
    nth: int


@dataclass(frozen=True, kw_only=True)  # no slots: what many rules ask for is worked out once
class Plan:
    """A plan. `frequency` is 同一企业检查频次, `pool_size` the list a random sample is of."""

    id: str
    agency_id: str
    kind: PlanKind
    trigger: Trigger
    visit_type: VisitType
    year: int
    window_from: date
    window_to: date
    item_ids: tuple[str, ...]
    targets: tuple[Target, ...]
    title: str = ""
    reason: str = ""
    term: Term = Term.SCHEME
    annual_plan_id: str | None = None
    frequency: int = 1
    pool_size: int | None = None
    sample_percent: int | None = None
    joint_agency_ids: tuple[str, ...] = ()
    assist_agency_ids: tuple[str, ...] = ()
    licence_basis_id: str | None = None
    special: SpecialApproval | None = None
    oral_approver: str = ""
    oral_on: date | None = None

    @property
    def is_inspection(self) -> bool:
        """Whether somebody comes to inspect (入企检查): what caps and frequencies are about."""
        return self.visit_type is VisitType.INSPECTION

    @property
    def is_offsite(self) -> bool:
        """Whether nobody comes: what is about entering does not hold for it."""
        return self.visit_type is VisitType.OFFSITE

    @property
    def has_items(self) -> bool:
        """Whether items are gone through and something may be found, on site or off."""
        return self.is_inspection or self.is_offsite

    @property
    def is_caused(self) -> bool:
        return self.trigger in CAUSED

    @cached_property
    def since(self) -> date:
        """The first day on which anything of it may happen."""
        return min([self.window_from, *(target.window_from for target in self.targets)])

    @cached_property
    def until(self) -> date:
        """The last day on which anything of it may happen."""
        return max([self.window_to, *(target.window_to for target in self.targets)])

    def by_enterprise(self) -> Iterator[tuple[str, list[Target]]]:
        """Each enterprise with its targets, in the order of the plan."""
        return iter(self._by_enterprise.items())

    @cached_property
    def teams(self) -> tuple[Team, ...]:
        """Who goes when: each officer and window need to be looked at once."""
        found: dict[tuple[tuple[str, ...], date, date], list[Target]] = {}
        for target in self.targets:
            key = (target.officer_ids, target.window_from, target.window_to)
            found.setdefault(key, []).append(target)
        return tuple(
            Team(officer_ids=ids, window_from=since, window_to=until, targets=tuple(those))
            for (ids, since, until), those in found.items()
        )

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """What the targets take under yearly caps, one after the other."""
        taken: Counter[tuple[str, int]] = Counter()
        found = []
        for target in self.targets:
            for year in target.years:
                taken[target.uscc, year] += 1
                found.append(Place(target=target, year=year, nth=taken[target.uscc, year]))
        return tuple(found)

    @cached_property
    def _by_enterprise(self) -> dict[str, list[Target]]:
        found: dict[str, list[Target]] = {}
        for target in self.targets:
            found.setdefault(target.uscc, []).append(target)
        return found
