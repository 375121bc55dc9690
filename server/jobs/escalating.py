"""Going on to the next channel for want of a receipt."""

from server.principal import SYSTEM
from server.services import delivery
from server.work import Parts, open_work


def escalate_notice(parts: Parts, *, notice: str) -> None:
    """Write by the next channel if that is due; does nothing twice for one day."""
    with open_work(parts, SYSTEM) as work:
        delivery.escalate(work, notice)
