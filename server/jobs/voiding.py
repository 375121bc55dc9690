"""Ends a draw for which a party did not come in time."""

from server.principal import SYSTEM
from server.services import draws
from server.work import Parts, open_work


def void_draw(parts: Parts, *, draw: str) -> None:
    """Make a draw void whose next step is overdue; changes nothing about any other."""
    with open_work(parts, SYSTEM) as work:
        draws.void_overdue(work, draw)
