"""Proposed joint visits: each agency's head accepts for its own tasks, or declines for all.

When all have accepted, the tasks are one visit: their windows become the shared one, tablets are
told, and the officers their plans name go together. Whom the search thought of is only advice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, or_, select

from server.models import (
    Enterprise,
    MergePart,
    MergeProposal,
    MergeSearch,
    MergeStatus,
    Task,
)
from server.services import audit, finding, task_publishing, typed_words, visit_times
from server.services.listing import AT_ONCE, SEARCHED
from server.services.scoping import in_reach, one, require_role
from server.services.tasks import NOT_BEGUN, OVER_BEFORE
from server.work import Work
from shared.errors import BadInput, NotFound, OutOfOrder
from shared.regions import significant
from shared.roles import Role

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What accepted joint visits save; hours are those of officers' teams on site."""

    accepted: int
    tasks: int
    visits_avoided: int
    hours_avoided: float


def get(work: Work, proposal_id: str) -> MergeProposal:
    """A proposal with a task of an agency in reach; `NotFound` otherwise."""
    row = one(work.session.get(MergeProposal, proposal_id))
    if not work.session.scalar(
        select(MergeProposal.id).where(MergeProposal.id == row.id, _known(work))
    ):
        raise NotFound("No such proposal.")
    return row


def parts(work: Work, proposal_ids: list[str]) -> list[MergePart]:
    """The tasks of some proposals."""
    wanted = select(MergePart).where(MergePart.proposal_id.in_(proposal_ids))
    return list(work.session.scalars(wanted.order_by(MergePart.agency_id, MergePart.task_id)))


def page(
    work: Work, *, status: str | None, after: str | None, limit: int = AT_ONCE, text: str = ""
) -> list[MergeProposal]:
    """Proposals in reach, the newest first; `text` as `finding` reads it, of the enterprise."""
    wanted = select(MergeProposal).where(_known(work))
    if status:
        wanted = wanted.where(MergeProposal.status == status)
    if text:
        wanted = wanted.where(MergeProposal.id.in_(_at(work, text)))
    if after:
        wanted = wanted.where(MergeProposal.id < after)  # ids are uuid7: they grow with time
    return list(work.session.scalars(wanted.order_by(MergeProposal.id.desc()).limit(limit)))


def _at(work: Work, text: str) -> Sequence[str]:
    """Proposals for an enterprise called like `text`, among the newest (`listing.SEARCHED`)."""
    newest = (
        select(MergeProposal.id, MergeProposal.uscc)
        .where(_known(work))
        .order_by(MergeProposal.id.desc())
        .limit(SEARCHED)
        .subquery()
    )
    named = finding.among(text, Enterprise.name, Enterprise.initials)
    query = select(newest.c.id).join(Enterprise, Enterprise.uscc == newest.c.uscc)
    return work.session.scalars(
        query.where(or_(named, finding.begins(Enterprise.uscc, text)))
    ).all()


def last_search(work: Work) -> MergeSearch | None:
    """The newest search of the region of who asks."""
    if not work.who.region:
        return None
    wanted = select(MergeSearch).where(MergeSearch.region.startswith(significant(work.who.region)))
    return work.session.scalar(wanted.order_by(MergeSearch.id.desc()).limit(1))


def totals(work: Work, search: MergeSearch) -> Totals:
    """What was accepted of one search, as far as it is in reach."""
    return _totals(work, MergeProposal.search_id == search.id)


def totals_of_year(work: Work, year: int) -> Totals:
    """What was accepted of every search of the region for that year, as far as it is in reach."""
    asked = select(MergeSearch.id).where(
        MergeSearch.region.startswith(significant(work.who.region or "")),
        MergeSearch.since >= date(year, 1, 1),
        MergeSearch.since <= date(year, 12, 31),
    )
    return _totals(work, MergeProposal.search_id.in_(asked))


def _totals(work: Work, which: ColumnElement[bool]) -> Totals:
    mine = (which, MergeProposal.status == MergeStatus.ACCEPTED)
    count, avoided, minutes = work.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(MergeProposal.visits_avoided), 0),
            func.coalesce(func.sum(MergeProposal.visits_avoided * MergeProposal.visit_minutes), 0),
        ).where(*mine, _known(work))
    ).one()
    return Totals(
        accepted=count,
        tasks=int(count) + int(avoided),  # a visit of n tasks avoids n - 1
        visits_avoided=int(avoided),
        hours_avoided=int(minutes) / 60,
    )


def accept(work: Work, proposal_id: str) -> MergeProposal:
    """Accept for the tasks of one's own agency; the last to accept makes it one visit."""
    row, every = _decidable(work, proposal_id, MergeStatus.PROPOSED)
    for part in every:
        if part.agency_id == work.who.agency_id and part.accepted_at is None:
            part.accepted_by, part.accepted_at = work.who.id, work.now
    audit.write(work, "merge.accepted", "merge_proposal", row.id)
    if all(part.accepted_at for part in every):
        _combine(work, row, every)
    return row


def decline(work: Work, proposal_id: str, reason: str) -> MergeProposal:
    """Decline it for all: the tasks stay the visits they were."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise BadInput("A refusal has a reason.", errors={"/reason": "Required."})
    row, _every = _decidable(work, proposal_id, MergeStatus.PROPOSED)
    row.status, row.decided_at, row.reason = MergeStatus.DECLINED, work.now, reason.strip()
    audit.write(work, "merge.declined", "merge_proposal", row.id, reason=row.reason)
    return row


def dissolve(work: Work, proposal_id: str, reason: str) -> MergeProposal:
    """Take an accepted joint visit apart before anybody goes: each task is its own visit again.

    Its window is what it was. `OutOfOrder` once a visit of one of the tasks has begun.
    """
    typed_words.require(reason=(reason, LONGEST_REASON))
    row, every = _decidable(work, proposal_id, MergeStatus.ACCEPTED)
    windows = {part.task_id: (part.window_from, part.window_to) for part in every}
    wanted = select(Task).where(Task.merged_id == row.id).order_by(Task.id).with_for_update()
    tasks = list(work.session.scalars(wanted))
    begun = [task.no for task in tasks if task.status not in NOT_BEGUN | OVER_BEFORE]
    if begun:
        raise OutOfOrder("A visit of it has begun.", task=begun[0])
    visit_times.end(work, tasks, tell=True)
    for task in tasks:
        since, until = windows[task.id]
        task.merged_id = None
        task.window_from, task.window_to = since or task.window_from, until or task.window_to
    row.status, row.decided_at, row.reason = MergeStatus.DISSOLVED, work.now, reason.strip()
    task_publishing.publish_tasks(work, [task for task in tasks if task.status in NOT_BEGUN])
    audit.write(work, "merge.dissolved", "merge_proposal", row.id, reason=row.reason)
    return row


def _decidable(
    work: Work, proposal_id: str, status: MergeStatus
) -> tuple[MergeProposal, list[MergePart]]:
    """A proposal, locked, of this status and with a task of the head's own agency."""
    require_role(work.who, Role.HEAD)
    row = one(work.session.get(MergeProposal, proposal_id, with_for_update=True))
    every = parts(work, [row.id])
    if work.who.agency_id not in {part.agency_id for part in every}:
        raise NotFound("No such proposal.")
    if row.status != status:
        raise OutOfOrder("It is decided.", status=row.status)
    return row, every


def _combine(work: Work, row: MergeProposal, every: list[MergePart]) -> None:
    """One visit, many tasks. `OutOfOrder` when one of them has been begun or has changed."""
    wanted = select(Task).where(Task.id.in_([part.task_id for part in every])).order_by(Task.id)
    tasks = list(work.session.scalars(wanted.with_for_update()))
    own = {part.task_id: part for part in every}
    for task in tasks:
        fits = task.window_from <= row.window_from and row.window_to <= task.window_to
        if task.status not in NOT_BEGUN or task.merged_id is not None or not fits:
            raise OutOfOrder("A task has been begun or changed.", task=task.id, status=task.status)
    visit_times.end(work, tasks, tell=True)  # each asked for as the visit it was
    for task in tasks:
        own[task.id].window_from, own[task.id].window_to = task.window_from, task.window_to
        task.window_from, task.window_to, task.merged_id = row.window_from, row.window_to, row.id
    row.status, row.decided_at = MergeStatus.ACCEPTED, work.now
    task_publishing.publish_tasks(work, tasks)
    audit.write(work, "merge.made", "merge_proposal", row.id, tasks=[task.id for task in tasks])


def _known(work: Work) -> ColumnElement[bool]:
    return exists().where(
        MergePart.proposal_id == MergeProposal.id, in_reach(work.who, MergePart.agency_id)
    )
