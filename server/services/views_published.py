"""Published plans as anybody may see them. Reads only.

An enterprise is named when its visit was made, never before; what was withdrawn, or found nobody,
is not named at all. Only drawn inspections tell how they ended (R61), once the enterprise knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from server.models import (
    Agency,
    Enterprise,
    InspectionItem,
    LegalBasis,
    Plan,
    Task,
    TaskStatus,
    Visit,
)
from server.services import counters, listing
from server.services.listing import AT_ONCE, Filter, Page
from server.services.scoping import one
from server.work import Work
from shared.localtime import local_day
from shared.plans.model import Trigger

MOST_SHOWN = 500
TOLD = (
    TaskStatus.NOTIFIED,
    TaskStatus.RECTIFYING,
    TaskStatus.RECHECKED,
    TaskStatus.CLOSED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLine:
    id: str
    no: str
    agency: str
    published_at: datetime | None
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A visit that was made; `outcome` is None where it is not for everybody."""

    name: str
    uscc: str
    day: date | None
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPlan:
    """`told` is the picture that was published; `status` is how the plan stands today."""

    line: PublishedLine
    status: str
    filed_at: datetime | None
    bases: Mapping[str, tuple[str, ...]]
    """By item, as 《title》article."""
    count: int
    made: tuple[Made, ...]


def lines(work: Work, wanted: Filter) -> Page[PublishedLine]:
    """Published plans of every agency, the newest first."""
    query = _published()
    last = work.session.get(Plan, wanted.before) if wanted.before else None
    if last is not None and last.published_at is not None:
        query = query.where(listing.further(Plan.published_at, Plan.id, last))
    rows = work.session.execute(
        query.order_by(Plan.published_at.desc(), Plan.id.desc()).limit(AT_ONCE + 1)
    ).all()
    shown = tuple(_line(plan, agency) for plan, agency in rows[:AT_ONCE])
    return Page(lines=shown, next_before=listing.begins_with(shown, len(rows)))


def public(work: Work, plan_id: str) -> PublishedPlan:
    """A published plan; `NotFound` for one that is not, as for one there never was."""
    plan, agency = one(work.session.execute(_published().where(Plan.id == plan_id)).one_or_none())
    line = _line(plan, agency)
    made = (Task.plan_id == plan.id, Task.status.in_(counters.MADE))
    return PublishedPlan(
        line=line,
        status=plan.status,
        filed_at=plan.filed_at,
        bases=_bases(work, [item["id"] for item in line.told["items"]]),
        count=work.session.scalar(select(func.count()).where(*made)) or 0,
        made=tuple(_made(work, plan, made)),
    )


def _published() -> Any:
    return (
        select(Plan, Agency.name)
        .join(Agency, Agency.id == Plan.agency_id)
        .where(Plan.published_at.is_not(None))
    )


def _line(plan: Plan, agency: str) -> PublishedLine:
    return PublishedLine(
        id=plan.id,
        no=plan.no or "",
        agency=agency,
        published_at=plan.published_at,
        told=plan.published or {},
    )


def _made(work: Work, plan: Plan, made: Any) -> list[Made]:
    rows = work.session.execute(
        select(Enterprise.name, Task.uscc, Visit.opened_at, Visit.outcome, Task.status)
        .join(Enterprise, Enterprise.uscc == Task.uscc)
        .outerjoin(Visit, Visit.id == Task.visit_id)
        .where(*made)
        .order_by(Visit.opened_at, Task.id)
        .limit(MOST_SHOWN)
    )
    is_random = plan.trigger == Trigger.RANDOM
    return [
        Made(
            name=name,
            uscc=uscc,
            day=local_day(opened_at) if opened_at else None,
            outcome=outcome if is_random and status in TOLD else None,
        )
        for name, uscc, opened_at, outcome, status in rows
    ]


def _bases(work: Work, item_ids: list[str]) -> dict[str, tuple[str, ...]]:
    items = dict(
        work.session.execute(
            select(InspectionItem.id, InspectionItem.basis_ids).where(
                InspectionItem.id.in_(item_ids)
            )
        ).all()
    )
    wanted = {id_ for ids in items.values() for id_ in ids}
    named = {
        id_: f"《{title}》{article}"
        for id_, title, article in work.session.execute(
            select(LegalBasis.id, LegalBasis.title, LegalBasis.article).where(
                LegalBasis.id.in_(wanted)
            )
        )
    }
    return {id_: tuple(named[b] for b in ids if b in named) for id_, ids in items.items()}
