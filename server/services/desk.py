"""The ruling desk: all that waits for supervision in one queue, the oldest first. Reads only.

What waits lies in tables of its own kind; here are the conditions that pick it out, once, so that
the queue, its counts and the first page say the same. Each is read from an index that holds
nothing but what waits: no page grows with history.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, tuple_, union_all

from server.models import (
    Agency,
    Device,
    Enterprise,
    Hold,
    OutboxMessage,
    Quarantine,
    Task,
    Visit,
)
from server.services import outbox
from server.services.ledger import AGAIN, OPEN
from server.services.push_sorting import ID_CONFLICT
from server.services.scoping import in_reach, require_role
from server.services.visit_fold import ASK_AGAIN
from server.services.visit_rules import Retarget
from server.work import Work
from shared.roles import Role

AT_ONCE = 50
TWO_STORIES = ("chain_fork", ID_CONFLICT)
"""Faults of which there is another version that was taken in."""


class Matter(StrEnum):
    """What may wait, in the order of the filters."""

    VISIT = "visit"
    FORK = "fork"
    QUARANTINE = "quarantine"
    HOLD = "hold"
    GAP = "gap"
    RETARGET = "retarget"
    LATE_APPROVAL = "late_approval"
    DEAD_LETTER = "dead_letter"


class Show(StrEnum):
    """`ASKED`: a tablet was asked again and has not answered."""

    OPEN = "open"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the queue; `after` is the (since, id) of the last line seen."""

    show: Show = Show.OPEN
    matter: Matter | None = None
    agency_id: str | None = None
    after: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One matter. `thing` is its row, `name` the enterprise or the tablet it is about."""

    matter: Matter
    id: str
    since: datetime
    agency: str
    name: str
    thing: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many wait, and since when the oldest does."""

    count: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some lines, and the (since, id) after which the next begin."""

    lines: tuple[Line, ...]
    after: tuple[datetime, str] | None


def lines(work: Work, wanted: Wanted) -> Page:
    """A page of the queue, the oldest first."""
    require_role(work.who, Role.SUPERVISION)
    matters = [wanted.matter] if wanted.matter is not None else list(Matter)
    parts = [_bounded(work, matter, wanted) for matter in matters]
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    rows = work.session.execute(
        select(found).order_by(found.c.since, found.c.id).limit(AT_ONCE + 1)
    ).all()
    shown = _lines(work, rows[:AT_ONCE])
    last = shown[-1] if len(rows) > AT_ONCE else None
    return Page(lines=shown, after=(last.since, last.id) if last else None)


def line(work: Work, matter: Matter, id_: str) -> Line | None:
    """One matter as the queue shows it, as long as it waits there."""
    require_role(work.who, Role.SUPERVISION)
    for show in Show:
        query = waiting(work, matter, show).subquery()
        rows = work.session.execute(select(query).where(query.c.id == id_)).all()
        if rows:
            return _lines(work, rows)[0]
    return None


def counts(work: Work, show: Show = Show.OPEN) -> dict[Matter, Count]:
    """How many of each wait, in one question."""
    parts = []
    for matter in Matter:
        query = waiting(work, matter, show).subquery()
        counted = select(literal(matter).label("matter"), func.count(), func.min(query.c.since))
        parts.append(counted.select_from(query))
    rows = work.session.execute(union_all(*parts))
    return {Matter(word): Count(count=count, oldest=oldest) for word, count, oldest in rows}


def agencies(work: Work) -> list[tuple[str, str]]:
    """(id, name) of those whose matters come to this desk."""
    query = select(Agency.id, Agency.name).where(in_reach(work.who, Agency.id))
    return [(id_, name) for id_, name in work.session.execute(query.order_by(Agency.name))]


def waiting(work: Work, matter: Matter, show: Show) -> Select[Any]:
    """What waits of one kind in reach: (matter, id, since, agency_id)."""
    id_, since, agency = _COLUMNS[matter]
    query = select(
        literal(matter).label("matter"),
        id_.label("id"),
        since.label("since"),
        agency.label("agency_id"),
    )
    if matter in (Matter.FORK, Matter.QUARANTINE, Matter.HOLD):
        query = query.join(Device, Device.id == id_.class_.device_id)
    return query.where(_CONDITION[matter](work, show), in_reach(work.who, agency))


def _bounded(work: Work, matter: Matter, wanted: Wanted) -> Select[Any]:
    id_, since, agency = _COLUMNS[matter]
    query = waiting(work, matter, wanted.show)
    if wanted.agency_id is not None:
        query = query.where(agency == wanted.agency_id)
    if wanted.after is not None:
        query = query.where(tuple_(since, id_) > tuple_(*wanted.after))
    return query.order_by(since, id_).limit(AT_ONCE + 1)


_COLUMNS: Mapping[Matter, tuple[Any, Any, Any]] = {
    Matter.VISIT: (Visit.id, Visit.received_at, Visit.agency_id),
    Matter.FORK: (Quarantine.id, Quarantine.received_at, Device.agency_id),
    Matter.QUARANTINE: (Quarantine.id, Quarantine.received_at, Device.agency_id),
    Matter.HOLD: (Hold.event_id, Hold.received_at, Device.agency_id),
    Matter.GAP: (Device.id, Device.gap_since, Device.agency_id),
    Matter.RETARGET: (Visit.id, Visit.received_at, Visit.agency_id),
    Matter.LATE_APPROVAL: (Task.id, Task.post_approval_due, Task.agency_id),
    Matter.DEAD_LETTER: (OutboxMessage.id, OutboxMessage.dead_at, OutboxMessage.agency_id),
}
"""The id, since when, and whose."""


def _visit(_work: Work, show: Show) -> Any:
    if show is Show.ASKED:
        return Visit.ruling == ASK_AGAIN
    return and_(Visit.irregular, Visit.ruling.is_(None))


def _quarantined(show: Show) -> Any:
    # The first half is the index's own condition, word for word.
    state = AGAIN if show is Show.ASKED else OPEN
    return and_(Quarantine.state.in_((OPEN, AGAIN)), Quarantine.state == state)


def _fork(_work: Work, show: Show) -> Any:
    return and_(_quarantined(show), Quarantine.code.in_(TWO_STORIES))


def _other(_work: Work, show: Show) -> Any:
    return and_(_quarantined(show), Quarantine.code.not_in(TWO_STORIES))


def _hold(_work: Work, show: Show) -> Any:
    asked = Hold.asked_at.is_not(None) if show is Show.ASKED else Hold.asked_at.is_(None)
    return and_(Hold.released_at.is_(None), Hold.expired_at.is_(None), asked)


def _gap(_work: Work, show: Show) -> Any:
    asked = Device.gap_asked_at.is_not(None)
    return and_(Device.gap_since.is_not(None), asked if show is Show.ASKED else ~asked)


def _retarget(_work: Work, show: Show) -> Any:
    # An irregular visit waits as that first: one matter at a time has its id.
    first = or_(Visit.irregular.is_(False), Visit.ruling.is_not(None))
    return and_(Visit.retarget == Retarget.OPEN, first, literal(show is Show.OPEN))


def _late_approval(work: Work, show: Show) -> Any:
    late = and_(Task.approved_by == "", Task.post_approval_due < work.now)
    return and_(late, literal(show is Show.OPEN))


def _dead_letter(work: Work, show: Show) -> Any:
    return and_(outbox.is_dead_letter(work.now), literal(show is Show.OPEN))


_CONDITION: Mapping[Matter, Callable[[Work, Show], Any]] = {
    Matter.VISIT: _visit,
    Matter.FORK: _fork,
    Matter.QUARANTINE: _other,
    Matter.HOLD: _hold,
    Matter.GAP: _gap,
    Matter.RETARGET: _retarget,
    Matter.LATE_APPROVAL: _late_approval,
    Matter.DEAD_LETTER: _dead_letter,
}
_TABLE: Mapping[Matter, Any] = {matter: columns[0].class_ for matter, columns in _COLUMNS.items()}


def _lines(work: Work, rows: Sequence[Any]) -> tuple[Line, ...]:
    things = {
        matter: _things(work, matter, [row.id for row in rows if row.matter == matter])
        for matter in {Matter(row.matter) for row in rows}
    }
    all_ = [thing for each in things.values() for thing in each.values()]
    usccs = {thing.uscc for thing in all_ if isinstance(thing, Visit | Task) and thing.uscc}
    names = _names(work, Enterprise.uscc, Enterprise.name, usccs)
    tablets = {thing.device_id for thing in all_ if isinstance(thing, Quarantine | Hold)}
    names |= _names(work, Device.id, Device.name, tablets)
    whose = _names(work, Agency.id, Agency.name, {row.agency_id for row in rows})
    return tuple(
        Line(
            matter=Matter(row.matter),
            id=row.id,
            since=row.since,
            agency=whose.get(row.agency_id, ""),
            name=_name(things[Matter(row.matter)][row.id], names),
            thing=things[Matter(row.matter)][row.id],
        )
        for row in rows
    )


def _things(work: Work, matter: Matter, ids: Sequence[str]) -> dict[str, Any]:
    table, key = _TABLE[matter], _COLUMNS[matter][0]
    found = work.session.scalars(select(table).where(key.in_(ids)))
    return {getattr(thing, key.key): thing for thing in found}


def _names(work: Work, key: Any, name: Any, ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    return dict(work.session.execute(select(key, name).where(key.in_(ids))).all())


def _name(thing: Any, names: Mapping[str, str]) -> str:
    match thing:
        case Visit() | Task():
            return names.get(thing.uscc or "", thing.uscc or "")
        case Quarantine() | Hold():
            return names.get(thing.device_id, thing.device_id)
        case Device():
            return thing.name
        case _:
            return ""
