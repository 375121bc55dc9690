"""Telling a result that could not be told when its visit was whole."""

from server.principal import SYSTEM
from server.services import telling
from server.work import Parts, open_work


def tell_result(parts: Parts, *, visit: str) -> None:
    """Try again to tell a visit's result; does nothing when it was told before."""
    with open_work(parts, SYSTEM) as work:
        telling.tell_again(work, visit)
