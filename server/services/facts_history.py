"""What the plan rules look at of the enterprises: what they are, and who went there before.

Every query goes from the plan's stored targets along an index, bounded by days: none grows with
what happened in earlier years.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, func, or_, select, union_all

from server.database import among
from server.models import Enterprise, PlanTarget, Premise, Task, Visit
from server.models import Plan as PlanRow
from server.services.facts_agency import IN_FORCE
from server.services.facts_people import GIVEN_UP
from server.services.plan_reading import read_ids
from server.work import Work
from shared.localtime import local_day
from shared.plans.facts import FirmFacts, Past, PlaceFacts, Recheckable
from shared.plans.limits import Limits
from shared.plans.model import Plan, VisitType

_OURS = select(PlanTarget.uscc).where(PlanTarget.plan_id == bindparam("plan_id")).scalar_subquery()
_OUR_PLACES = (
    select(PlanTarget.premise_id)
    .where(PlanTarget.plan_id == bindparam("plan_id"))
    .scalar_subquery()
)
_FIRMS = select(
    Enterprise.uscc,
    Enterprise.name,
    Enterprise.region,
    Enterprise.industry,
    Enterprise.grade,
    Enterprise.status,
    Enterprise.as_of,
).where(among(Enterprise.uscc, _OURS))
_PLACES = select(
    Premise.id,
    Premise.name,
    Premise.region,
    Premise.uscc,
    Premise.lat,
    Premise.lon,
    Premise.closed_at,
).where(among(Premise.id, _OUR_PLACES))


def firms(work: Work, plan: Plan) -> dict[str, FirmFacts]:
    """The plan's enterprises by USCC."""
    day_of = cache(local_day)  # a register comes as of few moments
    rows = work.session.execute(_FIRMS, {"plan_id": plan.id})
    return {
        uscc: FirmFacts(
            name=name,
            region=region,
            industry=industry,
            grade=grade,
            status=status,
            as_of=day_of(as_of),
        )
        for uscc, name, region, industry, grade, status, as_of in rows
    }


def places(work: Work, plan: Plan) -> dict[str, PlaceFacts]:
    """The premises to visit by id."""
    rows = work.session.execute(_PLACES, {"plan_id": plan.id})
    return {
        id_: PlaceFacts(
            name=name,
            region=region,
            uscc=uscc,
            has_point=lat is not None and lon is not None,
            is_closed=closed_at is not None,
        )
        for id_, name, region, uscc, lat, lon, closed_at in rows
    }


def history(work: Work, plan: Plan, limits: Limits) -> dict[str, tuple[Past, ...]]:
    """Inspections of the plan's enterprises, as far from it as some rule looks.

    What other agencies did long before is no matter of any rule over this plan, and is most of it.
    """
    rows = work.session.execute(RECENT, recent(plan, limits))
    found: dict[str, list[Past]] = {}
    ids_in = cache(_ids_in)
    for row in rows:
        found.setdefault(row.uscc, []).append(_past(row, ids_in))
    return {
        uscc: tuple(sorted(those, key=lambda past: (past.until, past.task_id)))
        for uscc, those in found.items()
    }


def _tasks() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Task.uscc,
            Task.id,
            Task.agency_id,
            Task.trigger,
            Task.window_from,
            Task.window_to,
            cast(Task.item_ids, Text).label("item_ids"),
            cast(Task.officer_ids, Text).label("officer_ids"),
            Task.visit_id,
            Visit.opened_at,
            Visit.outcome,
        )
        .outerjoin(Visit, Visit.id == Task.visit_id)
        .where(
            among(Task.uscc, _OURS),
            Task.visit_type == VisitType.INSPECTION,
            Task.status.notin_(GIVEN_UP),
            or_(Task.plan_id.is_(None), Task.plan_id != bindparam("plan_id")),
        )
    )


RECENT = union_all(
    _tasks().where(Task.window_to >= bindparam("lately"), Task.window_from <= bindparam("until")),
    _tasks().where(
        Task.window_to >= bindparam("since"),
        Task.window_to < bindparam("lately"),
        Task.agency_id == bindparam("agency_id"),
    ),
)
"""Behind `history`: along the index (enterprise, last day of the window, agency).

Lists of ids come as they are written: the same few are read once, not for every task.
"""


def recent(plan: Plan, limits: Limits) -> dict[str, Any]:
    """What `RECENT` is asked with."""
    near = timedelta(days=limits.near_days)
    long_ago = plan.since - timedelta(days=limits.past_days)
    return {
        "plan_id": plan.id,
        "agency_id": plan.agency_id,
        "since": min(long_ago, date(plan.since.year, 1, 1)),
        "lately": plan.since - near,
        "until": plan.until + near,
    }


def _ids_in(written: str) -> frozenset[str]:
    return frozenset(read_ids(written))


def _past(row: Any, ids_in: Callable[[str], frozenset[str]]) -> Past:
    made = local_day(row.opened_at) if row.outcome is not None and row.opened_at else None
    return Past(
        task_id=row.id,
        agency_id=row.agency_id,
        trigger=row.trigger,
        since=made or row.window_from,
        until=made or row.window_to,
        item_ids=ids_in(row.item_ids),
        officer_ids=ids_in(row.officer_ids),
        visit_id=row.visit_id,
        outcome=row.outcome,
    )


def sources(work: Work, plan: Plan) -> dict[str, int]:
    """By number of a lead of this plan: how many filed targets of other plans rest on it."""
    if not any(target.source_no for target in plan.targets):
        return {}
    ours = select(PlanTarget.source_no).where(
        PlanTarget.plan_id == plan.id, PlanTarget.source_no != ""
    )
    rows = work.session.execute(
        select(PlanTarget.source_no, func.count())
        .join(PlanRow, PlanRow.id == PlanTarget.plan_id)
        .where(
            PlanTarget.source_no.in_(ours),
            PlanTarget.plan_id != plan.id,
            PlanRow.agency_id == plan.agency_id,
            PlanRow.status.in_(IN_FORCE),
        )
        .group_by(PlanTarget.source_no)
    )
    return dict(rows.all())


def rechecked(work: Work, plan: Plan) -> dict[str, Recheckable]:
    """The earlier tasks whose rectification this plan looks at."""
    if not any(target.recheck_of for target in plan.targets):
        return {}
    ours = select(PlanTarget.recheck_of).where(
        PlanTarget.plan_id == plan.id, PlanTarget.recheck_of.isnot(None)
    )
    times = dict(
        work.session.execute(
            select(PlanTarget.recheck_of, func.count())
            .join(PlanRow, PlanRow.id == PlanTarget.plan_id)
            .where(
                PlanTarget.recheck_of.in_(ours),
                PlanTarget.plan_id != plan.id,
                PlanRow.status.in_(IN_FORCE),
            )
            .group_by(PlanTarget.recheck_of)
        ).all()
    )
    rows = work.session.execute(
        select(Task.id, Task.uscc, Task.agency_id, Task.item_ids, Visit.outcome)
        .outerjoin(Visit, Visit.id == Task.visit_id)
        .where(Task.id.in_(ours))
    )
    return {
        id_: Recheckable(
            uscc=uscc,
            agency_id=agency_id,
            item_ids=frozenset(item_ids),
            outcome=outcome,
            rechecks=times.get(id_, 0),
        )
        for id_, uscc, agency_id, item_ids, outcome in rows
    }
