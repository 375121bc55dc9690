"""Who does a day's nightly work: one process of all that serve, and another if that one dies."""

from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.engine import CursorResult

from server.database import insert_if_absent
from server.models import DayTurn, Retention
from server.work import Work
from shared.localtime import local_day

GIVEN_UP_AFTER = timedelta(hours=1)
"""A night's work takes minutes; one that has not ended by then was cut off."""


def due(work: Work) -> date | None:
    """The local day that wants turning, or None. Reads only."""
    today = local_day(work.now)
    row = work.session.get(DayTurn, today)
    if row is None:
        return today
    return today if row.ended_at is None and row.begun_at <= _cut_off(work) else None


def claim(work: Work, day: date) -> bool:
    """Whether it is for this process to turn `day`; of several that ask, one hears yes."""
    _note(work, day, begun_at=_cut_off(work), ended_at=None)
    taken = work.session.execute(
        update(DayTurn)
        .where(DayTurn.day == day, DayTurn.ended_at.is_(None), DayTurn.begun_at <= _cut_off(work))
        .values(begun_at=work.now)
    )
    return isinstance(taken, CursorResult) and taken.rowcount == 1


def end(work: Work, day: date) -> None:
    """The work of `day` is done, whoever began it. Safe to repeat: the first moment stands."""
    _note(work, day, begun_at=work.now, ended_at=work.now)
    work.session.execute(
        update(DayTurn)
        .where(DayTurn.day == day, DayTurn.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def _note(work: Work, day: date, *, begun_at: datetime, ended_at: datetime | None) -> None:
    row = {
        "day": day,
        "begun_at": begun_at,
        "ended_at": ended_at,
        "legal_hold": False,
        "retention_class": str(Retention.OPERATION),
    }
    insert_if_absent(work.session, DayTurn, [row])


def _cut_off(work: Work) -> datetime:
    return work.now - GIVEN_UP_AFTER
