"""Having a sealed visit time-stamped."""

from datetime import datetime

from server import stamping
from server.principal import SYSTEM
from server.services import stamps
from server.work import Parts, Work, open_work


def due(work: Work, by: datetime, most: int) -> list[str]:
    """Visits that wait for a stamp since then."""
    return stamps.due(work, by, most)


def stamp_visit(parts: Parts, *, visit: str) -> None:
    """Ask the authority for a stamp that is due; does nothing when it is there already."""
    authority = stamping.authority_of(parts.settings)
    if authority is None:
        return
    with open_work(parts, SYSTEM) as work:
        stated = stamps.statement(work, visit)
    if stated is None:
        return
    response = stamping.ask(authority, stated)
    at = stamping.check(response, stated, authority.roots)
    with open_work(parts, SYSTEM) as work:
        stamps.keep(work, visit, stated, response, at)
