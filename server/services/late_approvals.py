"""The head's approval of an emergency afterwards, and what follows for its visit (R24).

Given in time, it lifts what made the visit irregular; the projection replays it as a fact.
"""

from server.models import Approval, Task
from server.services import emergencies, projection, visit_facts, visit_material
from server.services.identity import SecondFactor
from server.services.visit_facts import FactKind
from server.work import Work


def approve(work: Work, task_id: str, *, proof: SecondFactor, reason: str) -> Approval:
    """Approve an emergency's task and let its visit be judged again."""
    approval = emergencies.approve(work, task_id, proof=proof, reason=reason)
    visit_id = work.session.get_one(Task, task_id).visit_id
    if visit_id is not None:
        _note(work, visit_id, task_id)
    return approval


def _note(work: Work, visit_id: str, task_id: str) -> None:
    visit_facts.lock(work, [visit_id])
    work.session.flush()
    material = visit_material.load(work, [visit_id]).get(visit_id)
    if material is None:
        return
    facts = visit_facts.of_visits(work, [visit_id])
    visit_facts.append(
        work, facts[visit_id], visit_id, FactKind.LATE_APPROVAL, {"task_id": task_id}
    )
    projection.project(work, [material.with_facts(facts[visit_id])], facts)
