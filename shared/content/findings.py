"""The problems of a visit and the conclusion that follows from them (R62). Nothing is inferred."""

from typing import Any

from shared.content import words
from shared.flow import duties
from shared.flow.skipping import skipped
from shared.flow.state import VisitState
from shared.reference import Form, Point, References

BY_RULE = "rule"
"""Source of an answer that nobody gave: an earlier one made its point moot (合理缺项)."""


def listed(state: VisitState, refs: References, device_id: str) -> list[dict[str, Any]]:
    """Return every problem: points in form order, then findings off the list."""
    found = []
    for form, point in points(state, refs, device_id):
        answer = state.answer_to((form.id, form.version, point.id))
        if answer is None or answer.answer != "nonconform":
            continue
        found.append(
            {
                "point_no": point.no,
                "title": point.title,
                "standard": point.content,
                "severity": answer.severity,
                "fixed_on_spot": answer.fixed_on_spot,
                "note": answer.note or "",
                "basis": basis_of(point, refs),
                "evidence": [e.sha256 for e in state.evidence if e.point_id == point.id],
            }
        )
    found.extend(
        {
            "point_no": "",
            "title": finding.text,
            "standard": "",
            "severity": finding.severity,
            "fixed_on_spot": False,
            "note": "",
            "basis": finding.basis,
            "evidence": [],
        }
        for finding in state.off_list
    )
    return found


def points(state: VisitState, refs: References, device_id: str) -> list[tuple[Form, Point]]:
    """Points of this tablet's forms with their form, each once, in order."""
    seen: dict[tuple[str, int, str], tuple[Form, Point]] = {}
    for task in duties.all_of(state, refs, device_id):
        for form in refs.forms_of(task):
            for point in form.points:
                seen.setdefault((form.id, form.version, point.id), (form, point))
    return list(seen.values())


def conclusion(state: VisitState, problems: list[dict[str, Any]]) -> str:
    """Return one of `words.CONCLUSIONS`: the gravest problem that was not fixed decides."""
    if state.unable is not None:
        return "unable"
    if not problems:
        return "no_problem"
    left = {problem["severity"] for problem in problems if not problem["fixed_on_spot"]}
    for severity in ("transfer", "rectify", "guidance"):
        if severity in left:
            return severity
    return "fixed_on_spot"


def moot(state: VisitState, form: Form, point: Point) -> str:
    """Why a point without an answer was not asked, as papers say it; empty where it was."""
    skip = skipped(state, form, point)
    if skip is None:
        return ""
    return f"按规则不适用：第 {skip.by.no} 项“{skip.by.title}”为“{words.ANSWERS[skip.answer]}”。"


def basis_of(point: Point, refs: References) -> str:
    """The legal basis of a point as documents cite it, or empty where it is not known."""
    basis = refs.bases.get(point.basis_id or "")
    return f"《{basis.title}》{basis.article}" if basis else ""
