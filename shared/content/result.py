"""Content of the result notice (检查结果告知书, D8; R60)."""

from typing import Any

from shared.content import findings, parts, words
from shared.flow import duties
from shared.flow.state import VisitState
from shared.reference import References


def build(state: VisitState, refs: References, *, device_id: str) -> dict[str, Any]:
    """Return the result as JSON, from the state just before it is given."""
    problems = findings.listed(state, refs, device_id)
    conclusion = findings.conclusion(state, problems)
    known = duties.all_of(state, refs, device_id)
    items = [refs.items[i] for task in known for i in task.item_ids if i in refs.items]
    return {
        **parts.head(state, refs, device_id, "result"),
        "inspected_on": parts.minute(state.scan.at if state.scan else state.opened_at),
        "officers": parts.officers(state, refs, device_id),
        "items": [{"code": item.code, "name": item.name} for item in items],
        "bases": parts.bases((i for item in items for i in item.basis_ids), refs),
        "conclusion": conclusion,
        "conclusion_text": _said(conclusion, offsite=state.offsite),
        "unable": words.UNABLE[state.unable.reason] if state.unable else "",
        "problems": problems,
        "rectify_within_workdays": (
            refs.parameters.rectify_workdays if conclusion == "rectify" else None
        ),
        "guidance": [p["note"] or p["title"] for p in problems if p["severity"] == "guidance"],
        "record": {
            "content_hash": state.record.content_hash if state.record else "",
            **parts.taken(state.closing),
        },
        "objection_within_workdays": refs.parameters.objection_workdays,
        "remedies": "".join(words.REMEDIES),
    }


def _said(conclusion: str, *, offsite: bool) -> str:
    instead = words.OFFSITE_CONCLUSIONS.get(conclusion) if offsite else None
    return instead or words.CONCLUSIONS[conclusion]
