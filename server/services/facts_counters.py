"""What the plan rules look at of yearly counters: this agency's and everybody's, in one query.

The counters are joined to the plan's own stored targets: a list of 100,000 is better asked than
sent. None is scanned for (server/services/counters.py keeps them as visits happen).
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, bindparam, case, func, select

from server.models import Agency, EnterpriseCounter, PlanTarget, VisitCounter
from server.services.counters import Place
from server.work import Work
from shared.plans.facts import Count, WiderCount


def counts(
    work: Work, plan_id: str, agency: Agency, years: Collection[int]
) -> tuple[dict[Place, Count], dict[Place, WiderCount]]:
    """By (USCC, year): what `agency` did, and what all did; enterprises never visited are left out.

    All are those of the agency's field on every level, and everybody (R29). An agency without a
    field is alone in its own. Everybody's are visits, the field's tasks (R31).
    """
    own, wider = {}, {}
    for (
        uscc,
        year,
        visited,
        done,
        scheduled,
        exempt,
        field,
        everybody,
        agencies,
    ) in work.session.execute(YEARLY, asked(plan_id, agency, years)):
        place = (uscc, year)
        if visited:
            own[place] = Count(done=done, scheduled=scheduled, exempt=exempt)
        wider[place] = WiderCount(field=field, everybody=everybody, agencies=agencies)
    return own, wider


def _sum(where: ColumnElement[bool], what: SQLColumnExpression[int] | int) -> ColumnElement[int]:
    return func.sum(case((where, what), else_=0)).cast(Integer)


_USED = VisitCounter.done + VisitCounter.scheduled
_OURS = VisitCounter.agency_id == bindparam("agency_id")
_SAME = _OURS | VisitCounter.agency_id.in_(
    select(Agency.id).where(Agency.field == bindparam("field"), Agency.field != "")
)
_KEPT = (
    select(
        VisitCounter.uscc,
        VisitCounter.year,
        _sum(_OURS, 1).label("visited"),
        _sum(_OURS, VisitCounter.done).label("done"),
        _sum(_OURS, VisitCounter.scheduled).label("scheduled"),
        _sum(_OURS, VisitCounter.exempt).label("exempt"),
        _sum(_SAME, _USED).label("field"),
        func.sum(VisitCounter.scheduled).cast(Integer).label("to_come"),
        _sum(_USED + VisitCounter.exempt > 0, 1).label("agencies"),
    )
    .where(
        VisitCounter.uscc.in_(
            select(PlanTarget.uscc).where(PlanTarget.plan_id == bindparam("plan_id"))
        ),
        VisitCounter.year.in_(bindparam("years", expanding=True)),
    )
    .group_by(VisitCounter.uscc, VisitCounter.year)
    .subquery()
)
YEARLY = select(
    _KEPT.c.uscc,
    _KEPT.c.year,
    _KEPT.c.visited,
    _KEPT.c.done,
    _KEPT.c.scheduled,
    _KEPT.c.exempt,
    _KEPT.c.field,
    _KEPT.c.to_come + func.coalesce(EnterpriseCounter.done, 0),
    _KEPT.c.agencies,
).outerjoin(
    EnterpriseCounter,
    (EnterpriseCounter.uscc == _KEPT.c.uscc) & (EnterpriseCounter.year == _KEPT.c.year),
)
"""Behind `counts`: along the index (enterprise, year)."""


def asked(plan_id: str, agency: Agency, years: Collection[int]) -> dict[str, Any]:
    """What `YEARLY` is asked with."""
    return {
        "plan_id": plan_id,
        "agency_id": agency.id,
        "field": agency.field,
        "years": sorted(years),
    }
