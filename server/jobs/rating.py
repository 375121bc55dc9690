"""Summing up a quarter of ratings once it is over."""

from server.principal import SYSTEM
from server.services import ratings
from server.work import Parts, open_work


def close_quarter(parts: Parts, *, agency: str, quarter: str) -> None:
    """Work out what the agency is shown; does nothing twice, and nothing before the end."""
    with open_work(parts, SYSTEM) as work:
        ratings.close(work, agency, quarter)
