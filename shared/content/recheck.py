"""Content of the opinion on a recheck (复查意见书, D10; R63): what was ordered, and how it is now.

Made of the order and of the visit that looked at it again: each of the order's points is found by
number and title among the answers of that visit. One that was not looked at again is said to be
open, never to be done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.content import findings, parts, words
from shared.content.hashing import content_hash
from shared.flow.state import Answer, VisitState
from shared.reference import References


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """The order whose obeying is looked at: `content` is D7's, `due` its last day.

    `report` is the content of the enterprise's report on it, `report_no` its number.
    """

    number: str
    content_hash: str
    content: Mapping[str, Any]
    due: date | None
    report_no: str = ""
    report: Mapping[str, Any] | None = None


def build(
    state: VisitState, refs: References, *, device_id: str, ordered: Ordered
) -> dict[str, Any]:
    """Return the opinion as JSON, of a sealed visit."""
    now = _by_point(state, refs, device_id)
    items = [
        _item(problem, now.get((problem["point_no"], problem["title"])), state)
        for problem in ordered.content["problems"]
    ]
    conclusion = _conclusion([item["standing"] for item in items])
    return {
        **parts.head(state, refs, device_id, "recheck"),
        "inspected": parts.inspected(state),
        "officers": parts.officers(state, refs, device_id),
        "order": {
            "number": ordered.number,
            "content_hash": ordered.content_hash,
            "inspected_on": ordered.content["inspected_on"],
            "due": ordered.due.isoformat() if ordered.due else "",
        },
        "items": items,
        "conclusion": conclusion,
        "conclusion_text": words.RECHECKS[conclusion],
        "next_step": words.RECHECK_STEPS[conclusion],
        "made_of": parts.made_of(state),
        **_reported(ordered),
    }


def _reported(ordered: Ordered) -> dict[str, Any]:
    """What the enterprise said it had done; left out where it handed nothing in."""
    if ordered.report is None:
        return {}
    return {
        "report": {
            "number": ordered.report_no,
            "content_hash": content_hash(ordered.report),
            "reported_at": ordered.report["reported_at"],
            "items": [
                {
                    "title": one["title"],
                    "measure": one["measure"],
                    "completed_on": one["completed_on"],
                }
                for one in ordered.report["items"]
            ],
        }
    }


def standing(answer: Answer | None) -> str:
    """Return one of `words.RECHECKED`: how a point of the order was found now."""
    if answer is None:
        return "open"
    if answer.answer != "nonconform" or answer.fixed_on_spot:
        return "done"
    return "partly" if answer.severity == "guidance" else "not_done"


def _by_point(
    state: VisitState, refs: References, device_id: str
) -> dict[tuple[str, str], tuple[str, Answer]]:
    found = {}
    for form, point in findings.points(state, refs, device_id):
        answer = state.answer_to((form.id, form.version, point.id))
        if answer is not None:
            found[point.no, point.title] = (point.id, answer)
    return found


def _item(
    problem: Mapping[str, Any], now: tuple[str, Answer] | None, state: VisitState
) -> dict[str, Any]:
    point_id, answer = now or (None, None)
    said = standing(answer)
    return {
        "point_no": problem["point_no"],
        "title": problem["title"],
        "fact": problem["note"],
        "requirement": problem["requirement"],
        "standing": said,
        "standing_text": words.RECHECKED[said],
        "note": (answer.note or "") if answer else "",
        "evidence": [one.sha256 for one in state.evidence if point_id and one.point_id == point_id],
    }


def _conclusion(standings: list[str]) -> str:
    """What is left decides; a point nobody looked at again is never taken for done."""
    if {"partly", "not_done"} & {*standings}:
        return "partly" if {"partly", "done"} & {*standings} else "not_done"
    return "open" if "open" in standings else "done"
