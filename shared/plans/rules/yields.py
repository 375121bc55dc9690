"""低效检查: visits that find nothing, one after the other (R51, W-LOWYIELD)."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from shared.plans.facts import Facts, Past
from shared.plans.model import Plan, PlanKind, Target, Trigger
from shared.plans.rule import Case, Effect, Problem, rule, target_problem
from shared.plans.rules.sources import CHENGDU, WARNINGS, local
from shared.plans.spoiling import with_past, with_plan
from shared.text import Text

LOW = local(
    CHENGDU,
    "同一人员对同一企业一年内连续3次检查未发现问题的，须说明",
    "three visits in a row without a finding, same officer and enterprise, must be explained",
)
WARNED = local(WARNINGS, "低效检查", "visits that find nothing")


def _found_nothing(case: Case, *officer_ids: str) -> Case:
    """As many visits in a row without a finding as the limit says, by those officers."""
    case = with_plan(case, kind=PlanKind.DAILY, trigger=Trigger.ANNUAL_PLAN)
    first = case.plan.targets[0].window_from
    days = range(case.facts.limits.low_yield_run, 0, -1)
    return with_past(
        case,
        *(
            Past(
                task_id=f"nothing-{day}",
                agency_id=case.plan.agency_id,
                trigger=Trigger.ANNUAL_PLAN,
                since=first - timedelta(days=70 * day),
                until=first - timedelta(days=70 * day),
                officer_ids=frozenset(officer_ids),
                outcome="no_problem",
            )
            for day in days
        ),
    )


def _made(target: Target, facts: Facts, is_meant: Callable[[Past], bool]) -> Sequence[Past]:
    """The visits made within the days looked back, as many as make a run, the newest last."""
    oldest = target.window_from - timedelta(days=facts.limits.low_yield_days)
    made = [
        past
        for past in facts.history.get(target.uscc, ())
        if past.outcome is not None and past.until >= oldest and is_meant(past)
    ]
    return made[-facts.limits.low_yield_run :] if facts.limits.low_yield_run else []


def _is_run(made: Sequence[Past], facts: Facts) -> bool:
    run = facts.limits.low_yield_run
    return 0 < run == len(made) and all(past.outcome == "no_problem" for past in made)


@rule(
    "R51-01",
    title=Text("同一人员连续未发现问题", "One officer finds nothing again and again"),
    basis=LOW,
    effect=Effect.EXPLAIN,
    parameters=("low_yield_run", "low_yield_days"),
    good=Text("上次检查发现了问题。", "The last visit found something."),
    bad=Text("同一人员今年三次检查都没有问题，又要去。", "Three found nothing, and again."),
    spoil=lambda case: _found_nothing(case, case.plan.targets[0].officer_ids[0]),
)
def finds_something(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.is_caused:
        return ()
    text = Text(
        "{name}连续{count}次检查该企业没有发现问题，再次检查须说明理由。",
        "{name} found nothing there {count} times in a row; say why once more.",
    )
    problems = []
    for target in plan.targets:
        if target.uscc not in facts.history:
            continue
        for id_ in dict.fromkeys(target.officer_ids):
            made = _made(target, facts, lambda past, who=id_: who in past.officer_ids)  # type: ignore[misc]
            if _is_run(made, facts):
                person = facts.officers.get(id_)
                known: dict[str, str | int] = {"officer_id": id_, "count": len(made)}
                filled = text.filled(name=person.name if person else id_, count=len(made))
                problems.append(Problem(text=filled, target=target, facts=known))
    return tuple(problems)


@rule(
    "W-LOWYIELD-01",
    title=Text("本机关连续未发现问题", "The agency finds nothing again and again"),
    basis=WARNED,
    effect=Effect.WARN,
    parameters=("low_yield_run", "low_yield_days"),
    good=Text("前三次检查有一次发现问题。", "One of the last three found something."),
    bad=Text("换了三批人都没有发现问题，应降低频次。", "Three teams found nothing: go less often."),
    spoil=lambda case: _found_nothing(case, "somebody", "else"),
)
def agency_finds_something(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.is_caused:
        return ()
    text = Text(
        "本机关对该企业连续{count}次检查没有发现问题，应当降低检查频次。",
        "This agency found nothing there {count} times in a row; it should go less often.",
    )
    return tuple(
        target_problem(target, text, count=facts.limits.low_yield_run)
        for target in plan.targets
        if _is_run(_made(target, facts, lambda p: p.agency_id == plan.agency_id), facts)
    )
