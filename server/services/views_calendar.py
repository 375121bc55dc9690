"""A year's plans side by side: which runs when, and how many visits begin in each month.

Reads only. Plans given up are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from server.models import Agency, Plan, PlanStatus, PlanTarget
from server.services import scoping
from server.work import Work

MONTHS = range(1, 13)
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One plan; `first` and `last` are the months of the year that it touches."""

    id: str
    title: str
    status: str
    agency: str
    window_from: date
    window_to: date
    targets: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The rows that are shown, whether there are more, and visits by the month they begin in."""

    year: int
    rows: tuple[Row, ...]
    more: bool
    begin: Mapping[int, int]


def year(work: Work, which: int) -> Year:
    """The plans in reach whose window touches the year, the first to begin first."""
    first, last = date(which, 1, 1), date(which, 12, 31)
    found = work.session.execute(
        select(Plan, Agency.name)
        .join(Agency, Agency.id == Plan.agency_id)
        .where(
            scoping.in_reach(work.who, Plan.agency_id),
            Plan.year.in_((which - 1, which)),
            Plan.window_from <= last,
            Plan.window_to >= first,
            Plan.status.notin_((PlanStatus.CANCELLED, PlanStatus.TAKEN_UP)),
        )
        .order_by(Plan.window_from, Plan.window_to, Plan.id)
        .limit(MOST + 1)
    ).all()
    targets = _targets(work, [plan.id for plan, _ in found[:MOST]])
    rows = tuple(
        Row(
            id=plan.id,
            title=plan.title,
            status=plan.status,
            agency=agency,
            window_from=plan.window_from,
            window_to=plan.window_to,
            targets=targets.get(plan.id, 0),
            first=max(plan.window_from, first).month,
            last=min(plan.window_to, last).month,
        )
        for plan, agency in found[:MOST]
    )
    return Year(
        year=which,
        rows=rows,
        more=len(found) > MOST,
        begin={month: sum(r.targets for r in rows if r.first == month) for month in MONTHS},
    )


def _targets(work: Work, plan_ids: list[str]) -> Mapping[str, int]:
    rows = work.session.execute(
        select(PlanTarget.plan_id, func.count())
        .where(PlanTarget.plan_id.in_(plan_ids))
        .group_by(PlanTarget.plan_id)
    )
    return dict(rows.all())
