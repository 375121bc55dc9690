"""What the plan rules look at of yearly counters: this agency's and everybody's, in one query.

The counters are joined to the plan's own stored targets: a list of 100,000 is better asked than
sent. None is scanned for (server/services/counters.py keeps them as visits happen).
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    SQLColumnExpression,
    bindparam,
    case,
    func,
    literal,
    null,
    select,
    union_all,
)

from server.database import among
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


_PLANNED = (
    select(PlanTarget.uscc).where(PlanTarget.plan_id == bindparam("plan_id")).scalar_subquery()
)
_YEARS: BindParameter[int] = bindparam("years", expanding=True)
_KEPT = union_all(
    select(
        VisitCounter.uscc,
        VisitCounter.year,
        VisitCounter.agency_id,
        VisitCounter.done,
        VisitCounter.scheduled,
        VisitCounter.exempt,
        literal(0).label("visits"),
    ).where(among(VisitCounter.uscc, _PLANNED), VisitCounter.year.in_(_YEARS)),
    select(
        EnterpriseCounter.uscc,
        EnterpriseCounter.year,
        null(),
        literal(0),
        literal(0),
        literal(0),
        EnterpriseCounter.done,
    ).where(among(EnterpriseCounter.uscc, _PLANNED), EnterpriseCounter.year.in_(_YEARS)),
).subquery()
_OURS = _KEPT.c.agency_id == bindparam("agency_id")
_SAME = _OURS | _KEPT.c.agency_id.in_(
    select(Agency.id).where(Agency.field == bindparam("field"), Agency.field != "")
)
_USED = _KEPT.c.done + _KEPT.c.scheduled
YEARLY = select(
    _KEPT.c.uscc,
    _KEPT.c.year,
    _sum(_OURS, 1),
    _sum(_OURS, _KEPT.c.done),
    _sum(_OURS, _KEPT.c.scheduled),
    _sum(_OURS, _KEPT.c.exempt),
    _sum(_SAME, _USED),
    func.sum(_KEPT.c.scheduled + _KEPT.c.visits).cast(Integer),
    _sum(_USED + _KEPT.c.exempt > 0, 1),
).group_by(_KEPT.c.uscc, _KEPT.c.year)
"""Behind `counts`: both counters along their indexes (enterprise, year), put together by sums."""


def asked(plan_id: str, agency: Agency, years: Collection[int]) -> dict[str, Any]:
    """What `YEARLY` is asked with."""
    return {
        "plan_id": plan_id,
        "agency_id": agency.id,
        "field": agency.field,
        "years": sorted(years),
    }
