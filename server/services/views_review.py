"""What waits for the head, plan by plan with every task it would make. Reads only.

A constant number of queries however many plans. What no rule asks anything of can be approved
together; the rest is opened one by one, and all can be returned together.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from server.models import (
    Agency,
    Enterprise,
    Officer,
    Person,
    Plan,
    PlanFinding,
    PlanTarget,
    VisitCounter,
)
from server.services import parameters, triage, views_queue
from server.services.views_plan import EFFECTS
from server.work import Work
from shared.localtime import local_day
from shared.plans.rule import Effect

AT_ONCE = triage.AT_ONCE
MOST_TASKS = triage.MOST_TASKS
"""On one page; a plan that does not fit is opened by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilter:
    """Which plans; empty is all. `show` is one of `SHOWN`."""

    show: str = ""
    kind: str = ""
    planner: str = ""
    text: str = ""


SHOWN = ("clean", "reasons", "amendments")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task the plan would make; `used` of `cap` is what this agency's year has taken so far."""

    position: int
    uscc: str
    name: str
    officers: tuple[str, ...]
    window_from: date
    window_to: date
    used: int
    cap: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    plan: Plan
    planner: str
    effects: Mapping[str, int]
    targets: int
    tasks: tuple[TaskLine, ...]
    """All of them, or none where they are too many for this page."""

    @property
    def is_clean(self) -> bool:
        """Whether it may be approved together with others, seen as a whole."""
        grave = self.effects.get(Effect.BLOCK, 0) + self.effects.get(Effect.EXPLAIN, 0)
        return not grave and self.plan.amends_id is None and len(self.tasks) == self.targets


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    lines: tuple[ReviewLine, ...]
    planners: tuple[tuple[str, str], ...]
    """Who has a plan waiting, as (id, name)."""
    waiting: int
    """All that wait, whatever the filter."""


def review(work: Work, wanted: ReviewFilter) -> Review:
    """The plans before this head that fit, the longest waiting first; never one of their own."""
    waiting = views_queue.plans_to_approve(work)
    grave = (
        select(PlanFinding.id)
        .where(
            PlanFinding.plan_id == Plan.id,
            PlanFinding.plan_version == Plan.version,
            PlanFinding.effect != Effect.WARN,
        )
        .exists()
    )
    query = select(Plan).where(waiting)
    if wanted.show == "clean":
        query = query.where(~grave, Plan.amends_id.is_(None))
    elif wanted.show == "reasons":
        query = query.where(grave)
    elif wanted.show == "amendments":
        query = query.where(Plan.amends_id.is_not(None))
    if wanted.kind:
        query = query.where(Plan.kind == wanted.kind)
    if wanted.planner:
        query = query.where(Plan.planner_id == wanted.planner)
    if wanted.text:
        query = query.where(Plan.title.contains(wanted.text, autoescape=True))
    plans = work.session.scalars(query.order_by(Plan.submitted_at, Plan.id).limit(AT_ONCE)).all()
    planners = work.session.execute(
        select(Person.id, Person.name)
        .where(Person.id.in_(select(Plan.planner_id).where(waiting)))
        .order_by(Person.name)
    )
    return Review(
        lines=tuple(_lines(work, plans)),
        planners=tuple(planners.all()),
        waiting=work.session.scalar(select(func.count()).select_from(Plan).where(waiting)) or 0,
    )


def _lines(work: Work, plans: Sequence[Plan]) -> list[ReviewLine]:
    ids = [plan.id for plan in plans]
    counts = dict(
        work.session.execute(
            select(PlanTarget.plan_id, func.count())
            .where(PlanTarget.plan_id.in_(ids))
            .group_by(PlanTarget.plan_id)
        ).all()
    )
    names = dict(
        work.session.execute(
            select(Person.id, Person.name).where(Person.id.in_({p.planner_id for p in plans}))
        ).all()
    )
    effects = _effects(work, ids)
    tasks = _tasks(work, _that_fit(plans, counts))
    return [
        ReviewLine(
            plan=plan,
            planner=names.get(plan.planner_id, ""),
            effects=effects.get(plan.id, {}),
            targets=counts.get(plan.id, 0),
            tasks=tuple(tasks.get(plan.id, ())),
        )
        for plan in plans
    ]


def _that_fit(plans: Sequence[Plan], counts: Mapping[str, int]) -> list[Plan]:
    """The first plans whose tasks fit the page."""
    found, room = [], MOST_TASKS
    for plan in plans:
        if counts.get(plan.id, 0) <= room:
            room -= counts.get(plan.id, 0)
            found.append(plan)
    return found


def _effects(work: Work, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    rows = work.session.execute(
        select(PlanFinding.plan_id, PlanFinding.effect, func.count())
        .join(Plan, (Plan.id == PlanFinding.plan_id) & (Plan.version == PlanFinding.plan_version))
        .where(PlanFinding.plan_id.in_(ids))
        .group_by(PlanFinding.plan_id, PlanFinding.effect)
    )
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(EFFECTS, 0))
    for plan_id, effect, count in rows:
        found[plan_id][effect] = count
    return dict(found)


def _tasks(work: Work, plans: Sequence[Plan]) -> dict[str, list[TaskLine]]:
    by_id = {plan.id: plan for plan in plans}
    rows = work.session.execute(
        select(PlanTarget, Enterprise.name)
        .join(Enterprise, Enterprise.uscc == PlanTarget.uscc)
        .where(PlanTarget.plan_id.in_(by_id))
        .order_by(PlanTarget.plan_id, PlanTarget.position)
    ).all()
    ids = {id_ for target, _ in rows for id_ in target.officer_ids}
    people = dict(
        work.session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(ids))).all()
    )
    agency = work.session.get(Agency, work.who.agency_id)
    cap = parameters.limits(work, agency, local_day(work.now)).yearly_cap if agency else None
    used = _used(work, by_id)
    found: dict[str, list[TaskLine]] = defaultdict(list)
    for target, name in rows:
        plan = by_id[target.plan_id]
        since = target.window_from or plan.window_from
        found[plan.id].append(
            TaskLine(
                position=target.position,
                uscc=target.uscc,
                name=name,
                officers=tuple(people.get(id_, id_) for id_ in target.officer_ids),
                window_from=since,
                window_to=target.window_to or plan.window_to,
                used=used.get((target.uscc, since.year), 0),
                cap=cap,
            )
        )
    return found


def _used(work: Work, plans: Mapping[str, Plan]) -> dict[tuple[str, int], int]:
    counter = VisitCounter
    rows = work.session.execute(
        select(counter.uscc, counter.year, counter.done + counter.scheduled).where(
            counter.agency_id == work.who.agency_id,
            counter.uscc.in_(select(PlanTarget.uscc).where(PlanTarget.plan_id.in_(plans))),
        )
    )
    return {(uscc, year): count for uscc, year, count in rows}
