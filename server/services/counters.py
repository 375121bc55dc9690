"""How often an agency visits an enterprise in a year: kept as it happens, never scanned for (R26).

`scheduled` are filed tasks that use up the cap and are still to come, `done` those that were made,
`exempt` visits that use up nothing but are followed all the same (R27, R28). The year is that of
the visit; a window over New Year takes a place in both until the visit is made.

An agency counts its tasks. The enterprise counts who came through its door: a visit of several
agencies, or with several tasks of one, is one (R31). What is inspected off site (`offsite`) is
nobody's coming: it takes no place and is counted beside, as service visits are.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, update

from server.database import any_of, insert_if_absent, rows_of
from server.models import (
    Enterprise,
    EnterpriseCounter,
    InspectionItem,
    PlanTarget,
    Retention,
    Task,
    TaskStatus,
    VisitCounter,
)
from server.services import counter_changes
from server.services.counter_changes import Weight
from server.work import Work
from shared.localtime import local_day
from shared.plans.facts import Count
from shared.plans.model import VisitType

Whom = Collection[str] | Select[str]
"""Enterprises by USCC, or a query for them: a list of 100,000 is better asked than sent."""
Place = tuple[str, int]
"""One place under the cap: (USCC, year)."""
MADE = (
    TaskStatus.FINALISED,
    TaskStatus.NOTIFIED,
    TaskStatus.RECTIFYING,
    TaskStatus.RECHECKED,
    TaskStatus.CLOSED,
)
"""Where a task stands whose visit was made and counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made of one enterprise's year, by everybody or by one agency."""

    done: int = 0
    exempt: int = 0
    service: int = 0
    scheduled: int = 0


def of_plan(plan_id: str) -> Select[str]:
    """The enterprises of a stored plan."""
    return select(PlanTarget.uscc).where(PlanTarget.plan_id == plan_id)


def counts(work: Work, agency_id: str, usccs: Whom, years: Collection[int]) -> dict[Place, Count]:
    """By (USCC, year), as the rules want it; enterprises never visited are left out."""
    rows = work.session.execute(
        select(
            VisitCounter.uscc,
            VisitCounter.year,
            VisitCounter.done,
            VisitCounter.scheduled,
            VisitCounter.exempt,
        ).where(
            VisitCounter.agency_id == agency_id,
            VisitCounter.uscc.in_(usccs),
            VisitCounter.year.in_(years),
        )
    )
    return {
        (uscc, year): Count(done=done, scheduled=scheduled, exempt=exempt)
        for uscc, year, done, scheduled, exempt in rows
    }


def lock_enterprises(work: Work, plan_id: str) -> None:
    """Let nobody else file for these enterprises until the commit: caps of several agencies."""
    work.session.execute(
        select(Enterprise.uscc)
        .where(Enterprise.uscc.in_(of_plan(plan_id)))
        .order_by(Enterprise.uscc)
        .with_for_update(key_share=True)
    ).all()


def locked(work: Work, agency_id: str, places: Iterable[Place]) -> dict[Place, VisitCounter]:
    """The counters, nobody else's to change until the commit; made if they are missing."""
    wanted = sorted(set(places))
    nothing = {**_NOBODY_CAME, "agency_id": agency_id, "scheduled": 0}
    found = _locked(work, agency_id, wanted)
    if missing := [place for place in wanted if place not in found]:
        rows = [{**nothing, "uscc": uscc, "year": year} for uscc, year in missing]
        insert_if_absent(work.session, VisitCounter, rows)
        found = _locked(work, agency_id, wanted)
    return found


def _locked(work: Work, agency_id: str, wanted: list[Place]) -> dict[Place, VisitCounter]:
    found: dict[Place, VisitCounter] = {}
    for some in _portions(wanted):
        usccs, years = {uscc for uscc, _ in some}, {year for _, year in some}
        told = {"agency": agency_id, "usccs": usccs, "years": years}
        for row in work.session.scalars(_COUNTERS, told):
            found[row.uscc, row.year] = row
    return found


_COUNTERS = (
    select(VisitCounter)
    .where(
        VisitCounter.agency_id == bindparam("agency"),
        any_of(VisitCounter.uscc, "usccs"),
        any_of(VisitCounter.year, "years"),
    )
    .order_by(VisitCounter.uscc, VisitCounter.year)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def schedule(held: Mapping[Place, VisitCounter], places: Iterable[Place]) -> None:
    """Count filed tasks, one per entry of `places`, in counters that are locked."""
    for place, more in Counter(places).items():
        held[place].scheduled += more


def free(held: Mapping[Place, VisitCounter], places: Iterable[Place]) -> None:
    """Give back places of tasks that are withdrawn, one per entry, in counters that are locked."""
    for place, fewer in Counter(places).items():
        held[place].scheduled = max(held[place].scheduled - fewer, 0)


def visit_made(
    work: Work, task: Task, day: date | None = None, *, beside: Iterable[Task] | None = None
) -> None:
    """A task's visit was made on a local day: done instead of scheduled, or beside the cap.

    `beside` are the other tasks of that visit as they stand, if the caller knows them. The counters
    are changed at the end of the transaction: every visit of an enterprise wants them.
    """
    on = day or local_day(work.now)
    year = on.year if on.year in _years(task) else task.window_from.year
    _use_items(work, task, on)
    _free(work, task)
    changes = counter_changes.of(work)
    changes.made(task.agency_id, task.uscc, year, _weight(task))
    changes.came(task.uscc, year, _came_in(work, task, beside))


def visit_given_up(work: Work, task: Task) -> None:
    """A task ends without a visit that counts (cancelled, not found): its place is free again."""
    _free(work, task)


def _free(work: Work, task: Task) -> None:
    if task.counts:
        for uscc, year in _places(task):
            counter_changes.of(work).freed(task.agency_id, uscc, year)


def past_visits_made(work: Work, agency_id: str, tasks: Sequence[Task]) -> None:
    """Count one agency's visits from before this platform, added and not flushed yet.

    Nothing was scheduled for them. Whoever came to an enterprise on one day came together (R31):
    nothing else is known of visits that left no trace.
    """
    held = locked(work, agency_id, {(task.uscc, task.window_to.year) for task in tasks})
    for task in tasks:
        _one_more(held[task.uscc, task.window_to.year], _weight(task), 1)
    whole = _enterprises(work, held)
    before = _came_on(work, tasks)
    for (uscc, day), weight in _heaviest_by_day(before, tasks).items():
        known = before.get((uscc, day))
        if known is not weight:
            _one_more(whole[uscc, day.year], weight, 1)
            if known is not None:
                _one_more(whole[uscc, day.year], known, -1)
    for task in tasks:
        if _weight(task) is Weight.OFFSITE:
            _one_more(whole[task.uscc, task.window_to.year], Weight.OFFSITE, 1)
    work.session.flush()


def by_all_agencies(work: Work, usccs: Whom, year: int) -> dict[str, int]:
    """Inspections made at each enterprise this year by anybody, exempt ones included."""
    rows = work.session.execute(
        select(EnterpriseCounter.uscc, EnterpriseCounter.done + EnterpriseCounter.exempt).where(
            EnterpriseCounter.uscc.in_(usccs), EnterpriseCounter.year == year
        )
    )
    return dict(rows.all())


PORTION = 5000  # an engine takes only so many values at once


def _portions(places: list[Place]) -> Iterable[list[Place]]:
    return (places[start : start + PORTION] for start in range(0, len(places), PORTION))


def _years(task: Task) -> range:
    return range(task.window_from.year, task.window_to.year + 1)


def _places(task: Task) -> list[Place]:
    return [(task.uscc, year) for year in _years(task)]


def _weight(task: Any) -> Weight:
    if task.visit_type == VisitType.OFFSITE:
        return Weight.OFFSITE
    if task.visit_type != VisitType.INSPECTION:
        return Weight.SERVICE
    return Weight.DONE if task.counts else Weight.EXEMPT


def _one_more(row: VisitCounter | EnterpriseCounter, weight: Weight, by: int) -> None:
    setattr(row, weight, getattr(row, weight) + by)


def _came_in(work: Work, task: Task, beside: Iterable[Task] | None) -> Mapping[Weight, int]:
    """Count the visit once, by the heaviest of its tasks: this one may be heavier than before."""
    before = _heaviest_before(work, task, beside)
    heaviest = min(before or Weight.OFFSITE, _weight(task), key=list(Weight).index)
    if before is heaviest:
        return {}
    return {heaviest: 1} if before is None else {before: -1, heaviest: 1}


def _heaviest_before(work: Work, task: Task, beside: Iterable[Task] | None) -> Weight | None:
    if task.visit_id is None:
        return None
    others: Iterable[Any]
    if beside is None:
        work.session.flush()
        others = rows_of(work.session, _OTHERS, {"visit": task.visit_id, "task": task.id})
    else:
        others = [one for one in beside if one.status in MADE]
    return min((_weight(other) for other in others), key=list(Weight).index, default=None)


_OTHERS = select(Task.visit_type, Task.counts).where(
    Task.visit_id == bindparam("visit"), Task.id != bindparam("task"), Task.status.in_(MADE)
)


Came = dict[tuple[str, date], Weight]
"""What was the heaviest of those that came to an enterprise on a day."""


def _heaviest_by_day(before: Came, tasks: Iterable[Any]) -> Came:
    heaviest = dict(before)
    for task in tasks:
        weight, came = _weight(task), (task.uscc, task.window_to)
        if weight is not Weight.OFFSITE:
            heaviest[came] = min(heaviest.get(came, weight), weight, key=list(Weight).index)
    return heaviest


def _came_on(work: Work, tasks: Sequence[Task]) -> Came:
    """Who came on the days of these past visits, as far as it was brought in before."""
    with work.session.no_autoflush:
        rows = work.session.execute(
            select(Task.uscc, Task.window_to, Task.visit_type, Task.counts).where(
                any_of(Task.uscc, "usccs"),
                Task.window_to.in_({task.window_to for task in tasks}),
                Task.window_from == Task.window_to,
                Task.plan_id.is_(None),
                Task.visit_id.is_(None),
                Task.status == TaskStatus.CLOSED,
            ),
            {"usccs": sorted({task.uscc for task in tasks})},
        ).all()
    return _heaviest_by_day({}, rows)


def _enterprises(work: Work, places: Collection[Place]) -> dict[Place, EnterpriseCounter]:
    """Counters of many enterprises, locked in their order; made if they are missing."""
    wanted = sorted(set(places))
    if not wanted:
        return {}
    rows = [{**_NOBODY_CAME, "uscc": uscc, "year": year} for uscc, year in wanted]
    insert_if_absent(work.session, EnterpriseCounter, rows)
    found = work.session.scalars(
        _SEVERAL,
        {"usccs": {uscc for uscc, _ in wanted}, "years": {year for _, year in wanted}},
    )
    return {(row.uscc, row.year): row for row in found}


_NOBODY_CAME = {
    "done": 0,
    "exempt": 0,
    "service": 0,
    "offsite": 0,
    "retention_class": str(Retention.PLAN),
    "legal_hold": False,
}
_SEVERAL = (
    select(EnterpriseCounter)
    .where(
        any_of(EnterpriseCounter.uscc, "usccs"),
        any_of(EnterpriseCounter.year, "years"),
    )
    .order_by(EnterpriseCounter.uscc, EnterpriseCounter.year)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def _use_items(work: Work, task: Task, day: date) -> None:
    """Note when items were last used (R13); only the first visit of a day writes."""
    if work.session.foresees_nothing(UNUSED, {"items": task.item_ids, "used_on": day}):
        return
    work.session.connection().execute(_USED, {"items": task.item_ids, "day": day})


UNUSED = select(InspectionItem.id).where(
    any_of(InspectionItem.id, "items"),
    or_(InspectionItem.last_used_on.is_(None), InspectionItem.last_used_on < bindparam("used_on")),
)
"""Which of some items were not used yet on a day."""
_USED = (
    update(InspectionItem)
    .where(
        any_of(InspectionItem.id, "items"),
        or_(InspectionItem.last_used_on.is_(None), InspectionItem.last_used_on < bindparam("day")),
    )
    .values(last_used_on=bindparam("day"))
)
