"""A schedule in the making: where a task fits into visits that stand, and where one more can be."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from shared.merging.model import (
    Calendar,
    Inspector,
    Need,
    Schedule,
    Visit,
    agencies_of,
)
from shared.merging.roster import Roster


class Building:
    """Visits put together one by one; nothing in it ever breaks a hard rule."""

    def __init__(self, inspectors: Sequence[Inspector], calendar: Calendar) -> None:
        self._calendar = calendar
        self._roster = Roster(inspectors)
        self._visits: dict[str, list[_Open]] = {}
        self._left_over: list[str] = []

    def place(self, needs: Sequence[Need], days: Iterable[date]) -> bool:
        """Open a visit for these needs of one premise on the first day with a team for all."""
        first, agencies = needs[0], agencies_of(needs)
        for day in days:
            for slot in range(self._calendar.slots):
                team = self._roster.team(agencies, first.uscc, day, slot)
                if team is not None:
                    self._roster.send(team, day, slot)
                    opened = _Open(day, slot, list(needs), list(team))
                    self._visits.setdefault(first.premise_id, []).append(opened)
                    return True
        return False

    def join(self, need: Need) -> bool:
        """Add a need to a visit that stands, if its day and its agency's officers allow it."""
        for visit in self._visits.get(need.premise_id, ()):
            if need.window_from <= visit.day <= need.window_to and self._enter(need, visit):
                visit.needs.append(need)
                return True
        return False

    def leave_over(self, need: Need) -> None:
        self._left_over.append(need.task_id)

    def done(self) -> Schedule:
        """What was built, in order of premise, day and slot."""
        return Schedule(visits=tuple(self._closed()), left_over=tuple(sorted(self._left_over)))

    def _enter(self, need: Need, visit: "_Open") -> bool:
        if need.agency_id in agencies_of(visit.needs):
            return True
        team = self._roster.team((need.agency_id,), need.uscc, visit.day, visit.slot)
        if team is None:
            return False
        self._roster.send(team, visit.day, visit.slot)
        visit.officers += team
        return True

    def _closed(self) -> Iterator[Visit]:
        for premise in sorted(self._visits):
            for visit in sorted(self._visits[premise], key=lambda v: (v.day, v.slot)):
                yield Visit(
                    uscc=visit.needs[0].uscc,
                    premise_id=premise,
                    day=visit.day,
                    slot=visit.slot,
                    task_ids=tuple(need.task_id for need in visit.needs),
                    officer_ids=tuple(visit.officers),
                )


class _Open:
    """A visit that may still grow."""

    __slots__ = ("day", "needs", "officers", "slot")

    def __init__(self, day: date, slot: int, needs: list[Need], officers: list[str]) -> None:
        self.day, self.slot, self.needs, self.officers = day, slot, needs, officers


def first_come(
    needs: Sequence[Need], inspectors: Sequence[Inspector], calendar: Calendar
) -> Schedule:
    """What a careful clerk does: each task in its turn joins a visit that stands, or opens one.

    A baseline the solver is measured against, and what is used when there is no solver.
    """
    building = Building(inspectors, calendar)
    for need in needs:
        add(building, need, calendar)
    return building.done()


def most_urgent_first(
    needs: Sequence[Need], inspectors: Sequence[Inspector], calendar: Calendar
) -> Schedule:
    """The same for a clerk who sorts first: the task that is due first joins or opens a visit.

    A better baseline: what is due soon is done soon, and whatever still fits goes along.
    """
    return first_come(by_deadline(needs), inspectors, calendar)


def as_late_as_can_be(
    needs: Sequence[Need], inspectors: Sequence[Inspector], calendar: Calendar
) -> Schedule:
    """The same again, but a visit is opened on the last day of its first task.

    The best of the baselines, as most windows then meet the day: without a shortage of officers no
    schedule has fewer visits (`bound.groups`). Nobody plans so, for nothing may go wrong any more.
    """
    building = Building(inspectors, calendar)
    for need in by_deadline(needs):
        if not building.join(need) and not building.place([need], calendar.of(need)[::-1]):
            building.leave_over(need)
    return building.done()


def by_deadline(needs: Iterable[Need]) -> list[Need]:
    """The tasks in the order in which they are due."""
    return sorted(needs, key=lambda need: (need.window_to, need.task_id))


def add(building: Building, need: Need, calendar: Calendar) -> None:
    """Let one task join a visit, open one, or be left over."""
    if not building.join(need) and not building.place([need], calendar.of(need)):
        building.leave_over(need)


def staffed(
    planned: Iterable[tuple[date, Sequence[Need]]],
    inspectors: Sequence[Inspector],
    calendar: Calendar,
) -> Schedule:
    """Find slots and officers for visits whose days are chosen, the hardest to staff first.

    A visit for which a day has no team is taken apart: its tasks join others or open their own.
    """
    building = Building(inspectors, calendar)
    apart: list[Need] = []
    for day, needs in sorted(planned, key=lambda p: (-len(agencies_of(p[1])), p[0])):
        if not building.place(needs, _days(day, needs, calendar)):
            apart += needs
    for need in by_deadline(apart):
        add(building, need, calendar)
    return building.done()


def _days(chosen: date, needs: Sequence[Need], calendar: Calendar) -> Iterator[date]:
    """The chosen day, then the other days that all of the windows share."""
    yield chosen
    for day in calendar.days:
        if day != chosen and all(n.window_from <= day <= n.window_to for n in needs):
            yield day
