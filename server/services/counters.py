"""How often an agency visits an enterprise in a year: kept as it happens, never scanned for (R26).

`scheduled` are filed tasks that use up the cap and are still to come, `done` those that were made,
`exempt` visits that use up nothing but are followed all the same (R27, R28).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, func, select

from server.database import insert_if_absent
from server.models import Retention, Task, VisitCounter
from server.work import Work
from shared.plans.model import Count


def counts(
    work: Work, agency_id: str, usccs: Collection[str], year: int
) -> dict[tuple[str, int], Count]:
    """By (USCC, year), as the rules want it; enterprises never visited are left out."""
    rows = work.session.scalars(_of(agency_id, usccs, year))
    return {(row.uscc, year): Count(done=row.done, scheduled=row.scheduled) for row in rows}


def locked(
    work: Work, agency_id: str, usccs: Collection[str], year: int
) -> dict[str, VisitCounter]:
    """The counters by USCC, nobody else's to change until the commit; made if they are missing."""
    wanted = sorted(set(usccs))
    nothing = {
        "agency_id": agency_id,
        "year": year,
        "scheduled": 0,
        "done": 0,
        "exempt": 0,
        "retention_class": str(Retention.PLAN),
        "legal_hold": False,
    }
    work.session.flush()
    insert_if_absent(work.session, VisitCounter, [{**nothing, "uscc": uscc} for uscc in wanted])
    rows = work.session.scalars(
        _of(agency_id, wanted, year)
        .order_by(VisitCounter.uscc)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.uscc: row for row in rows}


def schedule(held: Mapping[str, VisitCounter], usccs: Sequence[str]) -> None:
    """Count filed tasks, one per entry of `usccs`, in counters that are locked."""
    for uscc, more in Counter(usccs).items():
        held[uscc].scheduled += more


def visit_made(work: Work, task: Task) -> None:
    """A task's visit was made: it is done instead of scheduled, or exempt."""
    row = _one(work, task)
    if not task.counts:
        row.exempt += 1
        return
    row.scheduled = max(row.scheduled - 1, 0)
    row.done += 1


def visit_given_up(work: Work, task: Task) -> None:
    """A task ends without a visit that counts (cancelled, not found): its place is free again."""
    if task.counts:
        row = _one(work, task)
        row.scheduled = max(row.scheduled - 1, 0)


def by_all_agencies(work: Work, usccs: Collection[str], year: int) -> dict[str, int]:
    """Visits made at each enterprise this year by anybody, exempt ones included."""
    rows = work.session.execute(
        select(VisitCounter.uscc, func.sum(VisitCounter.done + VisitCounter.exempt))
        .where(VisitCounter.uscc.in_(usccs), VisitCounter.year == year)
        .group_by(VisitCounter.uscc)
    )
    return {uscc: int(count) for uscc, count in rows}


def _one(work: Work, task: Task) -> VisitCounter:
    return locked(work, task.agency_id, [task.uscc], task.window_from.year)[task.uscc]


def _of(agency_id: str, usccs: Collection[str], year: int) -> Select[VisitCounter]:
    return select(VisitCounter).where(
        VisitCounter.agency_id == agency_id,
        VisitCounter.uscc.in_(usccs),
        VisitCounter.year == year,
    )
