"""Chooses the days of visits so that they are few, with OR-Tools' CP-SAT.

The model knows days and how many teams an agency has on each; slots and officers are found after it
(`shared.merging.building`), and the whole is judged by `shared.merging.check`, which knows nothing
of either. The bound stands for the whole problem, since the model only leaves conditions out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from ortools.sat.python import cp_model

from shared.merging.bound import fewest_visits, groups
from shared.merging.building import first_come, staffed
from shared.merging.model import (
    LEAST_OFFICERS,
    Calendar,
    Inspector,
    Need,
    Schedule,
    Solved,
    agencies_of,
    by_premise,
)
from shared.merging.roster import Roster

WORKERS = 8
"""Not processors but ways to search: with fewer, those that prove the bound are left out."""
SEED = 1
Day = tuple[str, date]
Part = tuple[str, str, date]
Chosen = list[tuple[date, list[Need]]]
Key = TypeVar("Key")


def solve(
    needs: Sequence[Need],
    inspectors: Sequence[Inspector],
    calendar: Calendar,
    *,
    seconds: float,
) -> Solved:
    """The fewest visits found in `seconds`; never more than one by one would give.

    What no team can reach at all is left over in every schedule and stays out of the bound.
    """
    simple = first_come(needs, inspectors, calendar)
    model = _Model(needs, inspectors, calendar)
    chosen, bound = model.run(seconds)
    found = [simple]
    if chosen:
        found.append(_with(staffed(chosen, inspectors, calendar), model.unreachable))
    best = min(found, key=lambda each: (len(each.left_over), len(each.visits)))
    reachable = [need for need in needs if need.task_id not in model.unreachable]
    return Solved(schedule=best, bound=max(bound, fewest_visits(reachable, calendar)))


def _with(schedule: Schedule, unreachable: frozenset[str]) -> Schedule:
    return Schedule(
        visits=schedule.visits, left_over=tuple(sorted({*schedule.left_over, *unreachable}))
    )


def _teams(inspectors: Sequence[Inspector], calendar: Calendar) -> dict[tuple[str, date], int]:
    """To how many places an agency can go on a day: pairs of officers with a certificate, by slots.

    Recusals are left out: they can only make it fewer.
    """
    able = Counter(
        (each.agency_id, day)
        for each in inspectors
        for day in calendar.days
        if any(since <= day <= until for since, until in each.certified)
    )
    return {of: count // LEAST_OFFICERS * calendar.slots for of, count in able.items()}


class _Model:
    """Which task on which day: a day with any task of a premise is a visit there."""

    def __init__(
        self, needs: Sequence[Need], inspectors: Sequence[Inspector], calendar: Calendar
    ) -> None:
        self._model = cp_model.CpModel()
        self._needs = {need.task_id: need for need in needs}
        self._visit: dict[Day, cp_model.IntVar] = {}
        self._part: dict[Part, cp_model.IntVar] = {}
        self._task: dict[tuple[str, date], cp_model.IntVar] = {}
        roster = Roster(inspectors)
        self._days = {
            need.task_id: tuple(
                day
                for day in calendar.of(need)
                if len(roster.able(need.agency_id, need.uscc, day)) >= LEAST_OFFICERS
            )
            for need in needs
        }
        self.unreachable = frozenset(id_ for id_, days in self._days.items() if not days)
        self._teams = _teams(inspectors, calendar)
        for need in needs:
            self._let(need)
        self._limit()
        self._begin(needs)
        self._model.minimize(sum(self._visit.values()))

    def _let(self, need: Need) -> None:
        """One of the days of its window on which its agency has a team for this enterprise."""
        days = self._days[need.task_id]
        for day in days:
            visit = self._bool(self._visit, (need.premise_id, day))
            part = self._bool(self._part, (need.agency_id, need.premise_id, day))
            task = self._bool(self._task, (need.task_id, day))
            self._model.add_implication(task, part)
            self._model.add_implication(part, visit)
        if days:
            self._model.add_exactly_one(self._task[need.task_id, day] for day in days)

    def _limit(self) -> None:
        """An agency goes to as many places in a day as it has teams and slots for."""
        parts: dict[tuple[str, date], list[cp_model.IntVar]] = defaultdict(list)
        for (agency, _premise, day), part in self._part.items():
            parts[agency, day].append(part)
        for (agency, day), going in parts.items():
            self._model.add(sum(going) <= self._teams[agency, day])

    def _begin(self, needs: Sequence[Need]) -> None:
        """What is known beforehand: how few visits each premise needs, and a way to get there.

        The way is only a hint: it may send an agency to more places than it has teams for.
        """
        going: Counter[tuple[str, date]] = Counter()
        chosen: dict[str, date] = {}
        for premise, here in by_premise(needs).items():
            fewest = groups(here, lambda need: self._days[need.task_id])
            visits = [var for (at, _day), var in self._visit.items() if at == premise]
            self._model.add(sum(visits) >= len(fewest))
            for group in fewest:
                agencies = agencies_of(group)
                shared = set.intersection(*(set(self._days[need.task_id]) for need in group))
                day = min(shared, key=lambda day: (self._strain(going, agencies, day), day))
                going.update((agency, day) for agency in agencies)
                chosen |= {need.task_id: day for need in group}
        for (id_, day), task in self._task.items():
            self._model.add_hint(task, chosen[id_] == day)

    def _strain(
        self, going: Mapping[tuple[str, date], int], agencies: Iterable[str], day: date
    ) -> float:
        """How much of its teams the busiest of some agencies would have under way."""
        return max((going[each, day] + 1) / self._teams[each, day] for each in agencies)

    def _bool(self, kept: dict[Key, cp_model.IntVar], key: Key) -> cp_model.IntVar:
        if key not in kept:
            kept[key] = self._model.new_bool_var("")
        return kept[key]

    def run(self, seconds: float) -> tuple[Chosen, int]:
        """The tasks of each visit with its day, and the least number of visits; none: no time."""
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = WORKERS
        solver.parameters.random_seed = SEED
        status = solver.solve(self._model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return [], 0
        visits: dict[Day, list[Need]] = defaultdict(list)
        for (id_, day), task in self._task.items():
            if solver.boolean_value(task):
                visits[self._needs[id_].premise_id, day].append(self._needs[id_])
        bound = round(solver.best_objective_bound)
        return [(day, needs) for (_premise, day), needs in visits.items()], bound
