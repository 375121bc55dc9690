"""The three trends under the work queue, week by week: visits, irregular ones, results receipted.

Each is one query over a bounded number of weeks, never over all that ever happened. Nothing here
ranks people or agencies by how much they inspect (R33).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from server.models import Notice, Visit
from server.services import scoping, visits
from server.work import Work
from shared.localtime import SHANGHAI, local_day

WEEKS = 12
ONE_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week from its Monday; the present one as far as it has come.

    `due` are results to be receipted in that week, `in_time` those that were.
    """

    monday: date
    visits: int
    irregular: int
    due: int
    in_time: int

    @property
    def irregular_percent(self) -> float | None:
        """Of the visits; None without any."""
        return 100 * self.irregular / self.visits if self.visits else None

    @property
    def in_time_percent(self) -> float | None:
        """Of the results due; None without any."""
        return 100 * self.in_time / self.due if self.due else None


def weeks(work: Work) -> tuple[Week, ...]:
    """The last `WEEKS` weeks in reach of who asks, the present one last."""
    today = local_day(work.now)
    last = today - timedelta(days=today.weekday())
    mondays = [last - ONE_WEEK * n for n in reversed(range(WEEKS))]
    seen, told = _visits(work, mondays), _told(work, mondays, today)
    return tuple(
        Week(
            monday=monday,
            visits=seen.get(n, (0, 0))[0],
            irregular=seen.get(n, (0, 0))[1],
            due=told.get(n, (0, 0))[0],
            in_time=told.get(n, (0, 0))[1],
        )
        for n, monday in enumerate(mondays)
    )


def _visits(work: Work, mondays: list[date]) -> Mapping[int, tuple[int, int]]:
    starts = [datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) for day in mondays]
    place = _place(Visit.opened_at, starts)
    return _counted(
        work,
        select(place, func.count(), func.sum(case((Visit.irregular, 1), else_=0))).where(
            Visit.opened_at >= starts[0],
            Visit.opened_at < starts[-1] + ONE_WEEK,
            visits.reachable(work),
        ),
        place,
    )


def _told(work: Work, mondays: list[date], today: date) -> Mapping[int, tuple[int, int]]:
    """Results due before today, and how many of them were receipted by the end of that day."""
    place = _place(Notice.due_on, mondays)
    in_time = and_(Notice.receipted_at.is_not(None), _day_of(work) <= Notice.due_on)
    return _counted(
        work,
        select(place, func.count(), func.sum(case((in_time, 1), else_=0))).where(
            Notice.due_on >= mondays[0],
            Notice.due_on < today,
            Notice.superseded_at.is_(None),
            scoping.in_reach(work.who, Notice.agency_id),
        ),
        place,
    )


def _place(column: Any, starts: list[Any]) -> ColumnElement[int]:
    """Which of the spans that begin at `starts` a value lies in."""
    later = [(column < start, n) for n, start in enumerate(starts[1:])]
    return case(*later, else_=len(starts) - 1)


def _day_of(work: Work) -> ColumnElement[Any]:
    """The local day of the receipt, in the database's own words."""
    if work.session.get_bind().dialect.name == "sqlite":
        return func.date(Notice.receipted_at, "+8 hours")
    return func.date(func.timezone("Asia/Shanghai", Notice.receipted_at))


def _counted(work: Work, query: Any, place: ColumnElement[int]) -> Mapping[int, tuple[int, int]]:
    rows = work.session.execute(query.group_by(place))
    return {int(n): (int(count), int(some or 0)) for n, count, some in rows}
