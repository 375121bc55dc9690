"""The hard rules of a schedule, looked at by themselves: it knows no solver and trusts none.

Whatever made a schedule, nothing of it is proposed to anybody before this found no fault.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.merging.model import LEAST_OFFICERS, Calendar, Inspector, Need, Schedule, Visit


class Breach(StrEnum):
    """What can be wrong with a schedule."""

    UNKNOWN = "unknown"  # a task or an officer that nobody named
    NOT_ONCE = "not_once"  # a task visited twice, or neither visited nor left over
    ELSEWHERE = "elsewhere"  # a task of another enterprise or premise
    OUTSIDE_WINDOW = "outside_window"
    NOT_A_WORKDAY = "not_a_workday"
    NO_SUCH_SLOT = "no_such_slot"
    TOO_FEW_OFFICERS = "too_few_officers"  # R04, of each agency
    NOT_CERTIFIED = "not_certified"  # also a recusal (R09)
    STRANGER = "stranger"  # an officer whose agency has no task there
    IN_TWO_PLACES = "in_two_places"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A hard rule that is broken, and by whom: a task's or an officer's id."""

    breach: Breach
    of: str


def faults(
    schedule: Schedule,
    *,
    needs: Sequence[Need],
    inspectors: Sequence[Inspector],
    calendar: Calendar,
) -> tuple[Fault, ...]:
    """Everything that breaks a hard rule; empty when the schedule may be proposed."""
    known = {need.task_id: need for need in needs}
    staff = {each.officer_id: each for each in inspectors}
    found = list(_not_once(schedule, known))
    for visit in schedule.visits:
        found += _of_tasks(visit, known, calendar)
        found += _of_officers(visit, known, staff)
    return (*found, *_in_two_places(schedule.visits))


def _not_once(schedule: Schedule, known: Mapping[str, Need]) -> Iterator[Fault]:
    times = Counter(id_ for visit in schedule.visits for id_ in visit.task_ids)
    times.update(schedule.left_over)
    for id_ in known.keys() | times.keys():
        if id_ not in known:
            yield Fault(breach=Breach.UNKNOWN, of=id_)
        elif times[id_] != 1:
            yield Fault(breach=Breach.NOT_ONCE, of=id_)


def _of_tasks(visit: Visit, known: Mapping[str, Need], calendar: Calendar) -> Iterator[Fault]:
    if visit.day not in calendar.days:
        yield Fault(breach=Breach.NOT_A_WORKDAY, of=visit.premise_id)
    if not 0 <= visit.slot < calendar.slots:
        yield Fault(breach=Breach.NO_SUCH_SLOT, of=visit.premise_id)
    for need in (known[id_] for id_ in visit.task_ids if id_ in known):
        if (need.uscc, need.premise_id) != (visit.uscc, visit.premise_id):
            yield Fault(breach=Breach.ELSEWHERE, of=need.task_id)
        if not need.window_from <= visit.day <= need.window_to:
            yield Fault(breach=Breach.OUTSIDE_WINDOW, of=need.task_id)


def _of_officers(
    visit: Visit, known: Mapping[str, Need], staff: Mapping[str, Inspector]
) -> Iterator[Fault]:
    going: dict[str, set[str]] = {
        known[id_].agency_id: set() for id_ in visit.task_ids if id_ in known
    }
    for id_ in visit.officer_ids:
        officer = staff.get(id_)
        if officer is None:
            yield Fault(breach=Breach.UNKNOWN, of=id_)
        elif officer.agency_id not in going:
            yield Fault(breach=Breach.STRANGER, of=id_)
        elif not officer.may_visit(visit.uscc, visit.day):
            yield Fault(breach=Breach.NOT_CERTIFIED, of=id_)
        else:
            going[officer.agency_id].add(id_)
    for agency, officers in going.items():
        if len(officers) < LEAST_OFFICERS:
            yield Fault(breach=Breach.TOO_FEW_OFFICERS, of=agency)


def _in_two_places(visits: Iterable[Visit]) -> Iterator[Fault]:
    places = Counter((id_, visit.day, visit.slot) for visit in visits for id_ in visit.officer_ids)
    for (id_, _day, _slot), times in places.items():
        if times > 1:
            yield Fault(breach=Breach.IN_TWO_PLACES, of=id_)
