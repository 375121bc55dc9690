"""The list of plans as the console shows it. Reads only; one plan is views_plan.py's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from server.models import (
    Agency,
    Plan,
    PlanFinding,
    PlanStatus,
    PlanTarget,
)
from server.services import listing, scoping
from server.services.listing import AT_ONCE, Filter, Page
from server.work import Work

UNDER_WAY = (PlanStatus.DRAFT, PlanStatus.SUBMITTED, PlanStatus.RETURNED, PlanStatus.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    id: str
    no: str | None
    title: str
    kind: str
    status: str
    agency: str
    window_from: date
    window_to: date
    targets: int
    effects: Mapping[str, int]
    submitted_at: datetime | None
    changed_at: datetime
    is_amendment: bool


def counts(work: Work) -> dict[str, int]:
    """How many plans in reach somebody still works on, by status: what is done is not counted."""
    rows = work.session.execute(
        select(Plan.status, func.count())
        .where(_in_reach(work), Plan.status.in_(UNDER_WAY))
        .group_by(Plan.status)
    )
    return dict(rows.all())


def lines(work: Work, wanted: Filter) -> Page[PlanLine]:
    """The newest plans that fit; `before` is the id of the last line already shown."""
    query = (
        select(Plan, Agency.name)
        .join(Agency, Agency.id == Plan.agency_id)
        .where(_in_reach(work), *_conditions(work, wanted))
        .order_by(Plan.changed_at.desc(), Plan.id.desc())
        .limit(AT_ONCE + 1)
    )
    rows = work.session.execute(query).all()
    shown = _lines(work, [(plan, agency) for plan, agency in rows[:AT_ONCE]])
    return Page(lines=shown, next_before=listing.begins_with(shown, len(rows)))


def line(work: Work, plan_id: str) -> PlanLine | None:
    """One plan as the list shows it."""
    query = select(Plan, Agency.name).join(Agency, Agency.id == Plan.agency_id)
    rows = work.session.execute(query.where(_in_reach(work), Plan.id == plan_id))
    return next(iter(_lines(work, [(plan, agency) for plan, agency in rows])), None)


def _in_reach(work: Work) -> ColumnElement[bool]:
    return scoping.in_reach(work.who, Plan.agency_id)


def _lines(work: Work, rows: Sequence[tuple[Plan, str]]) -> tuple[PlanLine, ...]:
    ids = [plan.id for plan, _ in rows]
    effects, targets = _effects(work, ids), _target_counts(work, ids)
    return tuple(
        PlanLine(
            id=plan.id,
            no=plan.no,
            title=plan.title,
            kind=plan.kind,
            status=plan.status,
            agency=agency,
            window_from=plan.window_from,
            window_to=plan.window_to,
            targets=targets.get(plan.id, 0),
            effects=effects.get(plan.id, {}),
            submitted_at=plan.submitted_at,
            changed_at=plan.changed_at,
            is_amendment=plan.amends_id is not None,
        )
        for plan, agency in rows
    )


def _conditions(work: Work, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Plan.status != PlanStatus.TAKEN_UP]
    if wanted.status:
        found.append(Plan.status == wanted.status)
    if wanted.text:
        newest = (
            select(Plan.id, Plan.title, Plan.no)
            .where(_in_reach(work), *found)
            .order_by(Plan.changed_at.desc(), Plan.id.desc())
            .limit(listing.SEARCHED)
            .subquery()
        )
        named = or_(
            newest.c.title.contains(wanted.text, autoescape=True),
            newest.c.no.contains(wanted.text, autoescape=True),
        )
        exact, near = Plan.no == wanted.text, select(newest.c.id).where(named)
        found.append(listing.matching(work, Plan.id, select(Plan.id).where(exact), near))
    last = work.session.get(Plan, wanted.before) if wanted.before else None
    if last is not None:
        found.append(listing.further(Plan.changed_at, Plan.id, last))
    return found


def _effects(work: Work, plan_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    rows = work.session.execute(
        select(PlanFinding.plan_id, PlanFinding.effect, func.count())
        .join(
            Plan,
            and_(Plan.id == PlanFinding.plan_id, Plan.version == PlanFinding.plan_version),
        )
        .where(PlanFinding.plan_id.in_(plan_ids))
        .group_by(PlanFinding.plan_id, PlanFinding.effect)
    )
    found: dict[str, dict[str, int]] = {}
    for plan_id, effect, count in rows:
        found.setdefault(plan_id, {})[effect] = count
    return found


def _target_counts(work: Work, plan_ids: Sequence[str]) -> dict[str, int]:
    rows = work.session.execute(
        select(PlanTarget.plan_id, func.count())
        .where(PlanTarget.plan_id.in_(plan_ids))
        .group_by(PlanTarget.plan_id)
    )
    return dict(rows.all())
