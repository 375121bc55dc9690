"""Days, times, sizes and distances as people say them, in the current language."""

from collections.abc import Iterable
from datetime import date, datetime

from fieldapp.language import current
from shared.localtime import SHANGHAI
from shared.slots import SAID, Slot
from shared.text import Language

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
KIB = 1024


def day(value: date) -> str:
    """11月21日 or 21 Nov."""
    if current() is Language.ZH:
        return f"{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]}"


def full_day(value: date) -> str:
    """2026年11月21日 or 21 Nov 2026."""
    if current() is Language.ZH:
        return f"{value.year}年{day(value)}"
    return f"{day(value)} {value.year}"


def span(first: date, last: date) -> str:
    """From one day to another; one day alone where they are the same."""
    return day(first) if first == last else f"{day(first)} – {day(last)}"


def slot(agreed: Slot) -> str:
    """11月21日 上午 or 21 Nov, morning: the half day agreed with an enterprise."""
    half = SAID[agreed.half].into(current())
    between = " " if current() is Language.ZH else ", "
    return f"{day(agreed.day)}{between}{half}"


def minute(moment: datetime) -> str:
    """11月21日 09:40, in local time."""
    local = moment.astimezone(SHANGHAI)
    return f"{day(local.date())} {local:%H:%M}"


def second(moment: datetime) -> str:
    """2026年11月21日 09:40:05, in local time."""
    local = moment.astimezone(SHANGHAI)
    return f"{full_day(local.date())} {local:%H:%M:%S}"


def clock(moment: datetime) -> str:
    """09:40, in local time."""
    return f"{moment.astimezone(SHANGHAI):%H:%M}"


def several(words: Iterable[str]) -> str:
    """Several words as a list in a sentence."""
    return ("、" if current() is Language.ZH else ", ").join(words)


def size(count: int) -> str:
    """Bytes as 480 KB or 8.4 MB."""
    if count < KIB * KIB:
        return f"{max(1, round(count / KIB)) if count else 0} KB"
    if count < KIB**3:
        return f"{count / KIB**2:.1f} MB"
    return f"{count / KIB**3:.1f} GB"


def distance(metres: float) -> str:
    """Metres as 85 m or 1.2 km."""
    return f"{round(metres)} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def duration(seconds: int) -> str:
    """Seconds as 40 秒 or 3 分钟; 40 s or 3 min."""
    chinese = current() is Language.ZH
    if seconds < 60:
        return f"{seconds} 秒" if chinese else f"{seconds} s"
    return f"{round(seconds / 60)} 分钟" if chinese else f"{round(seconds / 60)} min"
