"""Content of the letter that hands a case over (案件移送函, D11): to whom, why, on what."""

from collections.abc import Mapping
from typing import Any

from shared.content import files, order, parts
from shared.flow.state import VisitState
from shared.localtime import local_second
from shared.reference import References


def build(
    state: VisitState,
    refs: References,
    *,
    device_id: str,
    to: str,
    why: str,
    result: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the letter as JSON. `to` and `why` are of the officer's act, the rest of the result.

    Its facts are the problems judged to be handed over; where none was, all that were left.
    """
    problems = [one for one in result["problems"] if one["severity"] == "transfer"]
    left = [one for one in result["problems"] if not one["fixed_on_spot"]]
    return {
        **parts.head(state, refs, device_id, "transfer"),
        "to": to,
        "why": why,
        "inspected_on": result["inspected_on"],
        "officers": result["officers"],
        "items": result["items"],
        "bases": result["bases"],
        "problems": problems or left,
        "ordered": any(order.is_to_rectify(one) for one in result["problems"]),
        "evidence": [
            {
                "sha256": one.sha256,
                "type": one.media_type,
                "size": one.size,
                "caption": one.caption or "",
                "at": local_second(one.at),
                **files.particulars(one),
            }
            for one in files.in_order(state)
        ],
        "made_of": parts.made_of(state),
    }
