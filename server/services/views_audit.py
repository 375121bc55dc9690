"""The audit log as it is looked through: newest first, by object or by person. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from server.models import AuditEntry, Person
from server.services import scoping
from server.work import Work

AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    text: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    entries: tuple[AuditEntry, ...]
    names: Mapping[str, str]
    """What people are called, by id: those who did it and those it was done to."""
    next_before: int | None


def page(work: Work, wanted: Filter) -> Page:
    """Entries of people in reach that fit."""
    query = (
        select(AuditEntry)
        .where(_in_reach(work), *_conditions(wanted))
        .order_by(AuditEntry.seq.desc())
        .limit(AT_ONCE + 1)
    )
    rows = work.session.scalars(query).all()
    shown = rows[:AT_ONCE]
    ids = {id_ for entry in shown for id_ in (entry.who_id, entry.object_id)}
    names = work.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return Page(
        entries=tuple(shown),
        names=dict(names.all()),
        next_before=shown[-1].seq if len(rows) > AT_ONCE else None,
    )


def _in_reach(work: Work) -> ColumnElement[bool]:
    """What people in reach did, and what happened to their accounts: a sign-in is nobody's act."""
    people = select(Person.id).where(scoping.in_reach(work.who, Person.agency_id))
    return or_(
        scoping.in_reach(work.who, AuditEntry.agency_id),
        and_(AuditEntry.object_kind == "person", AuditEntry.object_id.in_(people)),
    )


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.before is not None:
        found.append(AuditEntry.seq < wanted.before)
    if wanted.text:
        found.append(
            or_(
                AuditEntry.object_id == wanted.text,
                AuditEntry.who_id == wanted.text,
                AuditEntry.action.startswith(wanted.text, autoescape=True),
            )
        )
    return found
