"""Fills an empty database with the demo county, through the services where there are any.

Refuses a database that has an agency already. Whatever it makes is what a real county would have
on its first day: no visit, no result, nothing that the platform has not done itself.
"""

from dataclasses import dataclass

from sqlalchemy import select

from server.models import Agency, Parameter
from server.seed import catalogues, county, drafts, firms, people, rules
from server.seed.accounts import Account
from server.services import audit, catalogue_publishing
from server.work import Work
from shared.errors import Conflict
from shared.localtime import local_day

DEMO = "demo_county"
"""The parameter that says a database was seeded as a demonstration."""


class NotEmpty(Conflict):
    """There is a county here already, perhaps a real one."""

    code = "database_not_empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was made: accounts with their passwords, and how many of the rest."""

    accounts: tuple[Account, ...]
    agencies: int
    enterprises: int
    officers: int


def is_empty(work: Work) -> bool:
    """Whether nobody has begun to use this database."""
    return work.session.scalar(select(Agency.id).limit(1)) is None


def is_demo(work: Work) -> bool:
    """Whether this database was seeded as a demonstration."""
    return work.session.scalar(select(Parameter.id).where(Parameter.key == DEMO)) is not None


def fill(work: Work) -> Filled:
    """Seed the whole county in this transaction; `NotEmpty` if any agency is there."""
    if not is_empty(work):
        raise NotEmpty("This database is in use; a demo county goes into an empty one only.")
    _mark(work)
    agencies = catalogues.add(work)
    rules.add(work)
    officers = people.add_officers(work, agencies)
    accounts = people.add_accounts(work, agencies)
    enterprises = firms.add(work)
    for agency in agencies.values():
        catalogue_publishing.publish_catalogue(work, agency)
    drafts.add(work, agencies)
    audit.write(work, "county.seeded", "county", county.REGION, enterprises=enterprises)
    return Filled(
        accounts=accounts, agencies=len(agencies), enterprises=enterprises, officers=officers
    )


def _mark(work: Work) -> None:
    work.session.add(
        Parameter(
            id=work.ids(),
            key=DEMO,
            value=county.COUNTY,
            valid_from=local_day(work.now),
            recorded_at=work.now,
            recorded_by=work.who.id,
        )
    )
