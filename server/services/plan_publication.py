"""公布: what an agency tells everybody of a plan in force (R20, R25). Never whom it will visit.

What is published is a picture of one version; an amendment is not public before it is published
again. Cases, which something happened for, are never published: they would warn somebody.
"""

from typing import Any

from sqlalchemy import func, or_, select

from server.models import Agency, Enterprise, InspectionItem, Plan, PlanStatus, PlanTarget
from server.refusals import NotForThePublic
from server.services import audit, own_plans
from server.work import Work
from shared.plans.model import PlanKind
from shared.roles import Role

UNPUBLISHED = frozenset({PlanStatus.FILED, PlanStatus.AMENDED})
SHORTEST_NAME = 2


def publish(work: Work, plan_id: str) -> Plan:
    """The head lets anybody know of a plan in its present version.

    Raises `NotForThePublic` for a case, or a title that names an enterprise of the plan.
    """
    plan = own_plans.get(work, plan_id, Role.HEAD)
    own_plans.require_status(plan, UNPUBLISHED)
    if plan.kind == PlanKind.CASE or _names_a_target(work, plan):
        raise NotForThePublic("It would tell whom it is about.")
    plan.published = _picture(work, plan)
    plan.published_at = plan.changed_at = work.now
    plan.status = PlanStatus.PUBLISHED
    audit.write(work, "plan.published", "plan", plan.id, version=plan.version)
    return plan


def _picture(work: Work, plan: Plan) -> dict[str, Any]:
    """What is said of it: kinds, counts and days; no enterprise, premise, officer or reason."""
    count = select(func.count(PlanTarget.uscc.distinct())).where(PlanTarget.plan_id == plan.id)
    joint = select(Agency.name).where(Agency.id.in_(plan.joint_agency_ids)).order_by(Agency.name)
    items = select(InspectionItem.id, InspectionItem.name).where(
        InspectionItem.id.in_(plan.item_ids)
    )
    names = dict(work.session.execute(items).all())
    return {
        "version": plan.version,
        "title": plan.title,
        "kind": plan.kind,
        "trigger": plan.trigger,
        "visit_type": plan.visit_type,
        "term": plan.term,
        "window_from": plan.window_from.isoformat(),
        "window_to": plan.window_to.isoformat(),
        "items": [{"id": id_, "name": names.get(id_, "")} for id_ in plan.item_ids],
        "targets": work.session.scalar(count) or 0,
        "frequency": plan.frequency,
        "pool_size": plan.pool_size,
        "sample_percent": plan.sample_percent,
        "joint": list(work.session.scalars(joint)),
    }


def _names_a_target(work: Work, plan: Plan) -> bool:
    """Whether the title says the name or the code of an enterprise that is to be visited."""
    title = func.replace(plan.title, " ", "")
    named = (
        select(Enterprise.uscc)
        .join(PlanTarget, PlanTarget.uscc == Enterprise.uscc)
        .where(
            PlanTarget.plan_id == plan.id,
            func.length(Enterprise.name) >= SHORTEST_NAME,
            or_(
                title.contains(Enterprise.name, autoescape=False),
                title.contains(Enterprise.uscc, autoescape=False),
            ),
        )
        .limit(1)
    )
    return work.session.scalar(named) is not None
