"""Whom a newcomer enrols, and where the tablet stands, to inspect the first drafted plan."""

from dataclasses import dataclass

from sqlalchemy import select

from server.models import Certificate, Person, Plan, PlanTarget, Premise
from server.principal import SYSTEM
from server.work import Parts, open_work

PLANNER = "planner.emergency"
OFFICERS = 2
ACCURACY_M = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstVisit:
    """Certificate numbers of two officers, and a fix as `MINGCHA_FIELD_FIX` takes it."""

    certificates: tuple[str, ...]
    fix: str


def find(parts: Parts) -> FirstVisit:
    """The first target of the first plan that `PLANNER` began."""
    with open_work(parts, SYSTEM) as work:
        target, place = work.session.execute(
            select(PlanTarget, Premise)
            .join(Premise, Premise.id == PlanTarget.premise_id)
            .join(Plan, Plan.id == PlanTarget.plan_id)
            .join(Person, Person.id == Plan.planner_id)
            .where(Person.username == PLANNER)
            .order_by(Plan.created_at, PlanTarget.position)
            .limit(1)
        ).one()
        numbers = dict(
            work.session.execute(
                select(Certificate.officer_id, Certificate.number).where(
                    Certificate.officer_id.in_(target.officer_ids)
                )
            ).all()
        )
    return FirstVisit(
        certificates=tuple(numbers[one] for one in target.officer_ids[:OFFICERS]),
        fix=f"{place.lat},{place.lon},{ACCURACY_M}",
    )
