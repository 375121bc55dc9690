"""Searches for visits of several agencies that can be one (综合查一次, R30, R31).

Supervision asks for its region; a job gathers what is planned, lets the solver find few visits and
writes down what it proposes, once the hard rules are checked apart from it. Nothing is changed by a
search: the agencies' heads decide (`merges`).
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from server.job_names import JobName
from server.models import (
    Agency,
    Certificate,
    Form,
    MergePart,
    MergeProposal,
    MergeSearch,
    MergeStatus,
    Officer,
    OfficerKind,
    Recusal,
    SearchStatus,
    Task,
)
from server.services import audit, calendars, parameters, recusals, reference_objects
from server.services.scoping import require_role
from server.services.tasks import NOT_BEGUN
from server.work import Work
from shared import reference
from shared.errors import BadInput, NotAllowed
from shared.localtime import local_day
from shared.merging.check import faults
from shared.merging.model import Calendar, Inspector, Need, Solved
from shared.merging.points import composite
from shared.merging.proposal import Proposal, proposals
from shared.plans.model import CAUSED, VisitType
from shared.regions import significant
from shared.roles import Role

log = logging.getLogger(__name__)
LONGEST = timedelta(days=92)
MOST_TASKS = 5000
WORKDAY_MINUTES = 8 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is to be visited in a region, by whom, when; and the checklist each task brings."""

    needs: tuple[Need, ...]
    inspectors: tuple[Inspector, ...]
    calendar: Calendar
    forms: Mapping[str, tuple[tuple[str, int], ...]]


def ask(work: Work, *, since: date, until: date) -> MergeSearch:
    """Have the visits of one's region between two days looked at; both inclusive."""
    require_role(work.who, Role.SUPERVISION)
    if not work.who.region:
        raise NotAllowed("Supervision of no region has nothing to look at.")
    today = local_day(work.now)
    if not today < since <= until <= since + LONGEST or since.year != until.year:
        raise BadInput("Days to come, of one year, a quarter at most.", errors={"/since": "range"})
    row = MergeSearch(
        id=work.ids(),
        region=work.who.region,
        since=since,
        until=until,
        asked_by=work.who.id,
        asked_at=work.now,
    )
    work.session.add(row)
    audit.write(work, "merge.searched", "merge_search", row.id, region=row.region)
    work.after_commit(JobName.FIND_MERGES, search=row.id)
    return row


def waiting(work: Work, before: datetime, limit: int) -> list[str]:
    """Searches nobody has done, the oldest first."""
    return list(
        work.session.scalars(
            select(MergeSearch.id)
            .where(MergeSearch.status == SearchStatus.WAITING, MergeSearch.asked_at <= before)
            .order_by(MergeSearch.asked_at)
            .limit(limit)
        )
    )


def gather(work: Work, search_id: str) -> Given | None:
    """What a search looks at; None when it is done already."""
    search = work.session.get(MergeSearch, search_id)
    if search is None or search.status != SearchStatus.WAITING:
        return None
    tasks = _tasks(work, search)
    agencies = work.session.scalars(
        select(Agency).where(Agency.id.in_({task.agency_id for task in tasks}))
    ).all()
    slots = [
        parameters.limits(work, agency, search.since).visits_per_officer_day for agency in agencies
    ]
    return Given(
        needs=tuple(_need(task, search) for task in tasks),
        inspectors=_inspectors(work, [agency.id for agency in agencies], search.since),
        calendar=_calendar(work, search, slots=max(min(slots, default=1), 1)),
        forms={task.id: tuple((f["id"], f["version"]) for f in task.forms) for task in tasks},
    )


def record(work: Work, search_id: str, given: Given, solved: Solved) -> None:
    """Write down what is proposed, unless somebody else has meanwhile; older proposals lapse."""
    search = work.session.get_one(MergeSearch, search_id, with_for_update=True)
    if search.status != SearchStatus.WAITING:
        return
    schedule = solved.schedule
    broken = faults(
        schedule, needs=given.needs, inspectors=given.inspectors, calendar=given.calendar
    )
    search.done_at = work.now
    if broken:
        log.error("search %s: the schedule breaks %s", search_id, broken)
        search.status = SearchStatus.FAILED
        return
    search.status = SearchStatus.DONE
    search.tasks, search.visits = len(given.needs), len(schedule.visits)
    search.bound, search.left_over = solved.bound, len(schedule.left_over)
    _let_lapse(work, search)
    found = proposals(schedule, given.needs)
    points = _points(work, given, found)
    for proposal in found:
        _propose(work, search, proposal, points, given)


def fail(work: Work, search_id: str) -> None:
    """Have a search that broke off count as failed; one that is done stays done."""
    search = work.session.get_one(MergeSearch, search_id, with_for_update=True)
    if search.status == SearchStatus.WAITING:
        search.status, search.done_at = SearchStatus.FAILED, work.now


def _tasks(work: Work, search: MergeSearch) -> list[Task]:
    """Planned inspections of the region that nobody has begun, within the days asked for.

    A window that reaches out of them is looked at as far as it lies in them, but not one that has
    its place under the caps of two years. What is caused by something that happened goes on by
    itself, and what is merged stays merged.
    """
    year = search.since.year
    here = select(Agency.id).where(Agency.region.startswith(significant(search.region)))
    wanted = (
        select(Task)
        .where(
            Task.agency_id.in_(here),
            Task.status.in_(NOT_BEGUN),
            Task.visit_type == VisitType.INSPECTION,
            Task.trigger.not_in(CAUSED),
            Task.window_from <= search.until,
            Task.window_to >= search.since,
            Task.window_from >= date(year, 1, 1),
            Task.window_to <= date(year, 12, 31),
            Task.merged_id.is_(None),
        )
        .order_by(Task.id)
        .limit(MOST_TASKS)
    )
    return list(work.session.scalars(wanted))


def _need(task: Task, search: MergeSearch) -> Need:
    return Need(
        task_id=task.id,
        agency_id=task.agency_id,
        uscc=task.uscc,
        premise_id=task.premise_id,
        window_from=max(task.window_from, search.since),
        window_to=min(task.window_to, search.until),
    )


def _inspectors(work: Work, agencies: Iterable[str], since: date) -> tuple[Inspector, ...]:
    officers = work.session.scalars(
        select(Officer)
        .where(Officer.agency_id.in_(agencies), Officer.kind == OfficerKind.OFFICER)
        .order_by(Officer.id)
    ).all()
    ids = [officer.id for officer in officers]
    spans: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in work.session.scalars(
        select(Certificate).where(Certificate.officer_id.in_(ids), Certificate.revoked_at.is_(None))
    ):
        spans[row.officer_id].append((row.valid_from, row.valid_to))
    away: dict[str, set[str]] = defaultdict(set)
    for recusal in work.session.scalars(
        select(Recusal).where(Recusal.officer_id.in_(ids), recusals.in_force(since))
    ):
        away[recusal.officer_id].add(recusal.uscc)
    return tuple(
        Inspector(
            officer_id=officer.id,
            agency_id=officer.agency_id,
            certified=tuple(sorted(spans[officer.id])),
            recused=frozenset(away[officer.id]),
        )
        for officer in officers
    )


def _calendar(work: Work, search: MergeSearch, *, slots: int) -> Calendar:
    known = calendars.load(work)
    length = (search.until - search.since).days + 1
    days = (search.since + timedelta(days=n) for n in range(length))
    return Calendar(days=tuple(day for day in days if known.is_workday(day)), slots=slots)


def _let_lapse(work: Work, search: MergeSearch) -> None:
    """What earlier searches of the region proposed and nobody has decided on."""
    earlier = select(MergeSearch.id).where(
        MergeSearch.region == search.region, MergeSearch.id != search.id
    )
    work.session.execute(
        update(MergeProposal)
        .where(MergeProposal.search_id.in_(earlier), MergeProposal.status == MergeStatus.PROPOSED)
        .values(status=MergeStatus.LAPSED, decided_at=work.now)
    )


def _points(
    work: Work, given: Given, found: Iterable[Proposal]
) -> dict[tuple[str, int], reference.Form]:
    """The checklists of all that is proposed."""
    named = {form for each in found for need in each.needs for form in given.forms[need.task_id]}
    rows = work.session.scalars(select(Form).where(Form.id.in_({id_ for id_, _version in named})))
    return {
        (row.id, row.version): reference.FormSchema().load(reference_objects.form(row))
        for row in rows
        if (row.id, row.version) in named
    }


def _propose(
    work: Work,
    search: MergeSearch,
    proposal: Proposal,
    forms: Mapping[tuple[str, int], reference.Form],
    given: Given,
) -> None:
    named = [name for need in proposal.needs for name in given.forms[need.task_id]]
    one = composite([forms[name] for name in named if name in forms])
    row = MergeProposal(
        id=work.ids(),
        search_id=search.id,
        uscc=proposal.visit.uscc,
        premise_id=proposal.visit.premise_id,
        lead_agency_id=proposal.lead,
        day=proposal.visit.day,
        window_from=proposal.window_from,
        window_to=proposal.window_to,
        officer_ids=list(proposal.visit.officer_ids),
        points=one.before,
        points_merged=one.merged,
        visits_avoided=proposal.visits_avoided,
        visit_minutes=WORKDAY_MINUTES // given.calendar.slots,
    )
    work.session.add(row)
    work.session.add_all(
        MergePart(proposal_id=row.id, task_id=need.task_id, agency_id=need.agency_id)
        for need in proposal.needs
    )
