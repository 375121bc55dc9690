"""Working days 工作日 by dated data: public holidays and the weekends worked for them.

The State Council announces a year's holidays late in the year before, so a plan for next year is
counted before they are known. A year without data has its weekends only, and every answer that
passed through such a year says that it is provisional. No clock is asked here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from chinese_calendar.constants import holidays, workdays

from shared.text import Text

LEAST_OFF = 7
"""Days off in any year: there are seven public holidays, and each has one at least."""
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class Certainty(StrEnum):
    """Whether an answer rests on announced holidays or on weekends alone."""

    FINAL = "final"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayYear:
    """One year's announcement: days off that may fall on weekdays, and weekend days worked."""

    year: int
    off: frozenset[date]
    work: frozenset[date]

    @classmethod
    def from_object(cls, obj: Mapping[str, Any]) -> "HolidayYear":
        """From the reference object `{id: "2026", off: [day…], work: [day…]}`."""
        return cls(
            year=int(obj["id"]),
            off=frozenset(date.fromisoformat(day) for day in obj["off"]),
            work=frozenset(date.fromisoformat(day) for day in obj["work"]),
        )

    def as_object(self) -> dict[str, Any]:
        return {
            "id": str(self.year),
            "off": [day.isoformat() for day in sorted(self.off)],
            "work": [day.isoformat() for day in sorted(self.work)],
        }


def faults(told: HolidayYear) -> tuple[Text, ...]:
    """What cannot be meant by a year's announcement, in words for people; none if it may hold."""
    found = []
    if strange := [day for day in told.off | told.work if day.year != told.year]:
        found.append(
            Text("{days} 不在 {year} 年", "Not in {year}: {days}").filled(
                days=_listed(strange), year=told.year
            )
        )
    if both := told.off & told.work:
        found.append(
            Text("{days} 又放假又上班", "Both off and worked: {days}").filled(days=_listed(both))
        )
    if plain := [day for day in told.work if day.weekday() < _SATURDAY]:
        found.append(
            Text(
                "{days} 不是周末，不用调休上班", "No weekend days, so worked anyway: {days}"
            ).filled(days=_listed(plain))
        )
    if len(told.off) < LEAST_OFF:
        found.append(
            Text(
                "一年的安排要写全：放假只有 {n} 天，至少应有 {least} 天",
                "The whole year must be told: {n} days off, at least {least} are expected",
            ).filled(n=len(told.off), least=LEAST_OFF)
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """A day that two announcements treat otherwise; None is the week's own way."""

    day: date
    before: bool | None
    after: bool | None
    """Whether it is worked."""


def changes(before: HolidayYear | None, after: HolidayYear | None) -> tuple[DayChange, ...]:
    """Every day that is announced otherwise, in order; None for a year nobody announced."""
    days = {day for told in (before, after) if told for day in told.off | told.work}
    both = ((day, _announced(before, day), _announced(after, day)) for day in sorted(days))
    return tuple(
        DayChange(day=day, before=old, after=new) for day, old, new in both if old is not new
    )


def seed(year: int) -> HolidayYear | None:
    """The holidays of a year as the chinesecalendar library knows them, or None."""
    off = frozenset(day for day in holidays if day.year == year)
    if not off:
        return None
    return HolidayYear(
        year=year, off=off, work=frozenset(day for day in workdays if day.year == year)
    )


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked, for the years it has; weekdays for the others."""

    years: Mapping[int, HolidayYear]

    @classmethod
    def of(cls, years: Iterable[HolidayYear]) -> "Calendar":
        """A calendar of these years; a later one replaces an earlier one of the same year."""
        return cls({each.year: each for each in years})

    def certainty(self, day: date) -> Certainty:
        return Certainty.FINAL if day.year in self.years else Certainty.PROVISIONAL

    def is_workday(self, day: date) -> bool:
        announced = self.years.get(day.year)
        if announced is not None and (day in announced.off or day in announced.work):
            return day in announced.work
        return day.weekday() < _SATURDAY

    def add_workdays(self, day: date, count: int) -> tuple[date, Certainty]:
        """The working day `count` after `day`, which is not itself counted; back if negative.

        With 0 the day itself comes back, worked or not.
        """
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        left, certainty = abs(count), self.certainty(day)
        while left:
            day += step
            certainty = _weaker(certainty, self.certainty(day))
            left -= self.is_workday(day)
        return day, certainty

    def workdays_between(self, after: date, until: date) -> tuple[int, Certainty]:
        """How many working days lie after `after`, up to and with `until`; 0 if none."""
        count, certainty, day = 0, self.certainty(after), after
        while day < until:
            day += _ONE_DAY
            certainty = _weaker(certainty, self.certainty(day))
            count += self.is_workday(day)
        return count, certainty


def _announced(told: HolidayYear | None, day: date) -> bool | None:
    if told is None or day not in told.off | told.work:
        return None
    return day in told.work


def _listed(days: Iterable[date]) -> str:
    return "、".join(day.isoformat() for day in sorted(days))


def _weaker(one: Certainty, other: Certainty) -> Certainty:
    return Certainty.PROVISIONAL if Certainty.PROVISIONAL in (one, other) else Certainty.FINAL
