"""Looking for visits that can be one: the solver runs between two transactions, never within."""

from server.database import Aim
from server.principal import SYSTEM
from server.services import merge_searches
from server.work import Parts, open_work

SECONDS = 20.0
"""At most; a county is solved in less than one."""


def find_merges(parts: Parts, *, search: str) -> None:
    """Do one search that waits. Run twice, the second finds it done; one that breaks has failed."""
    with open_work(parts, SYSTEM, aim=Aim.READ) as work:
        given = merge_searches.gather(work, search)
    if given is None:
        return
    # Here and not above: OR-Tools is large, and a server that is never asked need not load it.
    from server.services.merge_solver import solve

    try:
        solved = solve(given.needs, given.inspectors, given.calendar, seconds=SECONDS)
        with open_work(parts, SYSTEM) as work:
            merge_searches.record(work, search, given, solved)
    except Exception:
        # What broke once breaks again: the sweep must not bring it back for ever.
        with open_work(parts, SYSTEM) as work:
            merge_searches.fail(work, search)
        raise
