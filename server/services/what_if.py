"""What another threshold would have stopped: a year's visits judged again, before it is in force.

Each visit is judged as a plan of its own, by the rules that compare with the threshold, in the
order in which the visits were made: once with what is in force today, once with the new value. What
would have been stopped did not happen for those that came after it. Nothing is stored.

Visits from before this platform count as those that were made on it: each on its day, and whoever
came to an enterprise on one day came together, as the counters say.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, select, true

from server.models import Agency, Enterprise, Task, Visit
from server.refusals import TooManyVisits
from server.services import calendars, counters, facts_agency, parameters, scoping
from server.services.scoping import require_role
from server.work import Work
from shared.errors import BadInput
from shared.localtime import beginning_of, local_day
from shared.plans.catalogue import RULES
from shared.plans.facts import AgencyFacts, Count, Facts, FirmFacts, Past, WiderCount
from shared.plans.limits import Limits, read_value
from shared.plans.model import Plan, PlanKind, Target, Trigger, VisitType
from shared.plans.rule import Effect, Problem, Rule
from shared.roles import Role
from shared.text import Text
from shared.workdays import Calendar

WHO = (Role.HEAD, Role.SUPERVISION, Role.PLATFORM_ADMIN)
"""Who may ask: heads of their own visits, supervision of its region's, the platform for numbers."""
MOST_VISITS = 10_000
"""Of one request; the command line takes its time over any number."""
MOST = 500
"""Lines of a report; the counts are of all."""
LOOKED_AT = frozenset(
    {
        "yearly_cap",
        "field_cap",
        "whole_cap",
        "grade_caps",
        "trigger_rules",
        "merge_days",
        "fresh_result_days",
        "undisturbed_grades",
        "low_yield_run",
        "low_yield_days",
        "repeat_limits",
        "same_item_days",
        "multi_days",
        "multi_agencies",
        "quiet_until_day",
        "max_window_days",
        "max_officers",
        "same_officer_visits",
    }
)
"""Thresholds about what the visits themselves tell; others look at what was not kept of then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One visit that the new value would have stopped, or asked a reason for."""

    task_no: str
    agency: str
    uscc: str
    enterprise: str
    day: date
    rule: str
    effect: Effect
    text: Text


@dataclass(slots=True, kw_only=True)
class Report:
    """`lines` are the first of them, `found` counts all by (rule, effect)."""

    key: str
    value: Any
    year: int
    visits: int = 0
    stopped: int = 0
    found: Counter[tuple[str, Effect]] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)
    has_lines: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A visit that was made, by one task."""

    past: Past
    uscc: str
    no: str
    premise_id: str
    kind: str
    counts: bool
    window: tuple[date, date]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What is the same for every visit of one agency."""

    agency_id: str
    agency: AgencyFacts
    before: Limits
    after: Limits
    fields: Mapping[str, str]
    agencies: Mapping[str, AgencyFacts]
    calendar: Calendar
    rules: Sequence[Rule]


def run(
    work: Work,
    key: str,
    value: Any,
    *,
    year: int,
    agency_id: str | None = None,
    most: int | None = None,
) -> Report:
    """Judge the visits of `year` in reach (or of one agency there) with `value` for `key`.

    Raises `BadInput` for a threshold that says nothing about visits, or a value it cannot have,
    `TooManyVisits` where there are more than `most`.
    """
    require_role(work.who, *WHO, Role.SYSTEM)
    if key not in LOOKED_AT:
        raise BadInput("No such threshold.", errors={"/key": ", ".join(sorted(LOOKED_AT))})
    read = read_value(key, value)
    report = Report(key=key, value=value, year=year, has_lines=sees_visits(work))
    agencies = _agencies(work, agency_id)
    if most is not None:
        _require_few(work, agencies, year, most)
    rules = [
        rule for rule in RULES.values() if key in rule.parameters and rule.effect is not Effect.WARN
    ]
    known = {row.id: row for row in work.session.scalars(select(Agency))}
    facts = {id_: facts_agency.as_facts(row) for id_, row in known.items()}
    calendar = calendars.load(work)
    for agency in agencies:
        before = parameters.limits(work, agency, local_day(work.now))
        setting = _Setting(
            agency_id=agency.id,
            agency=facts[agency.id],
            before=before,
            after=replace(before, **{key: read}),
            fields={id_: row.field for id_, row in known.items()},
            agencies=facts,
            calendar=calendar,
            rules=rules,
        )
        for firm, made in _by_enterprise(work, agency.id, year):
            _judge(report, setting, firm, made)
    return report


def sees_visits(work: Work) -> bool:
    """Whether who asks may know which visits they are; the platform's administrator may not."""
    return work.who.is_any((Role.HEAD, Role.SUPERVISION, Role.SYSTEM))


def in_sight(work: Work) -> ColumnElement[bool]:
    """The agencies whose visits are looked at for who asks."""
    by_number_only = Role.PLATFORM_ADMIN in work.who.roles and not sees_visits(work)
    return true() if by_number_only else scoping.in_reach(work.who, Agency.id)


def _require_few(work: Work, agencies: Sequence[Agency], year: int, most: int) -> None:
    made = (
        select(Task.id)
        .where(
            Task.agency_id.in_([agency.id for agency in agencies]),
            Task.window_to >= date(year, 1, 1),
            Task.window_from <= date(year, 12, 31),
            Task.visit_type == VisitType.INSPECTION,
            Task.status.in_(counters.MADE),
        )
        .limit(most + 1)
    )
    if len(work.session.scalars(made).all()) > most:
        raise TooManyVisits("More visits than are looked at in one request.", most=most)


def _agencies(work: Work, agency_id: str | None) -> list[Agency]:
    wanted = select(Agency).where(in_sight(work)).order_by(Agency.id)
    if agency_id is not None:
        wanted = wanted.where(Agency.id == agency_id)
    return list(work.session.scalars(wanted))


def _by_enterprise(
    work: Work, agency_id: str, year: int
) -> Iterator[tuple[Enterprise, list[_Made]]]:
    """Each enterprise the agency visited that year, with everybody's visits since the year before.

    The rows come as they are read, one enterprise after the other: memory does not grow.
    """
    theirs = (
        select(Task.uscc)
        .where(
            Task.agency_id == agency_id,
            Task.window_to >= date(year, 1, 1),
            Task.window_from <= date(year, 12, 31),
            Task.status.in_(counters.MADE),
        )
        .distinct()
    )
    rows = work.session.execute(
        select(Enterprise, Task, Visit.opened_at, Visit.outcome)
        .join(Task, Task.uscc == Enterprise.uscc)
        .outerjoin(Visit, Visit.id == Task.visit_id)
        .where(
            Task.uscc.in_(theirs),
            Task.window_to >= date(year - 1, 1, 1),
            Task.window_from <= date(year, 12, 31),
            Task.visit_type == VisitType.INSPECTION,
            Task.status.in_(counters.MADE),
        )
        .order_by(Task.uscc, Task.id)
        .execution_options(yield_per=1000)
    )
    for _, some in groupby(rows, key=lambda row: row[0].uscc):
        those = sorted(some, key=lambda row: (_when(row[1], row[2]), row[1].id))
        yield those[0][0], [_made(task, at, outcome) for _, task, at, outcome in those]


def _when(task: Task, opened_at: datetime | None) -> datetime:
    """When it was made; a visit from before the platform at the beginning of its day."""
    return opened_at or beginning_of(task.window_to)


def _made(task: Task, opened_at: datetime | None, outcome: str | None) -> _Made:
    day = local_day(_when(task, opened_at))
    return _Made(
        past=Past(
            task_id=task.id,
            agency_id=task.agency_id,
            trigger=task.trigger,
            since=day,
            until=day,
            item_ids=frozenset(task.item_ids),
            officer_ids=frozenset(task.officer_ids),
            visit_id=task.visit_id,
            outcome=outcome,
        ),
        uscc=task.uscc,
        no=task.no,
        premise_id=task.premise_id,
        kind=task.kind,
        counts=task.counts,
        window=(task.window_from, task.window_to),
        reason=task.reason_onsite,
    )


def _judge(report: Report, setting: _Setting, firm: Enterprise, made: Sequence[_Made]) -> None:
    happened: list[_Made] = []
    for one in made:
        ours = one.past.agency_id == setting.agency_id and one.past.since.year == report.year
        if not ours:
            happened.append(one)
            continue
        report.visits += 1
        plan, facts = _plan(one), _facts(setting, firm, one, happened)
        new = [
            (rule, problem)
            for rule in setting.rules
            for problem in _more(rule, plan, facts, setting)
        ]
        for rule, problem in new:
            _note(report, setting, firm, one, rule, problem)
        if any(rule.effect is Effect.BLOCK for rule, _ in new):
            report.stopped += 1
        else:
            happened.append(one)


def _more(rule: Rule, plan: Plan, facts: Facts, setting: _Setting) -> tuple[Problem, ...]:
    """What the rule has against it with the new value, unless it had something before."""
    if rule.check(plan, replace(facts, limits=setting.before)):
        return ()
    return rule.check(plan, facts)


def _note(
    report: Report, setting: _Setting, firm: Enterprise, one: _Made, rule: Rule, problem: Problem
) -> None:
    report.found[rule.id, rule.effect] += 1
    if report.has_lines and len(report.lines) < MOST:
        report.lines.append(
            Line(
                task_no=one.no,
                agency=setting.agency.name,
                uscc=one.uscc,
                enterprise=firm.name,
                day=one.past.since,
                rule=rule.id,
                effect=rule.effect,
                text=problem.text,
            )
        )


def _plan(one: _Made) -> Plan:
    since, until = one.window
    target = Target(
        id=one.past.task_id,
        position=1,
        uscc=one.uscc,
        premise_id=one.premise_id,
        officer_ids=tuple(sorted(one.past.officer_ids)),
        assistant_count=0,
        window_from=one.past.since,
        window_to=one.past.until,
        reason_onsite=one.reason,
    )
    return Plan(
        id=one.past.task_id,
        agency_id=one.past.agency_id,
        kind=PlanKind(one.kind),
        trigger=Trigger(one.past.trigger),
        visit_type=VisitType.INSPECTION,
        year=one.past.since.year,
        window_from=since,
        window_to=until,
        item_ids=tuple(sorted(one.past.item_ids)),
        targets=(target,),
    )


def _facts(setting: _Setting, firm: Enterprise, one: _Made, happened: Sequence[_Made]) -> Facts:
    year = one.past.since.year
    place = (one.uscc, year)
    thisyear = [each for each in happened if each.past.since.year == year]
    own = [each for each in thisyear if each.past.agency_id == setting.agency_id]
    counting = [each for each in thisyear if each.counts]
    field_ = setting.fields[setting.agency_id]
    alike = [
        each
        for each in counting
        if each.past.agency_id == setting.agency_id
        or (field_ and setting.fields.get(each.past.agency_id) == field_)
    ]
    return Facts(
        today=one.past.since,
        agency=setting.agency,
        officers={},
        items={},
        places={},
        firms={one.uscc: FirmFacts(name=firm.name, region=firm.region, grade=firm.grade)},
        counts={
            place: Count(
                done=sum(each.counts for each in own),
                exempt=sum(not each.counts for each in own),
            )
        },
        wider={
            place: WiderCount(
                field=len(alike),
                everybody=len({each.past.visit_id or each.past.since for each in counting}),
                agencies=len({each.past.agency_id for each in thisyear}),
            )
        },
        limits=setting.after,
        agencies=setting.agencies,
        history={one.uscc: tuple(each.past for each in happened)},
        calendar=setting.calendar,
    )
