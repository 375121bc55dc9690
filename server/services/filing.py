"""Filing an approved plan (计划报备): number and server time, tasks with codes, tablets told.

A task that nobody enters for (非现场检查) gets no code.

Nothing is ever filed for the past (domain case 15): the time is the server's and the rules look
again, with this year's counters locked, so that two plans cannot both take the last place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import or_, select

from server.models import (
    Agency,
    Approval,
    Decision,
    Form,
    Plan,
    PlanStatus,
    PlanTarget,
    PlanVersion,
    Task,
    TaskOfficer,
    TaskStatus,
)
from server.services import (
    amendment_checks,
    amendments,
    announcements,
    approval_forms,
    audit,
    catalogue_publishing,
    counters,
    numbers,
    parameters,
    plan_checks,
    plan_facts,
    tallies,
    task_publishing,
    visit_history,
    visited_tasks,
    webhooks,
)
from server.services import tasks as tasks_
from server.services.amendment_facts import places_of
from server.services.plan_checks import targets_of
from server.services.plan_reading import as_plan
from server.services.scoping import one, require_role
from server.services.webhooks import Told
from server.work import Work
from shared.errors import NotFound, OutOfOrder
from shared.localtime import local_day
from shared.plans.catalogue import check_plan
from shared.plans.facts import Facts
from shared.plans.model import Plan as PlanSeen
from shared.plans.rules.frequency import counts_toward_cap
from shared.plans.rules.repeats import frequent_targets
from shared.roles import Role

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another
CODE_LENGTH = 10


def file(work: Work, plan_id: str) -> Plan:
    """File an approved plan; its tasks may be inspected from now on.

    Raises `PlanBlocked` when a rule forbids it by now: a window begun, a cap used up, a
    certificate ended since the approval.
    """
    require_role(work.who, Role.PLANNER, Role.HEAD)
    plan = one(work.session.get(Plan, plan_id, with_for_update=True))
    if plan.agency_id != work.who.agency_id:
        raise NotFound("No such plan.")
    if plan.status != PlanStatus.APPROVED:
        raise OutOfOrder("Only an approved plan is filed.", status=plan.status)
    if plan.amends_id is not None:
        return _amend(work, plan)
    targets = targets_of(work, plan.id)
    agency = work.session.get_one(Agency, plan.agency_id)
    seen = as_plan(plan, targets)
    places = [(target.uscc, year) for target in seen.targets for year in target.years]
    if parameters.limits(work, agency, local_day(work.now)).has_wider_caps:
        counters.lock_enterprises(work, plan.id)
    held = counters.locked(work, plan.agency_id, places)
    facts = plan_facts.gather(work, seen)
    plan_checks.require_no_block(check_plan(seen, facts))

    plan.no = numbers.take(work, agency, numbers.PLAN, plan.year)
    plan.filed_at, plan.changed_at, plan.status = work.now, work.now, PlanStatus.FILED
    if counts_toward_cap(seen, facts):
        counters.schedule(held, places)
    tallies.add(work, agency.region, plan.year, len(frequent_targets(seen, facts)))
    _file_version(work, plan)
    webhooks.tell(work, Told.PLAN_FILED, agency, plan.id, plan.no or "")
    places_of_tasks = {target.id: target.position for target in targets}
    tasks = _tasks(work, plan, targets, places_of_tasks, seen, facts)
    catalogue_publishing.publish_catalogue(work, agency)
    task_publishing.publish_tasks(work, tasks)
    announcements.of_filed(work, agency, tasks)
    approval_forms.make(work, agency, plan, tasks)
    audit.write(work, "plan.filed", "plan", plan.id, no=plan.no, tasks=len(tasks))
    return plan


def _amend(work: Work, plan: Plan) -> Plan:
    """File an approved amendment: it becomes the next version of the plan, which is returned.

    What it withdraws frees its places before the new visits take theirs, all under one lock.
    """
    base = work.session.get_one(Plan, plan.amends_id, with_for_update=True, populate_existing=True)
    visited_tasks.lock(work, [task.id for task in amendment_checks.look(work, plan).withdrawn])
    standing = amendment_checks.require_sound(work, plan)
    come = standing.amendment.come(standing.settled)
    seen = replace(standing.after, targets=come)
    withdrawn = standing.withdrawn
    freed = [place for task in withdrawn if task.counts for place in places_of(task)]
    places = [(target.uscc, year) for target in come for year in target.years]
    agency = work.session.get_one(Agency, plan.agency_id)
    if parameters.limits(work, agency, local_day(work.now)).has_wider_caps:
        counters.lock_enterprises(work, plan.id)
    held = counters.locked(work, plan.agency_id, [*freed, *places])
    facts = amendment_checks.facts(work, standing)
    plan_checks.require_no_block(amendment_checks.judged(standing, facts))

    counters.free(held, freed)
    if counts_toward_cap(seen, facts):
        counters.schedule(held, places)
    tallies.add(work, agency.region, plan.year, len(frequent_targets(seen, facts)))
    for task in withdrawn:
        tasks_.withdraw(work, task, plan.amend_reason)
    amendments.take_up(work, base, plan, standing)
    _file_version(work, base)
    made = {target.id for target in come}
    rows = [row for row in targets_of(work, base.id) if row.id in made]
    first = _next_number(work, base)
    numbered = {row.id: first + n for n, row in enumerate(rows)}
    tasks = _tasks(work, base, rows, numbered, replace(seen, id=base.id), facts)
    catalogue_publishing.publish_catalogue(work, agency)
    task_publishing.publish_tasks(work, tasks)
    announcements.of_filed(work, agency, tasks)
    approval_forms.make(work, agency, base, tasks)
    audit.write(
        work,
        "plan.amended",
        "plan",
        base.id,
        version=base.version,
        tasks=len(tasks),
        withdrawn=len(withdrawn),
    )
    return base


def _file_version(work: Work, plan: Plan) -> None:
    version = work.session.get(PlanVersion, (plan.id, plan.version))
    if version is not None:
        version.filed_at = work.now


def _next_number(work: Work, plan: Plan) -> int:
    """The number after the last task of the plan, whatever became of that."""
    numbers_ = work.session.scalars(select(Task.no).where(Task.plan_id == plan.id))
    return 1 + max((int(no.rpartition("-")[2]) for no in numbers_), default=0)


def new_code(work: Work) -> str:
    """A task's code: fifty random bits in letters that are read aloud without mistakes."""
    number = int.from_bytes(work.chance(8), "big")
    return "".join(CODE_LETTERS[(number >> (5 * n)) & 31] for n in range(CODE_LENGTH))


def _tasks(
    work: Work,
    plan: Plan,
    targets: Sequence[PlanTarget],
    numbered: Mapping[str, int],
    seen: PlanSeen,
    facts: Facts,
) -> list[Task]:
    """A task of each of these targets, `numbered` by target id within the plan."""
    forms = _forms(work, seen)
    approver = _approver(work, plan)
    history = visit_history.frequencies(
        work,
        agency_id=plan.agency_id,
        usccs=[target.uscc for target in targets],
        year=plan.year,
        cap=facts.limits.yearly_cap,
    )
    tasks = [
        Task(
            id=work.ids(),
            no=f"{plan.no}-{numbered[target.id]:02d}",
            plan_id=plan.id,
            plan_no=plan.no or "",
            plan_version=plan.version,
            target_id=target.id,
            agency_id=plan.agency_id,
            kind=plan.kind,
            trigger=plan.trigger,
            visit_type=plan.visit_type,
            uscc=target.uscc,
            premise_id=target.premise_id,
            item_ids=list(plan.item_ids),
            forms=forms,
            officer_ids=list(target.officer_ids),
            assistant_count=target.assistant_count,
            window_from=target.window_from or plan.window_from,
            window_to=target.window_to or plan.window_to,
            status=TaskStatus.CODED,
            counts=counts_toward_cap(seen, facts),
            filed_at=work.now,
            approved_by=approver,
            frequency=history[target.uscc],
            reason_onsite=target.reason_onsite,
            code=None if seen.is_offsite else new_code(work),
        )
        for target in targets
    ]
    work.session.add_all(tasks)
    work.session.add_all(
        TaskOfficer(task_id=task.id, officer_id=officer_id)
        for task in tasks
        for officer_id in dict.fromkeys(task.officer_ids)
    )
    return tasks


def _approver(work: Work, plan: Plan) -> str:
    found = work.session.scalar(
        select(Approval.by_name).where(
            Approval.plan_id == plan.id,
            Approval.plan_version == plan.version,
            Approval.decision == Decision.APPROVED,
        )
    )
    return found or ""


def _forms(work: Work, plan: PlanSeen) -> list[dict[str, object]]:
    """The newest version of each checklist of the plan's items that holds through its window."""
    rows = work.session.scalars(
        select(Form)
        .where(
            Form.item_id.in_(plan.item_ids),
            Form.withdrawn_at.is_(None),
            Form.valid_from <= plan.window_from,
            or_(Form.valid_to.is_(None), Form.valid_to >= plan.window_to),
        )
        .order_by(Form.version)
        .with_for_update(read=True)  # none is withdrawn while tasks are filed with it
    )
    newest: Mapping[str, Form] = {row.id: row for row in rows}
    places = {item: n for n, item in enumerate(plan.item_ids)}
    ordered = sorted(newest.values(), key=lambda form: (places[form.item_id], form.id))
    return [{"id": form.id, "version": form.version} for form in ordered]
