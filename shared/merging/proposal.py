"""What is proposed of a schedule: the visits that would else be several, and what they save."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from shared.merging.model import Need, Schedule, Visit, agencies_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One joint visit instead of several: on `day`, or any other day of the shared window."""

    visit: Visit
    needs: tuple[Need, ...]
    lead: str
    members: tuple[str, ...]
    window_from: date
    window_to: date

    @property
    def visits_avoided(self) -> int:
        """Without it each task is a visit of its own."""
        return len(self.needs) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """What merging is worth: of `tasks`, `merged` share a visit with another agency's."""

    tasks: int
    merged: int
    visits_avoided: int
    hours_avoided: float

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.merged / self.tasks if self.tasks else 0.0


def proposals(schedule: Schedule, needs: Sequence[Need]) -> tuple[Proposal, ...]:
    """A proposal for every visit that several agencies can make as one."""
    known = {need.task_id: need for need in needs}
    found = (_of(visit, [known[id_] for id_ in visit.task_ids]) for visit in schedule.visits)
    return tuple(each for each in found if each.members)


def _of(visit: Visit, needs: Sequence[Need]) -> Proposal:
    agencies = agencies_of(needs)
    lead = lead_of(needs)
    return Proposal(
        visit=visit,
        needs=tuple(needs),
        lead=lead,
        members=tuple(each for each in agencies if each != lead),
        window_from=max(need.window_from for need in needs),
        window_to=min(need.window_to for need in needs),
    )


def lead_of(needs: Sequence[Need]) -> str:
    """The agency with the most to do there; among equals the one whose time runs out first."""
    tasks = Counter(need.agency_id for need in needs)
    last = {
        agency: min(need.window_to for need in needs if need.agency_id == agency)
        for agency in tasks
    }
    return min(tasks, key=lambda agency: (-tasks[agency], last[agency], agency))


def savings(accepted: Iterable[Proposal], *, tasks: int, visit_minutes: int) -> Savings:
    """What some proposals save of `tasks` tasks, when a visit takes that many minutes."""
    merged = list(accepted)
    avoided = sum(each.visits_avoided for each in merged)
    return Savings(
        tasks=tasks,
        merged=sum(len(each.needs) for each in merged),
        visits_avoided=avoided,
        hours_avoided=avoided * visit_minutes / 60,
    )
