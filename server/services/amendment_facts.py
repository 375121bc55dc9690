"""The world an amendment is judged in: without the tasks it withdraws, with those that stay."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from server.models import Task
from server.services.counters import Place
from shared.plans.facts import Count, Facts, HomeFacts, OfficerFacts, Past, WiderCount
from shared.plans.model import Plan, PlanKind, Target, Term


def without(facts: Facts, before: Plan, gone: Iterable[Target], tasks: Sequence[Task]) -> Facts:
    """`facts` as they would be if `tasks`, those of the targets `gone`, had never been filed.

    The plan itself is not another plan beside its own amendment either.
    """
    left = list(gone)
    places = Counter(place for task in tasks if task.counts for place in places_of(task))
    ids = {task.id for task in tasks}
    return replace(
        facts,
        counts={place: _fewer(count, places[place]) for place, count in facts.counts.items()},
        wider={place: _fewer_in_all(each, places[place]) for place, each in facts.wider.items()},
        history={uscc: _others(past, ids) for uscc, past in facts.history.items()},
        officers=_less_booked(facts, tasks),
        sources=_less(facts.sources, Counter(target.source_no for target in left)),
        rechecked={
            id_: replace(each, rechecks=max(each.rechecks - _times(left, id_), 0))
            for id_, each in facts.rechecked.items()
        },
        home=_beside(facts, before),
    )


def places_of(task: Task) -> list[Place]:
    """The places under the cap that a task to come takes: a window over New Year takes two."""
    years = range(task.window_from.year, task.window_to.year + 1)
    return [(task.uscc, year) for year in years]


def _fewer(count: Count, by: int) -> Count:
    return replace(count, scheduled=max(count.scheduled - by, 0))


def _fewer_in_all(count: WiderCount, by: int) -> WiderCount:
    return replace(count, field=max(count.field - by, 0), everybody=max(count.everybody - by, 0))


def _others(past: Sequence[Past], ids: set[str]) -> tuple[Past, ...]:
    return tuple(each for each in past if each.task_id not in ids)


def _less_booked(facts: Facts, tasks: Iterable[Task]) -> dict[str, OfficerFacts]:
    freed = Counter(id_ for task in tasks for id_ in set(task.officer_ids))
    return {
        id_: replace(officer, booked=max(officer.booked - freed[id_], 0))
        for id_, officer in facts.officers.items()
    }


def _less(sources: Mapping[str, int], by: Counter[str]) -> dict[str, int]:
    fewer = {no: count - by[no] for no, count in sources.items()}
    return {no: count for no, count in fewer.items() if count > 0}


def _times(gone: Iterable[Target], task_id: str) -> int:
    return sum(target.recheck_of == task_id for target in gone)


def _beside(facts: Facts, plan: Plan) -> HomeFacts:
    home = facts.home
    return replace(
        home,
        special_plans=max(home.special_plans - (plan.kind is PlanKind.SPECIAL), 0),
        annual_plans=max(home.annual_plans - (plan.term is Term.ANNUAL), 0),
    )
