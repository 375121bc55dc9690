"""Content of the order to rectify (责令限期改正通知书, D7): made of the result that was signed.

It orders what the signed result says is to be put right, within the days the result says, and
nothing besides: no sum, no seizure (R49).
"""

from collections.abc import Mapping
from typing import Any

from shared.content import parts, words
from shared.flow.state import VisitState
from shared.reference import References


def build(
    state: VisitState, refs: References, *, device_id: str, result: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the order as JSON, or None where nothing is left to be rectified.

    `result` is the signed content of the visit's result.
    """
    left = [problem for problem in result["problems"] if is_to_rectify(problem)]
    if not left:
        return None
    days = result["rectify_within_workdays"] or refs.parameters.rectify_workdays
    return {
        **parts.head(state, refs, device_id, "order"),
        "agency": result["agency"],
        "inspected_on": result["inspected_on"],
        "officers": result["officers"],
        "items": result["items"],
        "problems": [{**problem, "requirement": requirement(problem)} for problem in left],
        "rectify_within_workdays": days,
        "consequences": "".join(words.ORDER_CONSEQUENCES),
        "objection_within_workdays": result["objection_within_workdays"],
        "remedies": result["remedies"],
        "made_of": parts.made_of(state),
    }


def is_to_rectify(problem: Mapping[str, Any]) -> bool:
    """Whether a problem of a result is still to be put right when the officers leave."""
    return problem["severity"] == "rectify" and not problem["fixed_on_spot"]


def requirement(problem: Mapping[str, Any]) -> str:
    """What is to be done, in the words of the form or of the law; nothing is made up."""
    if problem["standard"]:
        return f"改正至符合检查标准：{problem['standard']}"
    return f"按照{problem['basis']}的规定改正。" if problem["basis"] else "立即改正。"
