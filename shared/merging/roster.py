"""Who is free when: an officer goes to one place in a slot, and never where not allowed to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from shared.merging.model import LEAST_OFFICERS, Inspector


class Roster:
    """The officers of a schedule in the making."""

    def __init__(self, inspectors: Sequence[Inspector]) -> None:
        self._staff: dict[str, list[Inspector]] = {}
        for each in inspectors:
            self._staff.setdefault(each.agency_id, []).append(each)
        self._busy: set[tuple[str, date, int]] = set()
        self._load: Counter[str] = Counter()

    def able(self, agency_id: str, uscc: str, day: date) -> list[Inspector]:
        """Officers of an agency who may go to an enterprise that day, busy or not."""
        staff = self._staff.get(agency_id, ())
        return [officer for officer in staff if officer.may_visit(uscc, day)]

    def team(
        self, agencies: Iterable[str], uscc: str, day: date, slot: int
    ) -> tuple[str, ...] | None:
        """Two free officers of each agency, those with the least to do first; None without."""
        going: list[str] = []
        for agency in agencies:
            free = [
                officer
                for officer in self.able(agency, uscc, day)
                if (officer.officer_id, day, slot) not in self._busy
            ]
            if len(free) < LEAST_OFFICERS:
                return None
            # Who may go to few places is kept for them: the most restricted go last otherwise.
            free.sort(key=lambda o: (self._load[o.officer_id], -len(o.recused), o.officer_id))
            going += [officer.officer_id for officer in free[:LEAST_OFFICERS]]
        return tuple(going)

    def send(self, officers: Iterable[str], day: date, slot: int) -> None:
        """They are taken for this slot."""
        for id_ in officers:
            self._busy.add((id_, day, slot))
            self._load[id_] += 1
