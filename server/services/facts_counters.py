"""What the plan rules look at of yearly counters: this agency's and everybody's, in one query.

The counters are joined to the plan's own stored targets: a list of 100,000 is better asked than
sent. None is scanned for (server/services/counters.py keeps them as visits happen).
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
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

from server.database import among, any_of
from server.models import Agency, EnterpriseCounter, PlanTarget, VisitCounter
from server.services.counters import Place
from server.together import Answers, Query
from shared.plans.facts import Count, WiderCount


def own(found: Answers) -> dict[Place, Count]:
    """By (USCC, year): what the plan's agency did; where it never was is left out."""
    return {
        (row.uscc, row.year): Count(done=row.done, scheduled=row.scheduled, exempt=row.exempt)
        for row in found["yearly"]
        if row.ours
    }


def wider(found: Answers) -> dict[Place, WiderCount]:
    """The same of all agencies; enterprises never visited are left out.

    All are those of the agency's field on every level, and everybody (R29). An agency without a
    field is alone in its own. Everybody's are visits, the field's tasks (R31).
    """
    return {
        (row.uscc, row.year): WiderCount(
            field=row.field, everybody=row.everybody, agencies=row.agencies
        )
        for row in found["yearly"]
    }


def _sum(where: ColumnElement[bool], what: SQLColumnExpression[int] | int) -> ColumnElement[int]:
    return func.sum(case((where, what), else_=0)).cast(Integer)


_PLANNED = (
    select(PlanTarget.uscc).where(PlanTarget.plan_id == bindparam("plan_id")).scalar_subquery()
)
_KEPT = union_all(
    select(
        VisitCounter.uscc,
        VisitCounter.year,
        VisitCounter.agency_id,
        VisitCounter.done,
        VisitCounter.scheduled,
        VisitCounter.exempt,
        literal(0).label("visits"),
    ).where(among(VisitCounter.uscc, _PLANNED), any_of(VisitCounter.year, "years")),
    select(
        EnterpriseCounter.uscc,
        EnterpriseCounter.year,
        null(),
        literal(0),
        literal(0),
        literal(0),
        EnterpriseCounter.done,
    ).where(among(EnterpriseCounter.uscc, _PLANNED), any_of(EnterpriseCounter.year, "years")),
).subquery()
_OURS = _KEPT.c.agency_id == bindparam("agency_id")
_SAME = _OURS | _KEPT.c.agency_id.in_(
    select(Agency.id).where(Agency.field == bindparam("field"), Agency.field != "")
)
_USED = _KEPT.c.done + _KEPT.c.scheduled
YEARLY = select(
    _KEPT.c.uscc,
    _KEPT.c.year,
    _sum(_OURS, 1).label("ours"),
    _sum(_OURS, _KEPT.c.done).label("done"),
    _sum(_OURS, _KEPT.c.scheduled).label("scheduled"),
    _sum(_OURS, _KEPT.c.exempt).label("exempt"),
    _sum(_SAME, _USED).label("field"),
    func.sum(_KEPT.c.scheduled + _KEPT.c.visits).cast(Integer).label("everybody"),
    _sum(_USED + _KEPT.c.exempt > 0, 1).label("agencies"),
).group_by(_KEPT.c.uscc, _KEPT.c.year)
"""Both counters along their indexes (enterprise, year), put together by sums."""
COUNTED: Mapping[str, Query] = {"yearly": YEARLY.subquery()}


def asked(plan_id: str, agency_id: str, field: str, years: Collection[int]) -> dict[str, Any]:
    """What `COUNTED` is asked with: `field` is that of the agency."""
    return {"plan_id": plan_id, "agency_id": agency_id, "field": field, "years": sorted(years)}
