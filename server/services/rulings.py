"""Supervision's word on an irregular visit: ratified, its result may be told; rejected, never.

Or its tablets are asked to send the whole visit again, and it waits until something comes.

A ruling is a fact of the visit's own ledger and replayed by the projection. It speaks of the
irregularities known when it was given: one that comes later waits for a ruling of its own.
"""

from enum import StrEnum

from server.models import Visit
from server.services import (
    audit,
    projection,
    publishing,
    visit_facts,
    visit_fold,
    visit_material,
    visits,
)
from server.services.scoping import require_role
from server.services.visit_facts import FactKind
from server.work import Work
from shared.errors import BadInput, Conflict
from shared.roles import Role

LONGEST_REASON = 2000


class Decision(StrEnum):
    RATIFY = "ratify"
    REJECT = "reject"
    ASK_AGAIN = visit_fold.ASK_AGAIN


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
    if not codes or _is_ruled(before):
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
    if decision is Decision.ASK_AGAIN:
        for device_id in material.chains:
            ask_for_visit(work, visit_id, device_id)
    projection.project(work, [material.with_facts(facts[visit_id])], facts)
    return visits.find(work, visit_id)


def ask_for_visit(work: Work, visit_id: str, device_id: str) -> None:
    """Ask a tablet, by its next pull, to send all that it has of a visit."""
    told = {"visit_id": visit_id, "asked_at": work.now.isoformat()}
    scope = {publishing.device_scope(device_id)}
    publishing.publish(work, "resend", f"visit:{visit_id}", told, scope)


def _is_ruled(folded: visit_fold.Folded) -> bool:
    ruling = folded.ruling
    return ruling is not None and ruling.stands and ruling.decision != Decision.ASK_AGAIN
