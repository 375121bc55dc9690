"""What the plan rules look at of yearly counters: this agency's and everybody's, in one query.

The counters are joined to the plan's own stored targets: a list of 100,000 is better asked than
sent. None is scanned for (server/services/counters.py keeps them as visits happen).
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, SQLColumnExpression, case, func, select

from server.models import Agency, EnterpriseCounter, VisitCounter
from server.services.counters import Place, of_plan
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
    ) in work.session.execute(yearly(plan_id, agency, years)):
        place = (uscc, year)
        if visited:
            own[place] = Count(done=done, scheduled=scheduled, exempt=exempt)
        wider[place] = WiderCount(field=field, everybody=everybody, agencies=agencies)
    return own, wider


def yearly(plan_id: str, agency: Agency, years: Collection[int]) -> Select[*tuple[Any, ...]]:
    """The query behind `counts`: along the index (enterprise, year)."""
    used = VisitCounter.done + VisitCounter.scheduled
    ours = VisitCounter.agency_id == agency.id
    same = ours
    if agency.field:
        same = VisitCounter.agency_id.in_(select(Agency.id).where(Agency.field == agency.field))
    kept = (
        select(
            VisitCounter.uscc,
            VisitCounter.year,
            _sum(ours, 1).label("visited"),
            _sum(ours, VisitCounter.done).label("done"),
            _sum(ours, VisitCounter.scheduled).label("scheduled"),
            _sum(ours, VisitCounter.exempt).label("exempt"),
            _sum(same, used).label("field"),
            func.sum(VisitCounter.scheduled).cast(Integer).label("to_come"),
            _sum(used + VisitCounter.exempt > 0, 1).label("agencies"),
        )
        .where(VisitCounter.uscc.in_(of_plan(plan_id)), VisitCounter.year.in_(years))
        .group_by(VisitCounter.uscc, VisitCounter.year)
        .subquery()
    )
    made = (EnterpriseCounter.uscc == kept.c.uscc) & (EnterpriseCounter.year == kept.c.year)
    return select(
        kept.c.uscc,
        kept.c.year,
        kept.c.visited,
        kept.c.done,
        kept.c.scheduled,
        kept.c.exempt,
        kept.c.field,
        kept.c.to_come + func.coalesce(EnterpriseCounter.done, 0),
        kept.c.agencies,
    ).outerjoin(EnterpriseCounter, made)


def _sum(where: ColumnElement[bool], what: SQLColumnExpression[int] | int) -> ColumnElement[int]:
    return func.sum(case((where, what), else_=0)).cast(Integer)
