"""Enterprises as the console finds and shows them. Reads only.

An agency finds the enterprises of its region by part of the name, by the first letters of its
pinyin, or by the beginning of the code; a whole code finds one anywhere. Of more than so many
(`listing.SEARCHED`) that are called alike only some are looked through: a longer word finds the
others. One enterprise's page is a fixed number of queries, however much happened there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from server.models import Agency, Enterprise, Premise, ServiceConsent, Task, VisitCounter
from server.services import (
    counters,
    finding,
    listing,
    origins,
    parameters,
    scoping,
    service_consents,
)
from server.services.listing import AT_ONCE, SEARCHED, Filter, Page
from server.services.origins import Origin
from server.services.tasks import NOT_BEGUN
from server.work import Work
from shared import uscc as codes
from shared.localtime import local_day
from shared.regions import significant
from shared.roles import Role

HISTORY = 20
READERS = (
    Role.PLANNER,
    Role.HEAD,
    Role.AGENCY_ADMIN,
    Role.SUPERVISION,
    Role.ASSESSOR,
    Role.PLATFORM_ADMIN,
)
OF_TASKS = (Role.PLANNER, Role.HEAD, Role.SUPERVISION, Role.ASSESSOR)
"""Who of them may know what was inspected: the platform's administrators may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseLine:
    id: str
    """The unified social credit code."""
    name: str
    address: str
    industry: str
    grade: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTask:
    """One task at the enterprise; `is_ours` if who asks may open it."""

    task: Task
    agency: str
    is_ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one agency did here this year; `cap` is None where no cap is in force or known."""

    agency: str
    done: int
    scheduled: int
    exempt: int
    service: int
    """Service visits and observations: no inspections, shown beside."""
    offsite: int
    """Inspections that nobody came for, shown beside."""
    cap: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseView:
    """`waiting` counts the tasks nobody began by the id of the closed place they lead to."""

    enterprise: Enterprise
    premises: tuple[Premise, ...]
    waiting: Mapping[str, int]
    year: int
    counts: tuple[Count, ...]
    came: int
    """Inspections that anybody came for this year: a joint one is one (R31)."""
    history: tuple[PastTask, ...]
    sees_tasks: bool
    consents: tuple[ServiceConsent, ...]
    origins: Mapping[str, Origin]
    """Where its premises came from, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A premise to be inspected, as a search offers it."""

    premise: Premise
    enterprise: Enterprise


def lines(work: Work, wanted: Filter) -> Page[EnterpriseLine]:
    """The enterprises of one's region by name; `before` is the code of the last one shown."""
    query = select(Enterprise).where(_in_region(work))
    if wanted.text.strip():
        query = query.where(Enterprise.uscc.in_(_called(work, wanted.text)))
    if wanted.status:
        query = query.where(Enterprise.status == wanted.status)
    last = work.session.get(Enterprise, wanted.before) if wanted.before else None
    if last is not None:
        query = query.where(
            or_(
                Enterprise.name > last.name,
                and_(Enterprise.name == last.name, Enterprise.uscc > last.uscc),
            )
        )
    query = query.order_by(Enterprise.name, Enterprise.uscc).limit(AT_ONCE + 1)
    rows = work.session.scalars(query).all()
    shown = tuple(_line(row) for row in rows[:AT_ONCE])
    return Page(lines=shown, next_before=listing.begins_with(shown, len(rows)))


def places(work: Work, text: str, limit: int) -> tuple[Place, ...]:
    """Premises in use of enterprises called like `text`; a whole code finds one of any region."""
    if not text.strip():
        return ()
    rows = work.session.execute(
        select(Premise, Enterprise)
        .join(Enterprise, Enterprise.uscc == Premise.uscc)
        .where(Enterprise.uscc.in_(_called(work, text, whole_code_anywhere=True)))
        .where(Premise.closed_at.is_(None))
        .order_by(Enterprise.name, Enterprise.uscc, Premise.id)
        .limit(limit)
    )
    return tuple(Place(premise=premise, enterprise=firm) for premise, firm in rows)


def named(work: Work, text: str, limit: int) -> Sequence[Enterprise]:
    """Enterprises called like `text`, by name; a whole code is one enterprise of any region."""
    codes_found = _called(work, text, whole_code_anywhere=True)
    query = select(Enterprise).where(Enterprise.uscc.in_(codes_found))
    return work.session.scalars(
        query.order_by(Enterprise.name != text, Enterprise.name, Enterprise.uscc).limit(limit)
    ).all()


def places_by_id(work: Work, ids: Sequence[str]) -> Mapping[str, Place]:
    """The same for premises already chosen."""
    rows = work.session.execute(
        select(Premise, Enterprise)
        .join(Enterprise, Enterprise.uscc == Premise.uscc)
        .where(Premise.id.in_(ids))
    )
    return {premise.id: Place(premise=premise, enterprise=firm) for premise, firm in rows}


def one(work: Work, uscc: str) -> EnterpriseView:
    """One enterprise of one's region; `NotFound` otherwise."""
    found = select(Enterprise).where(Enterprise.uscc == uscc, _in_region(work))
    firm = scoping.one(work.session.scalar(found))
    today = local_day(work.now)
    sees_tasks = work.who.is_any(OF_TASKS)
    premises = work.session.scalars(
        select(Premise)
        .where(Premise.uscc == uscc)
        .order_by(Premise.closed_at.is_not(None), Premise.name, Premise.id)
    ).all()
    return EnterpriseView(
        enterprise=firm,
        premises=tuple(premises),
        waiting=_waiting(work, uscc, premises),
        year=today.year,
        counts=_counts(work, uscc, today) if sees_tasks else (),
        came=counters.by_all_agencies(work, {uscc}, today.year).get(uscc, 0) if sees_tasks else 0,
        history=_history(work, uscc) if sees_tasks else (),
        sees_tasks=sees_tasks,
        consents=service_consents.history(work, uscc),
        origins=origins.of(work, "premise", {place.id for place in premises}),
    )


def _waiting(work: Work, uscc: str, places: Sequence[Premise]) -> Mapping[str, int]:
    closed = [place.id for place in places if place.closed_at is not None]
    rows = work.session.execute(
        select(Task.premise_id, func.count())
        .where(Task.uscc == uscc, Task.premise_id.in_(closed), Task.status.in_(NOT_BEGUN))
        .group_by(Task.premise_id)
    )
    return dict(rows.all())


def _called(work: Work, text: str, *, whole_code_anywhere: bool = False) -> Sequence[str]:
    """Codes of enterprises in reach called like `text`: at most `SEARCHED` of them.

    Asked beforehand: an engine that is to give the first by name as well may go through all names.
    """
    reach = _in_region(work)
    if whole_code_anywhere and codes.is_valid(text):
        reach = true()
    return work.session.scalars(
        select(Enterprise.uscc).where(reach, fits(work, text)).limit(SEARCHED)
    ).all()


def fits(work: Work, text: str) -> ColumnElement[bool]:
    """Enterprises called like `text`: by name, first letters of the pinyin, or code."""
    code = Enterprise.uscc.startswith(text.strip().upper(), autoescape=True)
    return finding.fits(work, text, Enterprise.name, Enterprise.initials, code)


def _in_region(work: Work) -> ColumnElement[bool]:
    if Role.PLATFORM_ADMIN in work.who.roles or Role.SYSTEM in work.who.roles:
        return true()
    if not work.who.region:
        return false()
    return Enterprise.region.startswith(significant(work.who.region))


def _line(row: Enterprise) -> EnterpriseLine:
    return EnterpriseLine(
        id=row.uscc,
        name=row.name,
        address=row.address,
        industry=row.industry,
        grade=row.grade,
        status=row.status,
    )


def _counts(work: Work, uscc: str, today: date) -> tuple[Count, ...]:
    rows = work.session.execute(
        select(VisitCounter, Agency)
        .join(Agency, Agency.id == VisitCounter.agency_id)
        .where(VisitCounter.uscc == uscc, VisitCounter.year == today.year)
        .order_by((VisitCounter.done + VisitCounter.exempt).desc(), Agency.name)
    ).all()
    own = next((agency for _, agency in rows if agency.id == work.who.agency_id), None)
    cap = parameters.values(work, own, today)["yearly_cap"] if own else None
    return tuple(
        Count(
            agency=agency.name,
            done=row.done,
            scheduled=row.scheduled,
            exempt=row.exempt,
            service=row.service,
            offsite=row.offsite,
            cap=cap if own is agency else None,
        )
        for row, agency in rows
    )


def _history(work: Work, uscc: str) -> tuple[PastTask, ...]:
    ours: Any = scoping.in_reach(work.who, Task.agency_id)
    rows = work.session.execute(
        select(Task, Agency.name, ours)
        .join(Agency, Agency.id == Task.agency_id)
        .where(Task.uscc == uscc)
        .order_by(Task.window_to.desc(), Task.id.desc())
        .limit(HISTORY)
    )
    return tuple(
        PastTask(task=task, agency=agency, is_ours=bool(mine)) for task, agency, mine in rows
    )
