"""China has one civil time and no summer time: UTC+8. Stored times are UTC; days are local days."""

from datetime import date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def local_day(moment: datetime) -> date:
    """Return the calendar day in Shanghai of an aware `moment`."""
    return moment.astimezone(SHANGHAI).date()


def beginning_of(day: date) -> datetime:
    """The moment a local day begins."""
    return datetime.combine(day, time.min, SHANGHAI)


def local_minute(moment: datetime) -> str:
    """Return `moment` as a document prints it, to the minute: `2026-11-21 09:40`."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def local_second(moment: datetime) -> str:
    """The same to the second, where minutes are too coarse to tell files apart."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
