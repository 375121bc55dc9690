"""The list of visits as the console shows it. Reads only; one visit is views_visit.py's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, select

from server.models import Agency, Enterprise, Task, Visit
from server.services import finding, listing, visits
from server.work import Work
from shared import uscc

AT_ONCE = 50


class Show(StrEnum):
    """Which of them; the same words stand in the address."""

    ALL = "all"
    TO_RULE = "to_rule"
    IRREGULAR = "irregular"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    show: Show = Show.ALL
    text: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """`began` is when it was opened, or received where that is not known."""

    id: str
    enterprise: str
    uscc: str | None
    agency: str
    task_no: str
    began: datetime
    stage: str
    offsite: bool
    outcome: str | None
    irregular: bool
    ruling: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    lines: tuple[VisitLine, ...]
    next_before: str | None


def counts(work: Work) -> dict[Show, int]:
    """How many there are of each kind that somebody works off."""
    return {show: visits.count(work, _show(show)) for show in (Show.TO_RULE, Show.OPEN)}


def lines(work: Work, wanted: Filter) -> Page:
    """The newest visits in reach that fit."""
    fit = [*_show(wanted.show), *_matches(work, wanted.text)]
    last = work.session.get(Visit, wanted.before) if wanted.before else None
    after = (last.received_at, last.id) if last is not None else None
    newest = visits.newest_ids(work, fit, after=after, limit=AT_ONCE + 1)
    query = _query().where(Visit.id.in_(work.session.scalars(newest).all()))
    rows = work.session.execute(query.order_by(Visit.received_at.desc(), Visit.id.desc())).all()
    shown = _lines(work, rows[:AT_ONCE])
    return Page(lines=shown, next_before=shown[-1].id if len(rows) > AT_ONCE else None)


def line(work: Work, visit_id: str) -> VisitLine | None:
    """One visit as the list shows it."""
    rows = work.session.execute(_query().where(visits.reachable(work), Visit.id == visit_id))
    return next(iter(_lines(work, rows.all())), None)


def _query() -> Select[Visit, str, str]:
    return (
        select(Visit, Enterprise.name, Agency.name)
        .outerjoin(Enterprise, Enterprise.uscc == Visit.uscc)
        .outerjoin(Agency, Agency.id == Visit.agency_id)
    )


def _lines(work: Work, rows: Sequence[Row[Visit, str, str]]) -> tuple[VisitLine, ...]:
    numbers = _task_numbers(work, [visit for visit, _, _ in rows])
    return tuple(
        VisitLine(
            id=visit.id,
            enterprise=enterprise or visit.uscc or "",
            uscc=visit.uscc,
            agency=agency or "",
            task_no=next((numbers[t] for t in visit.task_ids if t in numbers), ""),
            began=visit.opened_at or visit.received_at,
            stage=visit.stage,
            offsite=visit.offsite,
            outcome=visit.outcome,
            irregular=visit.irregular,
            ruling=visit.ruling,
        )
        for visit, enterprise, agency in rows
    )


def _show(show: Show) -> tuple[ColumnElement[bool], ...]:
    match show:
        case Show.ALL:
            return ()
        case Show.TO_RULE:
            return (_irregular(), Visit.ruling.is_(None))
        case Show.IRREGULAR:
            return (_irregular(),)
        case Show.OPEN:
            return (Visit.sealed_at.is_(None),)


def _irregular() -> ColumnElement[bool]:
    return Visit.irregular.expression


def _matches(work: Work, text: str) -> tuple[ColumnElement[bool], ...]:
    """By code wherever the visit lies; by part of a name among the newest in reach."""
    if not text:
        return ()
    if uscc.is_valid(text):
        return (Visit.uscc == text,)
    newest = work.session.scalars(
        visits.newest_ids(work, (), after=None, limit=listing.SEARCHED)
    ).all()
    # Asked beforehand, from the visits to their enterprises: the other way round, a word that many
    # are called by would lead to all they ever saw.
    named = (
        select(Visit.id)
        .outerjoin(Enterprise, Enterprise.uscc == Visit.uscc)
        .where(Visit.id.in_(newest), finding.among(text, Enterprise.name, Enterprise.initials))
    )
    return (Visit.id.in_(work.session.scalars(named).all()),)


def _task_numbers(work: Work, shown: Sequence[Visit]) -> dict[str, str]:
    ids = {task_id for visit in shown for task_id in visit.task_ids}
    rows = work.session.execute(select(Task.id, Task.no).where(Task.id.in_(ids)))
    return dict(rows.all())
