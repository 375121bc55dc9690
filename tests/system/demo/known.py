"""What a planner of the demo county knows by heart: ids of items, officers and places.

Read from the database, because the interface has no lists of these yet; nothing is written.
"""

from dataclasses import dataclass

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from server.config import Settings
from server.models import (
    Agency,
    Certificate,
    Contact,
    Enterprise,
    EnterpriseCode,
    InspectionItem,
    Officer,
    Premise,
)
from server.seed import county
from tests.system.demo.timeline import check

AGENCY = "market"


@dataclass(frozen=True)
class Place:
    """An enterprise to go to, with the token of the code on its door."""

    uscc: str
    name: str
    premise_id: str
    lat: float
    lon: float
    code: str
    contact: str


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    certificate: str


@dataclass(frozen=True)
class Known:
    agency_id: str
    agency: str
    item_id: str
    officers: tuple[Person, ...]
    place: Place


def look_up(environment: dict[str, str]) -> Known:
    """The market supervision, its food item, two of its officers, and a food shop."""
    engine = create_engine(Settings.from_env(environment).database_url)
    try:
        with Session(engine) as session:
            return _look_up(session)
    finally:
        engine.dispose()


def _look_up(session: Session) -> Known:
    seed = next(each for each in county.agencies() if each.key == AGENCY)
    firm = next(each for each in county.enterprises() if each.trade == AGENCY)
    agency = session.scalars(select(Agency).where(Agency.name == seed.name)).one()
    people = session.execute(
        select(Officer, Certificate)
        .join(Certificate, Certificate.officer_id == Officer.id)
        .where(Officer.agency_id == agency.id)
        .order_by(Certificate.number)
        .limit(2)
    )
    officers = tuple(Person(o.id, o.name, c.number) for o, c in people)
    check(len(officers) == 2, "持证人员不足两名 fewer than two certified officers")
    item = session.scalars(
        select(InspectionItem).where(InspectionItem.code == seed.items[0]["code"])
    ).one()
    return Known(agency.id, agency.name, item.id, officers, _place(session, firm.uscc))


def _place(session: Session, uscc: str) -> Place:
    firm = session.get_one(Enterprise, uscc)
    premise = session.scalars(select(Premise).where(Premise.uscc == uscc)).one()
    code = session.scalars(
        select(EnterpriseCode).where(EnterpriseCode.premise_id == premise.id)
    ).one()
    contact = session.scalars(select(Contact).where(Contact.uscc == uscc)).one()
    check(premise.lat and premise.lon, "场所没有坐标 the premise has no position")
    return Place(
        uscc=uscc,
        name=firm.name,
        premise_id=premise.id,
        lat=premise.lat or 0.0,
        lon=premise.lon or 0.0,
        code=code.token,
        contact=contact.name,
    )
