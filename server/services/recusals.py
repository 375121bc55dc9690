"""回避: officers who may not go to an enterprise (R09). Plans that send them are blocked.

It holds until its last day, if one was named, or until it is ended; nothing of it is deleted.
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from server.models import Enterprise, Officer, Recusal, Task, TaskOfficer
from server.services import audit, typed_words
from server.services.scoping import one, require_role
from server.services.tasks import NOT_BEGUN
from server.work import Work
from shared.errors import BadInput, NotFound, OutOfOrder
from shared.localtime import local_day
from shared.roles import Role

FOR_OTHERS = (Role.PLANNER, Role.HEAD, Role.AGENCY_ADMIN)
MAY_END = (Role.HEAD, Role.AGENCY_ADMIN)
LONGEST = 200  # as the columns


def in_force(day: ColumnElement[date] | date) -> ColumnElement[bool]:
    """Recusals that nobody ended and that still hold on a day."""
    return and_(Recusal.ended_at.is_(None), or_(Recusal.until.is_(None), Recusal.until >= day))


def declare(
    work: Work, *, officer_id: str, uscc: str, ground: str, until: date | None = None
) -> Recusal:
    """Keep an officer away from an enterprise, for good or to the day `until`, itself included.

    Officers declare it of themselves; planner, head and administrator of anybody in their agency.
    """
    officer = _ours(work, officer_id)
    one(work.session.get(Enterprise, uscc))
    typed_words.require(ground=(ground, LONGEST))
    if until is not None and until < local_day(work.now):
        raise BadInput("It would be over already.", errors={"/until": "In the past."})
    row = Recusal(
        id=work.ids(),
        officer_id=officer.id,
        uscc=uscc,
        ground=ground.strip(),
        declared_by=work.who.id,
        declared_at=work.now,
        until=until,
    )
    work.session.add(row)
    audit.write(work, "recusal.declared", "officer", officer.id, recusal=row.id)
    return row


def end(work: Work, recusal_id: str, reason: str) -> Recusal:
    """Let it end; only head or administrator, never the officer alone. It stays on record."""
    require_role(work.who, *MAY_END)
    typed_words.require(reason=(reason, LONGEST))
    row = one(work.session.get(Recusal, recusal_id, with_for_update=True))
    officer = _ours(work, row.officer_id)
    if row.ended_at is not None:
        raise OutOfOrder("It has ended.", ended_at=row.ended_at)
    row.ended_at, row.ended_by, row.ended_why = work.now, work.who.id, reason.strip()
    audit.write(work, "recusal.ended", "officer", officer.id, recusal=row.id, reason=reason)
    return row


def tasks_in_the_way(work: Work, row: Recusal) -> int:
    """How many tasks that nobody began would send this officer there all the same.

    They were filed before it was declared: an amendment of their plans sends somebody else.
    """
    found = work.session.scalar(
        select(func.count())
        .select_from(Task)
        .join(TaskOfficer, TaskOfficer.task_id == Task.id)
        .where(
            TaskOfficer.officer_id == row.officer_id,
            Task.uscc == row.uscc,
            Task.status.in_(NOT_BEGUN),
            Task.window_to >= local_day(work.now),
        )
    )
    return found or 0


def _ours(work: Work, officer_id: str) -> Officer:
    require_role(work.who, Role.OFFICER, *FOR_OTHERS)
    officer = one(work.session.get(Officer, officer_id))
    is_self = officer.person_id is not None and officer.person_id == work.who.id
    if officer.agency_id != work.who.agency_id or not (is_self or work.who.is_any(FOR_OTHERS)):
        raise NotFound("No such officer.")
    return officer
