"""What goes into combining visits, and comes out: what is due, who can go, when it can be.

Values only. A slot is a part of a working day in which a person can be in one place; slots of a day
are numbered from 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

LEAST_OFFICERS = 2
"""R04: never fewer than two certified officers, of each agency that takes part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A task that wants a visit within its window; days are local and inclusive."""

    task_id: str
    agency_id: str
    uscc: str
    premise_id: str
    window_from: date
    window_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """An officer: the days certificates cover, both ends included, and whom to keep away from."""

    officer_id: str
    agency_id: str
    certified: tuple[tuple[date, date], ...]
    recused: frozenset[str] = frozenset()

    def may_visit(self, uscc: str, day: date) -> bool:
        """Whether a certificate is in force that day and nothing forbids this enterprise (R09)."""
        return uscc not in self.recused and any(
            since <= day <= until for since, until in self.certified
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The working days there are, in order, and the slots of each."""

    days: tuple[date, ...]
    slots: int

    def of(self, need: Need) -> tuple[date, ...]:
        """The working days of a window."""
        return tuple(day for day in self.days if need.window_from <= day <= need.window_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One entry into one enterprise: whose tasks are done there, when, and who goes."""

    uscc: str
    premise_id: str
    day: date
    slot: int
    task_ids: tuple[str, ...]
    officer_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Visits, and the tasks for which nobody or no day was found."""

    visits: tuple[Visit, ...]
    left_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A schedule, and a number of visits below which no schedule of these tasks can be."""

    schedule: Schedule
    bound: int

    @property
    def gap(self) -> float:
        """How far the schedule may be from the best one, as a part of it; 0 is proven best."""
        visits = len(self.schedule.visits)
        return (visits - self.bound) / visits if visits else 0.0


def by_premise(needs: Iterable[Need]) -> dict[str, list[Need]]:
    """Needs of each premise, in their order."""
    found: dict[str, list[Need]] = {}
    for need in needs:
        found.setdefault(need.premise_id, []).append(need)
    return found


def agencies_of(needs: Iterable[Need]) -> tuple[str, ...]:
    """The agencies of some needs, each once, in order of their names."""
    return tuple(sorted({need.agency_id for need in needs}))
