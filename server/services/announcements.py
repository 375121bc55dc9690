"""Telling an enterprise of an inspection beforehand, where its kind and its reason allow that.

An inspection is announced once, `announce_workdays` before its window: when its plan is filed, or
when the day comes. Which may be are two dated parameters, `announced_kinds` and
`announced_triggers`; of any other there is no row, no message and no count, whatever becomes of it.
An inspection that is withdrawn takes its announcement back: what waits is not sent, and whoever was
written to is written to again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, select

from server.models import Agency, Announcement, OutboxMessage, OutboxState, Task, TaskStatus
from server.notify.letter import Body, ChannelName, Purpose
from server.services import (
    calendars,
    contact_ways,
    contacts,
    outbox,
    parameters,
    service_consents,
)
from server.work import Work
from shared.localtime import beginning_of, local_day
from shared.text import Language

AT_ONCE = 200
NOT_BEGUN = (TaskStatus.CODED, TaskStatus.ISSUED)
TAKEN_BACK = "taken_back"
LONGEST_WINDOW = timedelta(days=60)
"""What was announced before is not waiting to be sent any more: tries are over in days."""


def allows_notice(values: Mapping[str, Any], task: Task) -> bool:
    """Whether an enterprise may know of a task beforehand, by the parameters in force."""
    return task.kind in values["announced_kinds"] and task.trigger in values["announced_triggers"]


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


def take_back(work: Work, task: Task) -> None:
    """A task that was announced will not be made: what waits is called back, the rest told."""
    row = work.session.get(Announcement, task.id, with_for_update=True)
    if row is None or row.taken_back_at is not None:
        return
    row.taken_back_at = work.now
    sent = []
    for message in work.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.id.in_(row.message_ids))
        .order_by(OutboxMessage.id)
        .with_for_update()
    ):
        if message.state == OutboxState.WAITING:
            outbox.give_up(message, TAKEN_BACK)
        elif message.state in (OutboxState.SENDING, OutboxState.SENT):
            sent.append(message)
    if task.window_to < local_day(work.now):
        return  # nobody waits for it any more
    still = {contact_id for contact_id, *_ in _everybody(work, task.uscc)} if sent else set()
    for message in (message for message in sent if message.contact_id in still):
        body = outbox.body_of(work, message)
        address = outbox.address_of(work, message)
        _put(work, task, Purpose.ANNOUNCEMENT_WITHDRAWN, body, _to(message, address))


def call_back(work: Work, uscc: str, why: str) -> None:
    """Send nothing that waits for an enterprise: it no longer agrees to be written to."""
    for row in work.session.scalars(
        select(Announcement).where(
            Announcement.uscc == uscc, Announcement.announced_at > work.now - LONGEST_WINDOW
        )
    ):
        for message in work.session.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.id.in_(row.message_ids), OutboxMessage.state == OutboxState.WAITING
            )
            .with_for_update()
        ):
            outbox.give_up(message, why)


def _announce(work: Work, agency: Agency, tasks: Sequence[Task]) -> int:
    for task in tasks:
        body = Body(
            agency=agency.name,
            number=task.no,
            day=task.window_from,
            link=f"{work.settings.public_url}/portal/inspections",
        )
        written = [
            _put(work, task, Purpose.PREANNOUNCEMENT, body, to).id
            for to in _everybody(work, task.uscc)
        ]
        work.session.add(
            Announcement(
                task_id=task.id,
                agency_id=task.agency_id,
                uscc=task.uscc,
                message_ids=written,
                announced_at=work.now,
            )
        )
    return len(tasks)


To = tuple[str, ChannelName, str, Language]
"""Contact, channel, address, language."""


def _everybody(work: Work, uscc: str) -> list[To]:
    """Every confirmed contact by its first channel; nobody without consent to be written to."""
    people = contacts.confirmed(work, uscc)
    consent = service_consents.in_force(work, uscc) if people else None
    if consent is None:
        return []
    found: list[To] = []
    for contact in people:
        ways = contact_ways.for_notices(work, contact, consent.prefers)
        found += [
            (contact.id, channel, ways.addresses[channel], contact_ways.language(contact))
            for channel in ways.first
        ]
    return found


def _to(message: OutboxMessage, address: str) -> To:
    contact_id = message.contact_id or ""
    return contact_id, ChannelName(message.channel), address, Language(message.language)


def _put(work: Work, task: Task, purpose: Purpose, body: Body, to: To) -> OutboxMessage:
    contact_id, channel, address, language = to
    return outbox.put(
        work,
        outbox.Draft(
            purpose=purpose,
            agency_id=task.agency_id,
            channel=channel,
            address=address,
            language=language,
            body=body,
            contact_id=contact_id,
            expires_at=beginning_of(task.window_to + timedelta(days=1)),
        ),
    )


def _horizon(work: Work, values: Mapping[str, Any]) -> date:
    """The last day a window may begin on to be announced today."""
    calendar = calendars.load(work)
    return calendar.add_workdays(local_day(work.now), int(values["announce_workdays"]))[0]
