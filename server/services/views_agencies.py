"""Agencies as the platform's administrators see them. Reads only."""

from sqlalchemy import select

from server.models import Agency
from server.services import scoping
from server.work import Work
from shared.roles import Role


def lines(work: Work) -> tuple[Agency, ...]:
    """Every agency, by region and name: some hundreds in a province, and no more with time."""
    scoping.require_role(work.who, Role.PLATFORM_ADMIN)
    return tuple(work.session.scalars(select(Agency).order_by(Agency.region, Agency.name)))


def one(work: Work, agency_id: str) -> Agency:
    """One of them; `NotFound` otherwise."""
    scoping.require_role(work.who, Role.PLATFORM_ADMIN)
    return scoping.one(work.session.get(Agency, agency_id))
