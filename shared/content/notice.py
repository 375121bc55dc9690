"""Content of the inspection notice (行政检查通知书, D2; R44)."""

from typing import Any

from shared.content import parts, words
from shared.flow import duties
from shared.flow.state import VisitState
from shared.reference import Frequency, References


def build(state: VisitState, refs: References, *, device_id: str) -> dict[str, Any]:
    """Return the notice as JSON, from the state just before it is served.

    `frequency.nth` counts this inspection; `cap` is null where no yearly cap is in force (R26).
    `exempt` (those beside the cap) and `everybody` (all agencies') stand there once they are sent.
    """
    known = duties.all_of(state, refs, device_id)
    items = [refs.items[i] for task in known for i in task.item_ids if i in refs.items]
    return {
        **parts.head(state, refs, device_id, "notice"),
        "tasks": [{"no": task.no, "plan_no": task.plan_no} for task in known if task.no],
        "items": [
            {"code": item.code, "name": item.name, "bases": parts.bases(item.basis_ids, refs)}
            for item in items
        ],
        "begun_at": parts.minute(state.scan.at if state.scan else state.opened_at),
        "officers": parts.officers(state, refs, device_id),
        "assistants": sum(task.assistant_count for task in known),
        "frequency": [_frequency(task.frequency) for task in known if task.no],
        "rights": list(words.RIGHTS),
        "duties": list(words.DUTIES),
        "prohibitions": [
            {"title": title, "must_not": list(leaves)} for title, leaves in words.PROHIBITIONS
        ],
    }


def _frequency(known: Frequency) -> dict[str, int | None]:
    said = {"year": known.year, "nth": known.agency_count + 1, "cap": known.cap}
    if known.exempt is None:
        return said
    return {**said, "exempt": known.exempt, "everybody": known.enterprise_count}
