"""A plan of one's own agency, held by who writes it: nobody else changes it meanwhile."""

from collections.abc import Collection

from server.models import Plan
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import NotFound, OutOfOrder
from shared.roles import Role


def get(work: Work, plan_id: str, *roles: Role) -> Plan:
    """The plan, locked, for a planner (or `roles`) of its agency; `NotFound` for anybody else's."""
    require_role(work.who, *(roles or (Role.PLANNER,)))
    plan = one(work.session.get(Plan, plan_id, with_for_update=True))
    if plan.agency_id != work.who.agency_id:
        raise NotFound("No such plan.")
    return plan


def require_status(plan: Plan, allowed: Collection[str]) -> None:
    """Return if the plan stands there; `OutOfOrder` with where it stands."""
    if plan.status not in allowed:
        raise OutOfOrder("The plan is past that.", status=plan.status)
