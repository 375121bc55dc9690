"""What a notice tells an enterprise of this year: how often it was visited, by whom, the cap."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from server.models import Agency, Task, Visit, VisitTask
from server.services import counters
from server.work import Work
from shared.localtime import SHANGHAI, local_day
from shared.plans.facts import Count

SHOWN = 20  # visits of one enterprise; the counts are of all


def frequencies(
    work: Work, *, agency_id: str, usccs: Collection[str], year: int, cap: int | None
) -> dict[str, dict[str, Any]]:
    """By USCC: what shared.reference.Frequency tells of a year, without the visit to come."""
    own = counters.counts(work, agency_id, set(usccs), {year})
    everybody = counters.by_all_agencies(work, set(usccs), year)
    visits = _visits(work, set(usccs), year)
    return {
        uscc: {
            "year": year,
            "agency_count": own.get((uscc, year), Count()).done,
            "exempt": own.get((uscc, year), Count()).exempt,
            "cap": cap,
            "enterprise_count": everybody.get(uscc, 0),
            "visits": visits.get(uscc, [])[:SHOWN],
        }
        for uscc in usccs
    }


def _visits(work: Work, usccs: set[str], year: int) -> dict[str, list[dict[str, Any]]]:
    begins = datetime(year, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
    ends = datetime(year + 1, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
    rows = work.session.execute(
        select(Visit.uscc, Visit.opened_at, Agency.name, Task.no)
        .join(VisitTask, VisitTask.visit_id == Visit.id)
        .join(Task, Task.id == VisitTask.task_id)
        .join(Agency, Agency.id == Task.agency_id)
        .where(
            Visit.uscc.in_(usccs),
            Visit.sealed_at.isnot(None),
            Visit.offsite.is_(False),  # nobody came: not among those that are counted beside it
            Visit.opened_at >= begins,
            Visit.opened_at < ends,
        )
        .order_by(Visit.opened_at.desc())
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for uscc, opened_at, agency, no in rows:
        if uscc is None or opened_at is None:
            continue  # the conditions above leave none; the columns' types do not say so
        line = {"date": local_day(opened_at).isoformat(), "agency": agency, "no": no}
        found.setdefault(uscc, []).append(line)
    return found
