"""A decision of the ruling desk as a fact of the visit it touches, replayed by the projection."""

from collections.abc import Mapping
from typing import Any

from server.services import projection, visit_facts, visit_material
from server.services.visit_facts import FactKind
from server.work import Work


def note(work: Work, visit_id: str, device_id: str | None, told: Mapping[str, Any]) -> None:
    """Append it and project the visit, if there is one by now.

    Of a tablet that only claims to be at a visit (`device_id` has no chain in it) nothing is noted
    there: nobody leaves a mark on another's visit.
    """
    visit_facts.lock(work, [visit_id])
    work.session.flush()
    material = visit_material.load(work, [visit_id]).get(visit_id)
    if material is not None and device_id is not None and device_id not in material.chains:
        return
    facts = visit_facts.of_visits(work, [visit_id])
    visit_facts.append(work, facts[visit_id], visit_id, FactKind.DESK_RULING, told)
    if material is not None:
        projection.project(work, [material.with_facts(facts[visit_id])], facts)
