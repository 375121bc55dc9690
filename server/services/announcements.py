"""Telling an enterprise of an inspection beforehand, where its kind and its reason allow that.

An inspection is announced once, `announce_workdays` before its window: when its plan is filed, or
when the day comes. Which may be are two dated parameters, `announced_kinds` and
`announced_triggers`; of any other there is no row, no message and no count, whatever becomes of it.
An inspection that is withdrawn takes its announcement back: what waits is not sent, and whoever was
written to is written to again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import exists, select

from server.models import Agency, Announcement, Task, TaskStatus
from server.notify.letter import Body, Purpose
from server.services import calendars, enterprise_news, parameters
from server.services.enterprise_news import News
from server.work import Work
from shared.localtime import local_day
from shared.plans.model import VisitType

AT_ONCE = 200
NOT_BEGUN = (TaskStatus.CODED, TaskStatus.ISSUED)


def allows_notice(values: Mapping[str, Any], task: Task) -> bool:
    """Whether an enterprise may know of a task beforehand, by the parameters in force.

    Nobody comes for one off site, so there is nothing to announce.
    """
    return (
        task.kind in values["announced_kinds"]
        and task.trigger in values["announced_triggers"]
        and task.visit_type != VisitType.OFFSITE
    )


def of_filed(work: Work, agency: Agency, tasks: Iterable[Task]) -> int:
    """Announce those of tasks just filed whose day has come; returns how many."""
    values = parameters.values(work, agency, local_day(work.now))
    until = _horizon(work, values)
    due = [task for task in tasks if allows_notice(values, task) and task.window_from <= until]
    return _announce(work, agency, due)


def come_due(work: Work, agency_id: str, limit: int = AT_ONCE) -> int:
    """Announce at most `limit` tasks of an agency whose day has come. Repeat until it is none."""
    agency = work.session.get_one(Agency, agency_id)
    today = local_day(work.now)
    values = parameters.values(work, agency, today)
    due = work.session.scalars(
        select(Task)
        .where(
            Task.agency_id == agency.id,
            Task.kind.in_(values["announced_kinds"]),
            Task.trigger.in_(values["announced_triggers"]),
            Task.visit_type != VisitType.OFFSITE,
            Task.status.in_(NOT_BEGUN),
            Task.visit_id.is_(None),
            Task.window_from <= _horizon(work, values),
            Task.window_to >= today,
            ~exists().where(Announcement.task_id == Task.id),
        )
        .order_by(Task.window_to, Task.id)
        .limit(limit)
        .with_for_update(of=Task)
    ).all()
    return _announce(work, agency, due)


def take_back(work: Work, task: Task) -> bool:
    """A task that was announced will not be made: what waits is called back, the rest told.

    Returns whether anybody was.
    """
    row = work.session.get(Announcement, task.id, with_for_update=True)
    if row is None or row.taken_back_at is not None:
        return False
    row.taken_back_at = work.now
    sent = enterprise_news.take_back(work, task.id)
    if task.window_to < local_day(work.now):
        return False  # nobody waits for it any more
    agency = work.session.get_one(Agency, task.agency_id)
    announced = [message for message in sent if message.purpose == Purpose.PREANNOUNCEMENT]
    withdrawn = _news(work, agency, task, Purpose.ANNOUNCEMENT_WITHDRAWN)
    return enterprise_news.send_after(work, announced, withdrawn) > 0


def _announce(work: Work, agency: Agency, tasks: Sequence[Task]) -> int:
    for task in tasks:
        enterprise_news.send(work, _news(work, agency, task, Purpose.PREANNOUNCEMENT))
        work.session.add(
            Announcement(
                task_id=task.id,
                agency_id=task.agency_id,
                uscc=task.uscc,
                announced_at=work.now,
            )
        )
    return len(tasks)


def _news(work: Work, agency: Agency, task: Task, purpose: Purpose) -> News:
    return News(
        purpose=purpose,
        agency_id=task.agency_id,
        uscc=task.uscc,
        about=task.id,
        body=Body(
            agency=agency.name,
            number=task.no,
            day=task.window_from,
            link=f"{work.settings.public_url}/portal/inspections",
        ),
        until=task.window_to,
    )


def _horizon(work: Work, values: Mapping[str, Any]) -> date:
    """The last day a window may begin on to be announced today."""
    calendar = calendars.load(work)
    return calendar.add_workdays(local_day(work.now), int(values["announce_workdays"]))[0]
