"""How much a fix deserves a second look, and why: for a supervisor's call-back, in plain words.

A score accuses nobody and blocks nothing (domain case 7): a tunnel, a bad chip or a tablet that
slept make every one of these happen to an honest officer. It must never be shown as a finding.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared import geo
from shared.events.envelope import Event, Fix
from shared.events.kinds import EventKind
from shared.text import Text

DIGITS = 7  # of a degree, about a centimetre: a receiver never gives the same twice
_SATELLITE_PROVIDERS = frozenset({"gps", "gnss"})


class Reason(StrEnum):
    """What is unusual about a fix. The names are stored and stay for ever."""

    MOCK = "mock"
    IMPOSSIBLE_TRAVEL = "impossible_travel"
    REPEATED_COORDINATES = "repeated_coordinates"
    NO_SATELLITES = "no_satellites"
    OLD_FIX = "old_fix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From where on a fix is unusual, and what each reason adds to a score of at most 100."""

    kmh: float = 150.0
    leap_m: float = 1_000.0
    """Shorter leaps are not looked at: a wrong cell or a courtyard explains them."""
    age: timedelta = timedelta(minutes=2)
    same_fix: timedelta = timedelta(seconds=5)
    """Two readings whose positions were taken within this are one reading."""
    points: Mapping[Reason, int] | None = None

    def weight(self, reason: Reason) -> int:
        return (self.points or POINTS)[reason]


POINTS: Mapping[Reason, int] = {
    Reason.MOCK: 60,
    Reason.IMPOSSIBLE_TRAVEL: 50,
    Reason.REPEATED_COORDINATES: 30,
    Reason.NO_SATELLITES: 20,
    Reason.OLD_FIX: 10,
}

SENTENCES: Mapping[Reason, Text] = {
    Reason.MOCK: Text(
        zh="系统标记该定位由其他程序提供（模拟位置）。",
        en="The system marks the fix as provided by another program (mock location).",
    ),
    Reason.IMPOSSIBLE_TRAVEL: Text(
        zh="与另一次检查相距 {km} 公里、相隔 {minutes} 分钟，折合每小时 {kmh} 公里。",
        en="{km} km and {minutes} min from another visit: {kmh} km/h.",
    ),
    Reason.REPEATED_COORDINATES: Text(
        zh="坐标与另一次定位到小数点后七位完全相同。",
        en="The coordinates equal those of another fix to seven decimal places.",
    ),
    Reason.NO_SATELLITES: Text(
        zh="卫星定位，但所用卫星数为零。",
        en="A satellite fix that used no satellite.",
    ),
    Reason.OLD_FIX: Text(
        zh="定位是 {seconds} 秒以前取得的。",
        en="The fix was {seconds} s old.",
    ),
}


WHERE_IT_WAS = (
    EventKind.VISIT_OPENED,
    EventKind.EMERGENCY_OPENED,
    EventKind.SCANNED_IN,
    EventKind.UNABLE,
    EventKind.LEFT,
)
"""Events of coming and going: the fixes that say where a tablet was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A tablet's fix in a visit; `at` is when it was used, corrected by the server's clock."""

    visit_id: str
    at: datetime
    fix: Fix

    @classmethod
    def of(cls, event: Event) -> "Sighting | None":
        """Where the tablet was as it came or went; None for another event, or without a fix."""
        if event.kind not in WHERE_IT_WAS or not isinstance(event.loc, Fix):
            return None
        return cls(visit_id=event.visit_id, at=event.at.corrected, fix=event.loc)

    @property
    def taken_at(self) -> datetime:
        return self.at - timedelta(milliseconds=self.fix.age_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One unusual thing, in words a supervisor can ask the officer about."""

    reason: Reason
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """`score` is 0 to 100; `signs` say all of what it was made of."""

    score: int
    signs: tuple[Sign, ...]


def assess(one: Sighting, others: Iterable[Sighting], limits: Limits | None = None) -> Risk:
    """Judge one fix by itself and beside other fixes of the same tablet, in any order."""
    limits = limits or Limits()
    signs = tuple(_signs(one, tuple(others), limits))
    return Risk(score=min(100, sum(limits.weight(sign.reason) for sign in signs)), signs=signs)


def _signs(one: Sighting, others: tuple[Sighting, ...], limits: Limits) -> Iterator[Sign]:
    if one.fix.mock:
        yield _sign(Reason.MOCK)
    yield from _fastest(one, others, limits)
    if any(_repeats(one, other, limits) for other in others):
        yield _sign(Reason.REPEATED_COORDINATES)
    if one.fix.provider in _SATELLITE_PROVIDERS and one.fix.satellites == 0:
        yield _sign(Reason.NO_SATELLITES)
    if timedelta(milliseconds=one.fix.age_ms) > limits.age:
        yield _sign(Reason.OLD_FIX, seconds=one.fix.age_ms // 1000)


def _fastest(one: Sighting, others: tuple[Sighting, ...], limits: Limits) -> Iterator[Sign]:
    """The fastest leap to another visit, where it is faster than anybody drives."""
    leaps = [_leap(one, other) for other in others if other.visit_id != one.visit_id]
    too_fast = [
        (metres / seconds * 3.6, metres, seconds)
        for metres, seconds in leaps
        if metres >= limits.leap_m and metres / seconds * 3.6 > limits.kmh
    ]
    if too_fast:
        kmh, metres, seconds = max(too_fast)
        yield _sign(
            Reason.IMPOSSIBLE_TRAVEL,
            km=round(metres / 1000, 1),
            minutes=round(seconds / 60, 1),
            kmh=round(kmh),
        )


def _leap(one: Sighting, other: Sighting) -> tuple[float, float]:
    """The least metres that lie between two fixes, and the seconds; never less than one."""
    apart = geo.haversine_m(
        geo.Point(one.fix.lat, one.fix.lon), geo.Point(other.fix.lat, other.fix.lon)
    )
    metres = max(0.0, apart - one.fix.acc_m - other.fix.acc_m)
    return metres, max(1.0, abs((one.taken_at - other.taken_at).total_seconds()))


def _repeats(one: Sighting, other: Sighting, limits: Limits) -> bool:
    if abs(one.taken_at - other.taken_at) <= limits.same_fix:
        return False
    return (round(one.fix.lat, DIGITS), round(one.fix.lon, DIGITS)) == (
        round(other.fix.lat, DIGITS),
        round(other.fix.lon, DIGITS),
    )


def _sign(reason: Reason, **facts: object) -> Sign:
    return Sign(reason=reason, text=SENTENCES[reason].filled(**facts))
