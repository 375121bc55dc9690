"""Half days an announced inspection may be agreed for: 上午 or 下午 of a working day in its window.

No clock is asked: the first day that may still be chosen comes in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.errors import BadInput
from shared.text import Text
from shared.workdays import Calendar


class Half(StrEnum):
    """Half a working day."""

    MORNING = "am"
    AFTERNOON = "pm"


SAID = {Half.MORNING: Text("上午", "morning"), Half.AFTERNOON: Text("下午", "afternoon")}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Slot:
    """Half of one local day. `code` is how a form carries it: `2026-11-30 am`."""

    day: date
    half: Half

    @property
    def code(self) -> str:
        return f"{self.day.isoformat()} {self.half}"


def read(code: str) -> Slot:
    """The slot of a code; `BadInput`."""
    day, _, half = code.partition(" ")
    try:
        return Slot(day=date.fromisoformat(day), half=Half(half))
    except ValueError as wrong:
        raise BadInput("Not half a day.", errors={"/slot": "2026-11-30 am"}) from wrong


def between(first: date, last: date, calendar: Calendar) -> Iterator[Slot]:
    """Both halves of every working day from `first` to `last`, in their order."""
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if calendar.is_workday(day):
            yield from (Slot(day=day, half=half) for half in Half)
