"""What a principal may know of: its own agency, its region, nothing. Who may act: access.py.

What lies outside a principal's reach does not exist for it: `NotFound`, not `NotAllowed`.
"""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import InstrumentedAttribute

from server.models import Agency
from server.principal import Principal
from server.work import Work
from shared.errors import NotAllowed, NotFound
from shared.regions import significant
from shared.roles import Role

Found = TypeVar("Found")
REGIONAL = frozenset({Role.SUPERVISION, Role.ASSESSOR})


def require_role(who: Principal, *roles: Role) -> None:
    """Return if `who` has one of `roles`; raises `NotAllowed`."""
    if not who.is_any(roles):
        raise NotAllowed("Another role is needed.", needed=", ".join(roles))


def require_agency(work: Work, agency_id: str | None) -> None:
    """Return if things of this agency may be known to who asks; raises `NotFound`."""
    if not knows_agency(work, agency_id):
        raise NotFound("No such thing.")


def require_own_agency(work: Work, agency_id: str | None) -> None:
    """Return if who asks may act for this agency: seeing a region is no right to act in it."""
    if Role.SYSTEM not in work.who.roles and (agency_id is None or agency_id != work.who.agency_id):
        raise NotFound("No such thing.")


def knows_agency(work: Work, agency_id: str | None) -> bool:
    """Whether things of this agency may be known to who asks."""
    who = work.who
    if Role.SYSTEM in who.roles or (agency_id is not None and who.agency_id == agency_id):
        return True
    if agency_id is None or not who.is_any(REGIONAL) or not who.region:
        return False
    region = work.session.scalar(select(Agency.region).where(Agency.id == agency_id))
    return region is not None and region.startswith(significant(who.region))


def in_reach(who: Principal, agency_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The same as a condition on a column that holds an agency id."""
    if Role.SYSTEM in who.roles:
        return true()
    if who.is_any(REGIONAL) and who.region:
        below = select(Agency.id).where(Agency.region.startswith(significant(who.region)))
        return agency_id.in_(below)
    return agency_id == who.agency_id if who.agency_id else false()


def supervised(who: Principal, agency_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """What supervision alone may see: of agencies in its region, and never of its own agency.

    Whoever belongs to the agency it is about does not see it, whatever other role they have.
    """
    if Role.SUPERVISION not in who.roles or not who.region or not who.agency_id:
        return false()
    below = select(Agency.id).where(Agency.region.startswith(significant(who.region)))
    return agency_id.in_(below) & (agency_id != who.agency_id)


def one(found: Found | None) -> Found:
    """`found`, or `NotFound` when it is None: for `session.get`."""
    if found is None:
        raise NotFound("No such thing.")
    return found
