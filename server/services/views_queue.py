"""The first page of the console: what waits for this person, and the agency's week. Reads only.

Each count is the length of a list one click away; the same conditions make both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, literal, null, select, union_all

from server.documents.kinds import DocumentKind
from server.models import (
    Certificate,
    Complaint,
    Device,
    DeviceOrder,
    Document,
    Officer,
    OutboxMessage,
    Plan,
    PlanStatus,
    RatingEntry,
    Task,
    TaskStatus,
    Visit,
    VisitTime,
)
from server.models.base import UtcDateTime
from server.services import (
    complaint_desk,
    desk,
    outbox,
    rectification_deadlines,
    scoping,
    visit_times,
    visits,
)
from server.services.desk import Count, Matter
from server.services.rating_ledger import State
from server.work import Work
from shared.localtime import SHANGHAI, local_day
from shared.roles import Role

SOON = timedelta(days=60)
DAYS = 7


class Waiting(StrEnum):
    """The lists of the work queue, in the order they are shown."""

    TO_APPROVE = "to_approve"
    RETURNED = "returned"
    EMERGENCIES = "emergencies"
    DESK = "desk"
    TO_RULE = "to_rule"
    QUARANTINED = "quarantined"
    BAD_RATINGS = "bad_ratings"
    COMPLAINTS = "complaints"
    TIMES = "times"
    LATE_RECTIFICATIONS = "late_rectifications"
    FORKS = "forks"
    HELD = "held"
    GAPS = "gaps"
    RETARGETS = "retargets"
    LATE = "late"
    UNDELIVERED = "undelivered"
    EXPIRING = "expiring"
    TO_CONFIRM = "to_confirm"


WHOSE: Mapping[Waiting, frozenset[Role]] = {
    Waiting.TO_APPROVE: frozenset({Role.HEAD}),
    Waiting.RETURNED: frozenset({Role.PLANNER}),
    Waiting.EMERGENCIES: frozenset({Role.HEAD}),
    Waiting.DESK: frozenset({Role.SUPERVISION}),
    Waiting.TO_RULE: frozenset({Role.SUPERVISION}),
    Waiting.QUARANTINED: frozenset({Role.SUPERVISION}),
    Waiting.BAD_RATINGS: frozenset({Role.SUPERVISION}),
    Waiting.COMPLAINTS: frozenset({Role.PLANNER, Role.SUPERVISION}),
    Waiting.TIMES: frozenset(visit_times.ANSWERERS),
    Waiting.LATE_RECTIFICATIONS: frozenset({Role.OFFICER, Role.HEAD}),
    Waiting.FORKS: frozenset({Role.SUPERVISION}),
    Waiting.HELD: frozenset({Role.SUPERVISION}),
    Waiting.GAPS: frozenset({Role.SUPERVISION}),
    Waiting.RETARGETS: frozenset({Role.SUPERVISION}),
    Waiting.LATE: frozenset({Role.SUPERVISION}),
    Waiting.UNDELIVERED: frozenset({Role.PLANNER, Role.HEAD, Role.AGENCY_ADMIN, Role.SUPERVISION}),
    Waiting.EXPIRING: frozenset({Role.AGENCY_ADMIN, Role.HEAD}),
    Waiting.TO_CONFIRM: frozenset({Role.AGENCY_ADMIN}),
}


OF_DESK: Mapping[Waiting, frozenset[Matter]] = {
    Waiting.DESK: frozenset(Matter),
    Waiting.TO_RULE: frozenset({Matter.VISIT}),
    Waiting.QUARANTINED: frozenset({Matter.QUARANTINE}),
    Waiting.FORKS: frozenset({Matter.FORK}),
    Waiting.HELD: frozenset({Matter.HOLD}),
    Waiting.GAPS: frozenset({Matter.GAP}),
    Waiting.RETARGETS: frozenset({Matter.RETARGET}),
    Waiting.LATE: frozenset({Matter.LATE_APPROVAL}),
}
"""The piles of the ruling desk, which counts them itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """How many wait, and since when the oldest does."""

    count: int
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    """One local day: tasks whose window ends then, visits begun, results told."""

    day: date
    due: int
    visited: int
    told: int


def piles(work: Work) -> dict[Waiting, Pile]:
    """What waits for who asks; only the lists that are this person's."""
    of_desk = desk.counts(work) if work.who.is_any(WHOSE[Waiting.DESK]) else {}
    own = [waiting for waiting in Waiting if work.who.is_any(WHOSE[waiting])]
    counted = _counted(work, [waiting for waiting in own if waiting not in OF_DESK])
    return {
        waiting: _sum(of_desk, OF_DESK[waiting]) if waiting in OF_DESK else counted[waiting]
        for waiting in own
    }


def week(work: Work) -> tuple[WeekDay, ...]:
    """Monday to Sunday of the present week."""
    today = local_day(work.now)
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=n) for n in range(DAYS)]
    due = _due(work, days)
    visited = _per_day(work, Visit.opened_at, visits.reachable(work), days)
    told = _per_day(work, Document.issued_at, _result_in_reach(work), days)
    return tuple(
        WeekDay(day=d, due=due.get(d, 0), visited=visited.get(d, 0), told=told.get(d, 0))
        for d in days
    )


def plans_to_approve(work: Work) -> ColumnElement[bool]:
    """Plans that this head may decide: submitted, in reach, not planned by this very person."""
    return (
        (Plan.status == PlanStatus.SUBMITTED)
        & scoping.in_reach(work.who, Plan.agency_id)
        & (Plan.planner_id != work.who.id)
    )


def emergencies(work: Work) -> ColumnElement[bool]:
    """Emergencies already inspected, which the head has yet to approve (R24)."""
    return (
        Task.post_approval_due.is_not(None)
        & (Task.approved_by == "")
        & scoping.in_reach(work.who, Task.agency_id)
    )


def certificates_expiring(work: Work) -> ColumnElement[bool]:
    """Certificates in force that end within `SOON`; used with Officer joined."""
    today = local_day(work.now)
    return (
        (Certificate.valid_to >= today)
        & (Certificate.valid_to <= today + SOON)
        & Certificate.revoked_at.is_(None)
        & scoping.in_reach(work.who, Officer.agency_id)
    )


def _counted(work: Work, wanted: Sequence[Waiting]) -> dict[Waiting, Pile]:
    """These piles by one question: every page of the console asks it."""
    if not wanted:
        return {}
    each = (_query(work, waiting).add_columns(literal(str(waiting))) for waiting in wanted)
    rows = work.session.execute(union_all(*each))
    return {Waiting(name): Pile(count=count, oldest=oldest) for count, oldest, name in rows}


def _sum(counts: Mapping[Matter, Count], matters: frozenset[Matter]) -> Pile:
    some = [counts[matter] for matter in matters]
    since = [one.oldest for one in some if one.oldest is not None]
    return Pile(count=sum(one.count for one in some), oldest=min(since, default=None))


def _query(work: Work, waiting: Waiting) -> Select[*tuple[Any, ...]]:  # but those of the desk
    reach = scoping.in_reach
    match waiting:
        case Waiting.TO_APPROVE:
            return select(func.count(), func.min(Plan.submitted_at)).where(plans_to_approve(work))
        case Waiting.RETURNED:
            return select(func.count(), func.min(Plan.changed_at)).where(
                Plan.status == PlanStatus.RETURNED,
                reach(work.who, Plan.agency_id),
                Plan.planner_id == work.who.id,
            )
        case Waiting.EMERGENCIES:
            return select(func.count(), func.min(Task.oral_at)).where(emergencies(work))
        case Waiting.BAD_RATINGS:
            return select(func.count(), func.min(RatingEntry.handled_at)).where(
                RatingEntry.state != State.CLOSED,
                scoping.supervised(work.who, RatingEntry.agency_id),
            )
        case Waiting.COMPLAINTS:
            return select(func.count(), func.min(Complaint.taken_at)).where(
                complaint_desk.waiting(work)
            )
        case Waiting.TIMES:
            return (
                select(func.count(), func.min(VisitTime.asked_at))
                .join(Task, Task.id == VisitTime.task_id)
                .where(visit_times.unanswered(work), VisitTime.leads)
            )
        case Waiting.LATE_RECTIFICATIONS:
            return select(func.count(), cast(null(), UtcDateTime())).where(
                rectification_deadlines.is_late(work)
            )
        case Waiting.UNDELIVERED:
            return select(func.count(), func.min(OutboxMessage.dead_at)).where(
                outbox.is_dead_letter(work.now),
                reach(work.who, OutboxMessage.agency_id),
            )
        case Waiting.EXPIRING:
            return (
                select(func.count(), func.min(Certificate.checked_at))
                .join(Officer, Officer.id == Certificate.officer_id)
                .where(certificates_expiring(work))
            )
        case Waiting.TO_CONFIRM:
            return (
                select(func.count(), func.min(DeviceOrder.proposed_at))
                .join(Device, Device.id == DeviceOrder.device_id)
                .where(
                    DeviceOrder.confirmed_at.is_(None),
                    DeviceOrder.proposed_by != work.who.id,
                    reach(work.who, Device.agency_id),
                )
            )
        case _:
            raise AssertionError(waiting)


def _due(work: Work, days: list[date]) -> dict[date, int]:
    rows = work.session.execute(
        select(Task.window_to, func.count())
        .where(
            Task.window_to.between(days[0], days[-1]),
            Task.status.in_((TaskStatus.CODED, TaskStatus.ISSUED)),
            scoping.in_reach(work.who, Task.agency_id),
        )
        .group_by(Task.window_to)
    )
    return dict(rows.all())


def _result_in_reach(work: Work) -> ColumnElement[bool]:
    return (Document.kind == DocumentKind.RESULT) & scoping.in_reach(work.who, Document.agency_id)


def _per_day(
    work: Work, column: Any, where: ColumnElement[bool], days: list[date]
) -> dict[date, int]:
    """Counts of moments per local day, day by day: seven range scans of an index."""
    first = datetime(days[0].year, days[0].month, days[0].day, tzinfo=SHANGHAI)
    found = {}
    for n, day in enumerate(days):
        begin, end = first + timedelta(days=n), first + timedelta(days=n + 1)
        query = select(func.count()).where(column >= begin, column < end, where)
        found[day] = work.session.scalar(query) or 0
    return found
