"""What the plan rules look at of the enterprises: what they are, and who went there before.

Every query goes from the plan's stored targets along an index, bounded by days: none grows with
what happened in earlier years.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, func, literal, or_, select, union_all

from server.database import among
from server.models import Enterprise, PlanTarget, Premise, Task, Visit
from server.models import Plan as PlanRow
from server.services.facts_people import NOT_GIVEN_UP
from server.services.plan_reading import FILED, read_ids
from server.together import Answers, Query
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
REGISTERED: Mapping[str, Query] = {
    "firms": select(
        Enterprise.uscc,
        Enterprise.name,
        Enterprise.region,
        Enterprise.industry,
        Enterprise.grade,
        Enterprise.status,
        Enterprise.as_of,
    ).where(among(Enterprise.uscc, _OURS)),
    "places": select(
        Premise.id,
        Premise.name,
        Premise.region,
        Premise.uscc,
        Premise.lat,
        Premise.lon,
        Premise.closed_at,
    ).where(among(Premise.id, _OUR_PLACES)),
}
"""What the plan's enterprises and premises are."""


def firms(found: Answers) -> dict[str, FirmFacts]:
    """The plan's enterprises by USCC."""
    day_of = cache(local_day)  # a register comes as of few moments
    return {
        row.uscc: FirmFacts(
            name=row.name,
            region=row.region,
            industry=row.industry,
            grade=row.grade,
            status=row.status,
            as_of=day_of(row.as_of),
        )
        for row in found["firms"]
    }


def places(found: Answers) -> dict[str, PlaceFacts]:
    """The premises to visit by id."""
    return {
        row.id: PlaceFacts(
            name=row.name,
            region=row.region,
            uscc=row.uscc,
            has_point=row.lat is not None and row.lon is not None,
            is_closed=row.closed_at is not None,
        )
        for row in found["places"]
    }


def history(found: Answers) -> dict[str, tuple[Past, ...]]:
    """Inspections of the plan's enterprises, as far from it as some rule looks.

    What other agencies did long before is no matter of any rule over this plan, and is most of it.
    """
    pasts: dict[str, list[Past]] = {}
    ids_in = cache(_ids_in)
    for row in found["recent"]:
        pasts.setdefault(row.uscc, []).append(_past(row, ids_in))
    return {
        uscc: tuple(sorted(those, key=lambda past: (past.until, past.task_id)))
        for uscc, those in pasts.items()
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
            NOT_GIVEN_UP,
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
).cte("recent")
"""Along the index (enterprise, last day of the window, agency).

Lists of ids come as they are written: the same few are read once, not for every task.
"""
VISITED: Mapping[str, Query] = {"recent": RECENT}


def asked(plan: Plan, limits: Limits) -> dict[str, Any]:
    """What `VISITED` is asked with."""
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


_FILED_BESIDE = (
    PlanTarget.plan_id != bindparam("plan_id"),
    PlanRow.status.in_([literal(str(each)) for each in FILED]),
)
_LEADS = select(PlanTarget.source_no).where(
    PlanTarget.plan_id == bindparam("plan_id"), PlanTarget.source_no != ""
)
_RECHECKED = select(PlanTarget.recheck_of).where(
    PlanTarget.plan_id == bindparam("plan_id"), PlanTarget.recheck_of.isnot(None)
)
LEADS = ("leads",)
RECHECKS = ("rechecked", "rechecks")
BEFORE: Mapping[str, Query] = {
    "leads": select(PlanTarget.source_no, func.count().label("targets"))
    .join(PlanRow, PlanRow.id == PlanTarget.plan_id)
    .where(
        PlanTarget.source_no.in_(_LEADS),
        *_FILED_BESIDE,
        PlanRow.agency_id == bindparam("agency_id"),
    )
    .group_by(PlanTarget.source_no)
    .subquery(),
    "rechecks": select(PlanTarget.recheck_of, func.count().label("targets"))
    .join(PlanRow, PlanRow.id == PlanTarget.plan_id)
    .where(PlanTarget.recheck_of.in_(_RECHECKED), *_FILED_BESIDE)
    .group_by(PlanTarget.recheck_of)
    .subquery(),
    "rechecked": select(Task.id, Task.uscc, Task.agency_id, Task.item_ids, Visit.outcome)
    .outerjoin(Visit, Visit.id == Task.visit_id)
    .where(Task.id.in_(_RECHECKED)),
}
"""What the plan's targets refer to, if any does."""


def idle(plan: Plan) -> set[str]:
    """Those of `BEFORE` that need not be asked: nothing refers to anything."""
    without = set() if any(target.source_no for target in plan.targets) else {*LEADS}
    return without if any(target.recheck_of for target in plan.targets) else without | {*RECHECKS}


def sources(found: Answers) -> dict[str, int]:
    """By number of a lead of this plan: how many filed targets of other plans rest on it."""
    return {row.source_no: row.targets for row in found["leads"]}


def rechecked(found: Answers) -> dict[str, Recheckable]:
    """The earlier tasks whose rectification this plan looks at."""
    times = {row.recheck_of: row.targets for row in found["rechecks"]}
    return {
        row.id: Recheckable(
            uscc=row.uscc,
            agency_id=row.agency_id,
            item_ids=frozenset(row.item_ids),
            outcome=row.outcome,
            rechecks=times.get(row.id, 0),
        )
        for row in found["rechecked"]
    }
