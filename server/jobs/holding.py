"""Taking in, flagged, what waited too long in one chain for an event that never came."""

from server.principal import SYSTEM
from server.services import holds
from server.work import Parts, open_work


def expire_hold(parts: Parts, *, visit: str, device: str) -> None:
    """End the wait of a chain's overdue events; does nothing when it was done before."""
    with open_work(parts, SYSTEM) as work:
        holds.expire(work, visit, device)
