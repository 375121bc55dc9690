"""Supervision's word on an irregular visit: ratified, its result may be told; rejected, never.

A ruling is a fact of the visit's own ledger and replayed by the projection. It speaks of the
irregularities known when it was given: one that comes later waits for a ruling of its own.
"""

from enum import StrEnum

from server.models import Visit
from server.services import audit, projection, visit_facts, visit_fold, visit_material, visits
from server.services.scoping import require_role
from server.services.visit_facts import FactKind
from server.work import Work
from shared.errors import BadInput, Conflict
from shared.roles import Role

LONGEST_REASON = 2000


class Decision(StrEnum):
    RATIFY = "ratify"
    REJECT = "reject"


class RulingNotDue(Conflict):
    """Nothing irregular, or ruled on already."""

    code = "ruling_not_due"


def rule(work: Work, visit_id: str, decision: Decision, reason: str) -> Visit:
    """Rule on an irregular visit of one's region; returns it as it stands then."""
    require_role(work.who, Role.SUPERVISION)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise BadInput("A reason is needed.", errors={"/reason": "Missing or too long."})
    visit_facts.lock(work, [visit_id])
    visits.find(work, visit_id)
    material = visit_material.load(work, [visit_id])[visit_id]
    before = visit_fold.fold(material)
    codes = sorted({said.code for said in before.irregularities})
    if not codes or (before.ruling is not None and before.ruling.stands):
        raise RulingNotDue("There is nothing to rule on.")
    facts = visit_facts.of_visits(work, [visit_id])
    visit_facts.append(
        work,
        facts[visit_id],
        visit_id,
        FactKind.RULING,
        {"decision": str(decision), "reason": reason, "codes": codes},
    )
    audit.write(work, "visit.ruled", "visit", visit_id, decision=str(decision), codes=codes)
    projection.project(work, [material.with_facts(facts[visit_id])], facts)
    return visits.find(work, visit_id)
