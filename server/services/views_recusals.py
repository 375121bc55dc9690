"""Recusals as the console shows them (R09). Reads only.

Officers see their own; an agency's people all of its officers; supervision those of its region.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from server.models import Agency, Enterprise, Officer, OfficerKind, Person, Recusal
from server.services import finding, listing, recusals, scoping
from server.services.listing import AT_ONCE, SEARCHED, Filter, Page
from server.services.recusals import FOR_OTHERS, MAY_END
from server.work import Work
from shared.localtime import local_day
from shared.roles import Role

READERS = (Role.OFFICER, *FOR_OTHERS, Role.SUPERVISION)
MAY_DECLARE = (Role.OFFICER, *FOR_OTHERS)
IN_FORCE, OVER = "in_force", "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecusalLine:
    id: str
    recusal: Recusal
    officer: str
    agency: str
    enterprise: str
    declared_by: str
    ended_by: str
    is_in_force: bool
    may_end: bool


def lines(work: Work, wanted: Filter) -> Page[RecusalLine]:
    """Recusals in reach, the newest first; `text` finds officer or enterprise by name or code."""
    holds = recusals.in_force(local_day(work.now))
    query = (
        select(Recusal, Officer, Enterprise.name, Agency.name, holds)
        .join(Officer, Officer.id == Recusal.officer_id)
        .join(Agency, Agency.id == Officer.agency_id)
        .outerjoin(Enterprise, Enterprise.uscc == Recusal.uscc)
        .where(_in_reach(work))
    )
    if wanted.status in (IN_FORCE, OVER):
        query = query.where(holds if wanted.status == IN_FORCE else ~holds)
    if wanted.text:
        query = query.where(Recusal.id.in_(_about(work, wanted.text)))
    last = work.session.get(Recusal, wanted.before) if wanted.before else None
    if last is not None:
        query = query.where(listing.further(Recusal.declared_at, Recusal.id, last))
    query = query.order_by(Recusal.declared_at.desc(), Recusal.id.desc()).limit(AT_ONCE + 1)
    rows = work.session.execute(query).all()
    asked = {id_ for row, *_ in rows for id_ in (row.declared_by, row.ended_by) if id_}
    people = dict(
        work.session.execute(select(Person.id, Person.name).where(Person.id.in_(asked))).all()
    )
    shown = tuple(
        RecusalLine(
            id=row.id,
            recusal=row,
            officer=officer.name,
            agency=agency,
            enterprise=enterprise or row.uscc,
            declared_by=people.get(row.declared_by, ""),
            ended_by=people.get(row.ended_by or "", ""),
            is_in_force=in_force,
            may_end=work.who.is_any(MAY_END) and officer.agency_id == work.who.agency_id,
        )
        for row, officer, enterprise, agency, in_force in rows[:AT_ONCE]
    )
    return Page(lines=shown, next_before=listing.begins_with(shown, len(rows)))


def officers(work: Work) -> tuple[tuple[str, str], ...]:
    """Of whom who asks may declare one, as (id, name): themselves, or the agency's people."""
    query = select(Officer.id, Officer.name).where(
        Officer.agency_id == (work.who.agency_id or ""), Officer.kind == OfficerKind.OFFICER
    )
    if not work.who.is_any(FOR_OTHERS):
        query = query.where(Officer.person_id == work.who.id)
    rows = work.session.execute(query.order_by(Officer.name, Officer.id))
    return tuple((id_, name) for id_, name in rows)


def _in_reach(work: Work) -> ColumnElement[bool]:
    if work.who.is_any((*FOR_OTHERS, Role.SUPERVISION)):
        return scoping.in_reach(work.who, Officer.agency_id)
    return Officer.person_id == work.who.id


def _about(work: Work, text: str) -> list[str]:
    newest = (
        select(Recusal.id, Recusal.uscc, Recusal.officer_id, Officer.name)
        .join(Officer, Officer.id == Recusal.officer_id)
        .where(_in_reach(work))
        .order_by(Recusal.declared_at.desc(), Recusal.id.desc())
        .limit(SEARCHED)
        .subquery()
    )
    named = finding.among(text, Enterprise.name, Enterprise.initials)
    query = select(newest.c.id).outerjoin(Enterprise, Enterprise.uscc == newest.c.uscc)
    found = query.where(
        or_(
            named,
            newest.c.uscc.startswith(text.strip().upper(), autoescape=True),
            newest.c.name.contains(text.strip(), autoescape=True),
        )
    )
    return list(work.session.scalars(found))
