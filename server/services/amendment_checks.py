"""Amendments while they are written and decided: what they change, and what stands against it.

An amendment is a plan of its own until it is filed, so that the plan in force is never touched by
what nobody has approved. What was visited cannot be amended away, what lot decided not be chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from server.models import IN_FORCE, Plan, Task
from server.refusals import DrawnByLot, NothingChanged, VisitBegun
from server.services import amendment_facts, plan_facts
from server.services.plan_reading import stored
from server.services.tasks import NOT_BEGUN, OVER_BEFORE
from server.work import Work
from shared.errors import BadInput, OutOfOrder
from shared.plans.amending import FIXED, Amendment, check_amendment, compare
from shared.plans.facts import Facts
from shared.plans.model import Plan as PlanSeen
from shared.plans.model import Target, Trigger
from shared.plans.rule import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An amendment beside the plan in force: both as the rules see them, and the tasks there are.

    `tasks` are the latest of each target of the plan in force; `begun` and `given_up` its targets
    whose visit has begun, or will never be made. All as things stood when it was looked at.
    """

    base: Plan
    before: PlanSeen
    after: PlanSeen
    amendment: Amendment
    tasks: Mapping[str, Task]
    begun: frozenset[str]
    given_up: frozenset[str]

    @property
    def settled(self) -> frozenset[str]:
        """Both: what another item for all does not reach."""
        return self.begun | self.given_up

    @property
    def gone(self) -> tuple[Target, ...]:
        """Targets of the plan in force that are not to be visited as they stand there."""
        return self.amendment.gone(self.settled)

    @property
    def withdrawn(self) -> list[Task]:
        """The tasks that are taken back when it is filed."""
        gone = [target.id for target in self.gone if target.id not in self.settled]
        return [self.tasks[id_] for id_ in gone if id_ in self.tasks]

    @property
    def amended_away(self) -> list[Task]:
        """Tasks that it would take back although their visit has begun: it may not."""
        return [self.tasks[target.id] for target in self.gone if target.id in self.begun]


def look(work: Work, plan: Plan) -> Standing:
    """An amendment and what it amends, as both are now."""
    base = work.session.get_one(Plan, plan.amends_id)
    before = stored(work, base)
    after = stored(work, plan)
    tasks = tasks_of(work, base.id)
    over = frozenset(id_ for id_, task in tasks.items() if task.status in OVER_BEFORE)
    still = {id_ for id_, task in tasks.items() if task.status in NOT_BEGUN}
    return Standing(
        base=base,
        before=before,
        after=after,
        amendment=compare(before, after),
        tasks=tasks,
        begun=frozenset(tasks) - over - still,
        given_up=over,
    )


def tasks_of(work: Work, plan_id: str) -> dict[str, Task]:
    """The latest task of each target of a plan in force."""
    work.session.flush()
    rows = work.session.scalars(select(Task).where(Task.plan_id == plan_id).order_by(Task.id))
    return {row.target_id: row for row in rows if row.target_id is not None}


def judge(work: Work, plan: Plan) -> tuple[Finding, ...]:
    """What the rules have against an amendment that they had not against the plan in force."""
    standing = look(work, plan)
    return judged(standing, facts(work, standing))


def facts(work: Work, standing: Standing) -> Facts:
    """The world without what it withdraws."""
    known = plan_facts.gather(work, standing.after)
    return amendment_facts.without(known, standing.before, standing.gone, standing.withdrawn)


def judged(standing: Standing, known: Facts) -> tuple[Finding, ...]:
    return check_amendment(
        standing.before,
        standing.after,
        known,
        begun=standing.begun,
        given_up=standing.given_up,
    )


def require_same_plan(work: Work, plan: Plan) -> None:
    """Return if it is still the same plan: of its kind, source, type and year; `BadInput`."""
    base = work.session.get_one(Plan, plan.amends_id)
    wrong = [name for name in FIXED if getattr(base, name) != getattr(plan, name)]
    if wrong:
        told = "An amendment does not change this: it is another plan."
        raise BadInput("Another plan.", errors={f"/{name}": told for name in wrong})


def require_sound(work: Work, plan: Plan) -> Standing:
    """Return what it changes, if it may be handed in, approved and filed as things are now.

    Raises `OutOfOrder` once the plan is no longer in force, `NothingChanged`, `VisitBegun` for
    one that amends a visit away, `DrawnByLot` for a chosen enterprise among drawn ones.
    """
    standing = look(work, plan)
    if standing.base.status not in IN_FORCE:
        raise OutOfOrder("The plan it amends is over.", status=standing.base.status)
    require_same_plan(work, plan)
    if standing.amendment.is_nothing:
        raise NothingChanged("It changes nothing.")
    if standing.amended_away:
        tasks = ", ".join(task.no for task in standing.amended_away[:5])
        raise VisitBegun("What has begun is not amended away.", tasks=tasks)
    if standing.after.trigger is Trigger.RANDOM and standing.amendment.added:
        raise DrawnByLot("Enterprises drawn by lot are not chosen afterwards.")
    return standing
