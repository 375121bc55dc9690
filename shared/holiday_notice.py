"""Reads a year's holidays out of the text that announces them, and writes them down as text.

Made for the notices of the State Council's general office (国务院办公厅…节假日安排的通知): days
or spans of days, then 放假 or 上班. The same words with ISO days are read too, so that what
`written` makes can be put right by hand and read again.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from shared import workdays
from shared.text import Text
from shared.workdays import HolidayYear

LONGEST = 8000
_ONE_DAY = timedelta(days=1)
_LONGEST_SPAN = 31
_DAY = r"(?:(?:(\d{4})[年/.-])?(\d{1,2})[月/.-])(\d{1,2})日?"
_END = r"(?:(?:(\d{4})[年/.-])?(\d{1,2})[月/.-])?(\d{1,2})日?"
_TOKEN = re.compile(
    rf"{_DAY}(?:\s*(?:至|到|~|—+|–)\s*{_END})?|共\s*(\d{{1,2}})\s*天|(放假|休息|补休)|(上班)|[。;\n]",
    re.ASCII,
)
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(slots=True)
class _Reading:
    """How far the text was read: days that wait for the word that says what they are."""

    year: int
    off: set[date] = field(default_factory=set)
    work: set[date] = field(default_factory=set)
    waiting: list[date] = field(default_factory=list)
    last_off: int = 0
    faults: list[Text] = field(default_factory=list)

    def take(self, found: re.Match[str]) -> None:
        *days, count, off, work = found.groups()
        if count is not None:
            self._compare(int(count))
        elif off is not None:
            self._assign(self.off)
            self.last_off = len(self.waiting) or self.last_off
            self.waiting = []
        elif work is not None:
            self._assign(self.work)
            self.waiting = []
        elif days[1] is None:
            self.end_sentence()
        else:
            self.waiting.extend(self._span(found[0], days))

    def end_sentence(self) -> None:
        """Of days no word came after, only those of another year may stand: the notice's own."""
        if left := [day.isoformat() for day in self.waiting if day.year == self.year]:
            self._blame("{what} 没有写明放假还是上班", "Off or worked? {what}", "、".join(left))
        self.waiting, self.last_off = [], 0

    def _assign(self, days: set[date]) -> None:
        days.update(self.waiting)

    def _compare(self, count: int) -> None:
        if self.last_off and count != self.last_off:
            self.faults.append(
                Text(
                    "写的是共 {said} 天，数出来是 {counted} 天",
                    "It says {said} days, counted are {counted}",
                ).filled(said=count, counted=self.last_off)
            )
        self.last_off = 0

    def _span(self, text: str, days: list[str | None]) -> Iterator[date]:
        first_year, first_month, first_day, year, month, day = days
        try:
            begin = date(int(first_year or self.year), int(first_month or 0), int(first_day or 0))
            end = begin
            if day is not None:
                end = date(int(year or begin.year), int(month or begin.month), int(day))
        except ValueError:
            return self._blame("{what} 不是日期", "{what} is no day", text)
        if not 0 <= (end - begin).days < _LONGEST_SPAN:
            return self._blame("{what} 的起止不对", "{what} ends before it begins", text)
        return (begin + _ONE_DAY * n for n in range((end - begin).days + 1))

    def _blame(self, zh: str, en: str, what: str) -> Iterator[date]:
        self.faults.append(Text(zh, en).filled(what=what))
        return iter(())


def read(text: str, year: int) -> tuple[HolidayYear, tuple[Text, ...]]:
    """The year a notice announces, and what is wrong with it; nothing is wrong with what holds."""
    plain = unicodedata.normalize("NFKC", text)
    while (bare := _BRACKETS.sub("", plain)) != plain:
        plain = bare
    reading = _Reading(year)
    for found in _TOKEN.finditer(plain):
        reading.take(found)
    reading.end_sentence()
    told = HolidayYear(year=year, off=frozenset(reading.off), work=frozenset(reading.work))
    return told, (*reading.faults, *workdays.faults(told))


def written(told: HolidayYear) -> str:
    """The year as text, a line for every span of days, that `read` reads to the same."""
    lines = [(begin, _line(begin, end, "放假")) for begin, end in _spans(told.off)]
    lines += [(begin, _line(begin, end, "上班")) for begin, end in _spans(told.work)]
    return "\n".join(line for _, line in sorted(lines))


def _line(begin: date, end: date, word: str) -> str:
    days = begin.isoformat() if begin == end else f"{begin.isoformat()} 至 {end.isoformat()}"
    return f"{days} {word}"


def _spans(days: frozenset[date]) -> Iterator[tuple[date, date]]:
    first: date | None = None
    for day in sorted(days):
        first = day if first is None else first
        if day + _ONE_DAY not in days:
            yield first, day
            first = None
