"""What a draw is made of: the terms it is held under, who may be drawn, who may go.

Nothing here knows where it came from. What may stand in a field is checked once, by `pool`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.text import Text

Stratum = tuple[str, str]
"""(risk grade, industry), both as the register spells them; either may be empty."""


class Party(StrEnum):
    """Who gives half of the chance. Neither can steer a draw without the other."""

    AGENCY = "agency"
    SUPERVISION = "supervision"


class Exclusion(StrEnum):
    """Why an enterprise of the list is not in the pool."""

    NOT_OPERATING = "not_operating"
    NO_PREMISE = "no_premise"
    CAP_REACHED = "cap_reached"
    RECENTLY_VISITED = "recently_visited"
    NO_OFFICERS = "no_officers"
    STATED = "stated"


EXCLUSIONS: Mapping[Exclusion, Text] = {
    Exclusion.NOT_OPERATING: Text("非在营状态", "Not operating"),
    Exclusion.NO_PREMISE: Text("没有登记场所", "No premise is registered"),
    Exclusion.CAP_REACHED: Text("已达年度频次上限", "The yearly cap is reached"),
    Exclusion.RECENTLY_VISITED: Text("近期已检查", "Visited lately"),
    Exclusion.NO_OFFICERS: Text("可派人员不足", "Too few officers may go"),
    Exclusion.STATED: Text("机关说明理由排除", "Left out by the agency, with its reason"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a draw is held under; fixed with the pool and hashed with it.

    `weights` say how often a grade is drawn beside the others (0: never; not named: 1).
    `load_margin`: officers at most so many visits above the least busy may be drawn too.
    Days are ISO, `frozen_at` RFC 3339. `replaces` names the void draw this one comes after.
    """

    draw_id: str
    agency_id: str
    agency_name: str
    title: str
    count: int
    ratio_max_percent: int
    window_from: str
    window_to: str
    frozen_at: str
    officers_per_visit: int = 2
    load_margin: int = 1
    weights: Mapping[str, int] = field(default_factory=dict)
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """An enterprise that may be drawn."""

    uscc: str
    name: str
    grade: str
    industry: str
    region: str

    @property
    def stratum(self) -> Stratum:
        return self.grade, self.industry


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An enterprise of the list that may not be drawn, and why."""

    uscc: str
    why: Exclusion
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An officer who may go: into `region` and whatever lies in it; `load` visits are waiting."""

    id: str
    name: str
    region: str
    load: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One drawn enterprise with who goes, in the order of the draw; `position` counts from 1."""

    position: int
    uscc: str
    officer_ids: tuple[str, ...]
