"""The audit log as it is looked through: newest first, by object or by person. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

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
    """Who, by id, as far as they are people."""
    next_before: int | None


def page(work: Work, wanted: Filter) -> Page:
    """Entries of people in reach that fit."""
    query = (
        select(AuditEntry)
        .where(scoping.in_reach(work.who, AuditEntry.agency_id), *_conditions(wanted))
        .order_by(AuditEntry.seq.desc())
        .limit(AT_ONCE + 1)
    )
    rows = work.session.scalars(query).all()
    shown = rows[:AT_ONCE]
    names = work.session.execute(
        select(Person.id, Person.name).where(Person.id.in_({entry.who_id for entry in shown}))
    )
    return Page(
        entries=tuple(shown),
        names=dict(names.all()),
        next_before=shown[-1].seq if len(rows) > AT_ONCE else None,
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
