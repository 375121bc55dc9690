"""How moments, days and counts are written on a page. Days and minutes are local (UTC+8)."""

from datetime import date, datetime, timedelta

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from server import edge
from shared.localtime import SHANGHAI, local_day
from shared.text import Language

WEEKDAYS = (
    _l("星期一"),
    _l("星期二"),
    _l("星期三"),
    _l("星期四"),
    _l("星期五"),
    _l("星期六"),
    _l("星期日"),
)
SHORT_WEEKDAYS = (_l("一"), _l("二"), _l("三"), _l("四"), _l("五"), _l("六"), _l("日"))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HASH_SHOWN = 12


def register(app: Flask) -> None:
    """Let templates write `{{ plan.submitted_at|moment }}` and the like."""
    app.jinja_env.filters.update(
        day=day,
        dated=dated,
        moment=moment,
        clock=clock,
        minute=minute,
        ago=ago,
        waited=waited,
        span=span,
        short=short,
        size=size,
    )
    app.jinja_env.globals.update(weekdays=WEEKDAYS, weekdays_short=SHORT_WEEKDAYS)


def day(value: date | datetime | None) -> str:
    """11月21日, with the year when it is another than today's; 21 Nov in English."""
    if value is None:
        return "—"
    shown = local_day(value) if isinstance(value, datetime) else value
    this_year = shown.year == local_day(_now()).year
    if edge.language() is Language.EN:
        return f"{shown.day} {MONTHS[shown.month - 1]}" + ("" if this_year else f" {shown.year}")
    return ("" if this_year else f"{shown.year}年") + f"{shown.month}月{shown.day}日"


def dated(value: date) -> str:
    """2026年11月21日, with its year always: of what is read in other years too."""
    if edge.language() is Language.EN:
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """11月21日 09:40."""
    return "—" if value is None else f"{day(value)} {value.astimezone(SHANGHAI):%H:%M}"


def clock(value: datetime | None) -> str:
    """09:40:12."""
    return "—" if value is None else f"{value.astimezone(SHANGHAI):%H:%M:%S}"


def minute(value: datetime | None) -> str:
    """09:40."""
    return "—" if value is None else f"{value.astimezone(SHANGHAI):%H:%M}"


def ago(value: datetime | None) -> str:
    """How long ago, in one rough unit."""
    if value is None:
        return _("从未")
    gone = _now() - value
    if gone < timedelta(minutes=1):
        return _("刚刚")
    if gone < timedelta(hours=1):
        return _("%(n)s 分钟前", n=int(gone.total_seconds() // 60))
    if gone < timedelta(days=1):
        return _("%(n)s 小时前", n=int(gone.total_seconds() // 3600))
    return _("%(n)s 天前", n=gone.days)


def waited(since: datetime) -> str:
    """For how long, in one rough unit."""
    gone = _now() - since
    if gone < timedelta(hours=1):
        return _(" %(n)s 分钟", n=max(0, int(gone.total_seconds() // 60)))
    if gone < timedelta(days=1):
        return _(" %(n)s 小时", n=int(gone.total_seconds() // 3600))
    return _(" %(n)s 天", n=gone.days)


def span(first: date, last: date) -> str:
    """11月21日 – 12月5日; one day is written once."""
    return day(first) if first == last else f"{day(first)} – {day(last)}"


def short(hash_: str | None) -> str:
    """The first characters of a hash; the whole is one click away."""
    return (hash_ or "")[:HASH_SHOWN]


def size(count: int) -> str:
    """Bytes as a person reads them."""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    return f"{count / 1024 / 1024:.1f} MB"


def _now() -> datetime:
    return edge.parts().clock.now()
