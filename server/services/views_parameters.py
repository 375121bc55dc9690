"""Thresholds as the console shows them: every row there is, which holds where, which will. Reads.

Rows are never edited: a later one for the same place and day supersedes. Who belongs to an agency
is shown what concerns that agency, the platform's administrator everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from server.models import Agency, Parameter, Person
from server.services import parameters, what_if
from server.work import Work
from shared.errors import NotFound
from shared.localtime import local_day
from shared.plans.catalogue import RULES
from shared.plans.limits import PARAMETERS, told
from shared.regions import significant
from shared.roles import Role
from shared.text import Text

MOST_ROWS = 500


class Standing(StrEnum):
    """How a row stands today, in its own place."""

    IN_FORCE = "in_force"
    COMING = "coming"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterLine:
    """A threshold; `title` is None for one that the rules do not compare with."""

    key: str
    title: Text | None
    default: str
    value: str
    """In force for who asks; for the platform's administrator what holds everywhere."""
    is_default: bool
    coming: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    value: str
    region: str
    agency: str
    valid_from: date
    standing: Standing
    basis: str
    recorded_at: Any
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterView:
    line: ParameterLine
    rows: tuple[RowLine, ...]
    rules: tuple[str, ...]
    """Numbers of the rules that compare with it."""
    can_try: bool
    """Whether last year's visits tell anything of it."""
    agencies: tuple[tuple[str, str], ...]


def lines(work: Work, text: str = "") -> tuple[ParameterLine, ...]:
    """Every threshold there is, in the order they are declared."""
    today = local_day(work.now)
    holding = _holding(work, today)
    coming = _coming(work, today)
    every = (_line(key, holding, coming) for key in parameters.DEFAULTS)
    return tuple(line for line in every if _fits(line, text.strip().lower()))


def one(work: Work, key: str) -> ParameterView:
    """One threshold with its rows, the newest first; `NotFound` for no such key."""
    if key not in parameters.DEFAULTS:
        raise NotFound("No such parameter.")
    today = local_day(work.now)
    return ParameterView(
        line=_line(key, _holding(work, today), _coming(work, today)),
        rows=tuple(_rows(work, key, today)),
        rules=tuple(sorted(rule.id for rule in RULES.values() if key in rule.parameters)),
        can_try=key in what_if.LOOKED_AT and work.who.is_any(what_if.WHO),
        agencies=_agencies(work),
    )


def _fits(line: ParameterLine, text: str) -> bool:
    titles = (line.title.zh, line.title.en) if line.title else ()
    return any(text in said.lower() for said in (line.key, *titles))


def _line(key: str, holding: dict[str, Parameter], coming: dict[str, int]) -> ParameterLine:
    row = holding.get(key)
    default = parameters.DEFAULTS[key]
    return ParameterLine(
        key=key,
        title=PARAMETERS[key].title if key in PARAMETERS else None,
        default=told(default),
        value=told(row.value if row else default),
        is_default=row is None,
        coming=coming.get(key, 0),
    )


def _holding(work: Work, today: date) -> dict[str, Parameter]:
    agency = work.session.get(Agency, work.who.agency_id) if work.who.agency_id else None
    if agency is not None:
        return parameters.in_force(work, agency, today)
    rows = work.session.scalars(
        select(Parameter)
        .where(
            Parameter.valid_from <= today,
            Parameter.region.is_(None),
            Parameter.agency_id.is_(None),
        )
        .order_by(Parameter.valid_from, Parameter.id)
    )
    return {row.key: row for row in rows}


def _coming(work: Work, today: date) -> dict[str, int]:
    rows = work.session.execute(
        select(Parameter.key, func.count())
        .where(Parameter.valid_from > today)
        .group_by(Parameter.key)
    )
    return dict(rows.all())


def _rows(work: Work, key: str, today: date) -> list[RowLine]:
    found = work.session.execute(
        select(Parameter, Agency.name, Person.name)
        .outerjoin(Agency, Agency.id == Parameter.agency_id)
        .outerjoin(Person, Person.id == Parameter.recorded_by)
        .where(Parameter.key == key)
        .order_by(Parameter.valid_from.desc(), Parameter.id.desc())
        .limit(MOST_ROWS)
    ).all()
    home = work.session.get(Agency, work.who.agency_id) if work.who.agency_id else None
    seen: set[tuple[str | None, str | None]] = set()
    shown = []
    for row, agency, person in found:
        standing = _standing(row, today, seen)
        if _concerns(work, row, home):
            shown.append(
                RowLine(
                    value=told(row.value),
                    region=row.region or "",
                    agency=agency or "",
                    valid_from=row.valid_from,
                    standing=standing,
                    basis=row.basis,
                    recorded_at=row.recorded_at,
                    recorded_by=person or "",
                )
            )
    return shown


def _standing(row: Parameter, today: date, seen: set[tuple[str | None, str | None]]) -> Standing:
    """Rows come newest first: the first of a place that has begun holds there."""
    if row.valid_from > today:
        return Standing.COMING
    place = (row.region, row.agency_id)
    if place in seen:
        return Standing.SUPERSEDED
    seen.add(place)
    return Standing.IN_FORCE


def _concerns(work: Work, row: Parameter, home: Agency | None) -> bool:
    if home is None or Role.PLATFORM_ADMIN in work.who.roles:
        return True
    if row.agency_id is not None:
        return row.agency_id == home.id
    return row.region is None or home.region.startswith(significant(row.region))


def _agencies(work: Work) -> tuple[tuple[str, str], ...]:
    """Of whom one may ask, or for whom one may record."""
    wanted: Sequence[Any] = ()
    if Role.PLATFORM_ADMIN not in work.who.roles:
        wanted = (what_if.in_sight(work),)
    rows = work.session.execute(select(Agency.id, Agency.name).where(*wanted).order_by(Agency.name))
    return tuple(rows.all())
