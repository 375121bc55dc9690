"""What was ordered falls due: the enterprise is reminded, and the agency sees what is late.

    told → reminded, once, `rectify_remind_workdays` before the day → late: on the agency's desk

It is over when everything was found put right, when it was looked at again (R63), or when a newer
result no longer calls for it. More time given begins it anew: what waits to be sent is taken back.
Who has told of every problem waits for the agency, and is reminded of nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, select

from server.models import (
    Agency,
    Document,
    Enterprise,
    Extension,
    Rectification,
    RectificationDeadline,
)
from server.notify.letter import Body, Purpose
from server.services import (
    calendars,
    documents,
    enterprise_news,
    parameters,
    webhooks,
)
from server.services.enterprise_news import News
from server.services.scoping import in_reach, require_role
from server.services.webhooks import Told
from server.work import Work
from shared.content import problems
from shared.localtime import local_day
from shared.roles import Role

AT_ONCE = 100
FIXED = "fixed"
REMINDERS = (Purpose.RECTIFICATION_DUE,)
READERS = (Role.OFFICER, Role.HEAD, Role.PLANNER, Role.SUPERVISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateLine:
    """A visit whose problems were to be put right by `due_on`, and are not all."""

    visit_id: str
    enterprise: str
    agency: str
    due_on: date


def due_on(result: Document, extension: Extension | None) -> date | None:
    """The deadline, with the time that was given; None where nothing is to be put right."""
    if not problems.to_rectify(result.content):
        return None
    if extension is not None and extension.granted:
        return extension.until
    told = result.particulars.get("rectify_by")
    return date.fromisoformat(told) if told else None


def follow(
    work: Work, result: Document, *, first: bool = False, remind_on: date | None = None
) -> None:
    """Remind of what this result calls for, by the deadline that holds now. Safe to repeat.

    `first`: that its visit had none before, so that there is nothing to look for; `remind_on` is
    its own day of reminding then, where that is known already.
    """
    visit_id = result.visit_id or ""
    day = due_on(result, None if first else work.session.get(Extension, visit_id))
    if day is None:
        if not first:
            end(work, visit_id)
        return
    row = None if first else work.session.get(RectificationDeadline, visit_id, with_for_update=True)
    if row is not None and row.due_on == day and row.look_on is not None:
        return
    if row is None:
        row = RectificationDeadline(visit_id=visit_id)
    if not first:
        enterprise_news.take_back(work, visit_id, REMINDERS)
    row.agency_id, row.uscc, row.due_on = result.agency_id, result.uscc or "", day
    agency = work.session.get_one(Agency, row.agency_id)
    row.look_on = remind_on if first and remind_on else reminding_on(work, agency, day)
    row.reminded_on, row.late_since = None, None
    work.session.add(row)


def end(work: Work, visit_id: str) -> None:
    """There is nothing more to remind of after this visit; what waits to be sent is taken back."""
    row = work.session.get(RectificationDeadline, visit_id, with_for_update=True)
    if row is not None:
        row.look_on = row.late_since = None
        enterprise_news.take_back(work, visit_id, REMINDERS)


def come_due(work: Work, limit: int = AT_ONCE) -> int:
    """Look at those whose day has come, at most `limit`; returns how many. Repeat until none."""
    today = local_day(work.now)
    rows = work.session.scalars(
        select(RectificationDeadline)
        .where(RectificationDeadline.look_on <= today)
        .order_by(RectificationDeadline.look_on, RectificationDeadline.visit_id)
        .limit(limit)
        .with_for_update()
    ).all()
    for row in rows:
        _look(work, row, today)
    return len(rows)


def is_late(work: Work) -> ColumnElement[bool]:
    """Those in reach that are late."""
    return and_(
        RectificationDeadline.late_since.is_not(None),
        in_reach(work.who, RectificationDeadline.agency_id),
    )


def late(work: Work) -> tuple[LateLine, ...]:
    """What is late in reach, the longest first."""
    require_role(work.who, *READERS)
    rows = work.session.execute(
        select(RectificationDeadline, Enterprise.name, Agency.name)
        .join(Agency, Agency.id == RectificationDeadline.agency_id)
        .outerjoin(Enterprise, Enterprise.uscc == RectificationDeadline.uscc)
        .where(is_late(work))
        .order_by(RectificationDeadline.due_on, RectificationDeadline.visit_id)
        .limit(AT_ONCE)
    )
    return tuple(
        LateLine(
            visit_id=row.visit_id,
            enterprise=enterprise or row.uscc,
            agency=agency,
            due_on=row.due_on,
        )
        for row, enterprise, agency in rows
    )


def _look(work: Work, row: RectificationDeadline, today: date) -> None:
    result = documents.result_in_force(work, row.visit_id)
    unfixed, unreported = _left(work, result) if result is not None else (set(), set())
    if result is None or not unfixed:
        end(work, row.visit_id)
    elif row.due_on < today:
        row.look_on, row.late_since = None, today
        agency = work.session.get_one(Agency, row.agency_id)
        webhooks.tell(work, Told.RECTIFICATION_LATE, agency, result.id, result.number or "")
    elif unreported:
        _remind(work, row, result)
        row.look_on, row.reminded_on = row.due_on + timedelta(days=1), today
    else:
        row.look_on = today + timedelta(days=1)  # it may yet be found not to be put right


def _left(work: Work, result: Document) -> tuple[set[str], set[str]]:
    """The problems not found put right, and of them those the enterprise has yet to tell of."""
    rows = work.session.scalars(
        select(Rectification).where(Rectification.visit_id == result.visit_id)
    )
    outcomes = {row.point: row.outcome for row in rows}
    unfixed = {key for key in problems.to_rectify(result.content) if outcomes.get(key) != FIXED}
    waiting = {key for key, outcome in outcomes.items() if outcome is None}
    return unfixed, unfixed - waiting


def _remind(work: Work, row: RectificationDeadline, result: Document) -> None:
    agency = work.session.get_one(Agency, row.agency_id)
    address = f"{work.settings.public_url}/portal/inspections/{row.visit_id}/rectification"
    enterprise_news.send(
        work,
        News(
            purpose=Purpose.RECTIFICATION_DUE,
            agency_id=row.agency_id,
            uscc=row.uscc,
            about=row.visit_id,
            body=Body(agency=agency.name, number=result.number or "", day=row.due_on, link=address),
            until=row.due_on,
        ),
    )


def reminding_on(work: Work, agency: Agency, due_on: date) -> date:
    """So many working days before it is due; not on the day it was told, which said so itself."""
    today = local_day(work.now)
    workdays = int(parameters.values(work, agency, today)["rectify_remind_workdays"])
    day, _ = calendars.load(work).add_workdays(due_on, -workdays)
    return max(day, today + timedelta(days=1))
