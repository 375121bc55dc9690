"""The enterprise at its own door: the codes to hang there, and who stands before it."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from server.models import EnterpriseCode, Premise
from server.services import enterprise_codes
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import Conflict, NotFound
from shared.roles import Role

ENTERPRISE = (Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
IN_ADDRESS = re.compile(r"/q/o/([^/?#\s]+)")
LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorCode:
    """A place of the enterprise, and the address its code carries; None before one is made."""

    premise_id: str
    name: str
    address: str
    url: str | None


def listed(work: Work) -> tuple[DoorCode, ...]:
    """Every place in use of the enterprise that asks, with the newest code that is good."""
    require_role(work.who, *ENTERPRISE)
    places = work.session.scalars(
        select(Premise)
        .where(Premise.uscc == work.who.uscc, Premise.closed_at.is_(None))
        .order_by(Premise.id)
    ).all()
    rows = work.session.scalars(
        select(EnterpriseCode)
        .where(EnterpriseCode.uscc == work.who.uscc, EnterpriseCode.revoked_at.is_(None))
        .order_by(EnterpriseCode.issued_at, EnterpriseCode.id)
    )
    codes = {row.premise_id: row for row in rows}
    return tuple(
        DoorCode(
            premise_id=place.id,
            name=place.name,
            address=place.address,
            url=enterprise_codes.url(work, codes[place.id]) if place.id in codes else None,
        )
        for place in places
    )


def make(work: Work, premise_id: str) -> EnterpriseCode:
    """A code for a place that has none. `NotFound` for another enterprise's place."""
    require_role(work.who, Role.ENTERPRISE_OWNER)
    place = one(work.session.get(Premise, premise_id, with_for_update=True))
    if place.uscc != work.who.uscc or place.closed_at is not None:
        raise NotFound("No such place.")
    if any(each.premise_id == premise_id and each.url for each in listed(work)):
        raise Conflict("There is one already.")
    return enterprise_codes.issue(work, premise_id)


def token_in(text: str) -> str:
    """The officer's code in what was typed or pasted: an address, or the code alone."""
    found = IN_ADDRESS.search(text)
    return (found[1] if found else text.strip())[:LONGEST]
