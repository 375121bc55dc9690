"""Content of the checklist (检查要点表, D4; R11): each form, each point, how it was found.

A form's conclusion follows from its answers alone: a key point that fails makes it nonconform, any
other makes it mostly conform. Points without an answer are listed as such and conclude nothing.
"""

from collections.abc import Mapping
from typing import Any

from shared.content import files, findings, parts, words
from shared.flow.skipping import NOT_APPLICABLE
from shared.flow.state import Answer, Evidence, VisitState
from shared.reference import Form, Point, References


def build(state: VisitState, refs: Mapping[str, References], *, device_id: str) -> dict[str, Any]:
    """Return the checklist as JSON, of the forms of all tablets of a sealed visit.

    `refs` are what each tablet named, by its id; `device_id` is the leading one.
    """
    forms: dict[tuple[str, int], dict[str, Any]] = {}
    for device in sorted(refs, key=lambda one: (one != device_id, one)):
        for key, form in _forms(state, refs[device], device).items():
            forms.setdefault(key, form)
    return {
        **parts.head(state, refs[device_id], device_id, "checklist"),
        "inspected": parts.inspected(state),
        "officers": parts.officers(state, refs[device_id], device_id),
        "forms": list(forms.values()),
        "off_list": [
            {"text": one.text, "basis": one.basis, "severity": one.severity}
            for one in state.off_list
        ],
        "record": {
            "content_hash": state.record.content_hash if state.record else "",
            **parts.taken(state.closing),
        },
        "made_of": parts.made_of(state),
    }


def conclusion(points: list[dict[str, Any]]) -> str:
    """Return one of `words.FORM_CONCLUSIONS`."""
    failed = [point for point in points if point["answer"] == "nonconform"]
    if any(point["key"] for point in failed):
        return "nonconform"
    return "mostly" if failed else "conform"


def _forms(
    state: VisitState, refs: References, device_id: str
) -> dict[tuple[str, int], dict[str, Any]]:
    by_form: dict[tuple[str, int], tuple[Form, list[dict[str, Any]]]] = {}
    for form, point in findings.points(state, refs, device_id):
        _, points = by_form.setdefault((form.id, form.version), (form, []))
        answer = state.answer_to((form.id, form.version, point.id))
        why_not = "" if answer else findings.moot(state, form, point)
        by_rule = _by_rule(why_not) if why_not else {}
        points.append({**_point(state, refs, point, answer), **by_rule})
    return {key: _form(refs, form, points) for key, (form, points) in by_form.items()}


def _by_rule(why: str) -> dict[str, str]:
    return {"answer": NOT_APPLICABLE, "note": why, "source": findings.BY_RULE}


def _form(refs: References, form: Form, points: list[dict[str, Any]]) -> dict[str, Any]:
    item = refs.items.get(form.item_id)
    said = conclusion(points)
    return {
        "id": form.id,
        "name": form.name,
        "version": form.version,
        "item": {"code": item.code, "name": item.name} if item else {"code": "", "name": ""},
        "points": points,
        "counts": {
            answer: sum(point["answer"] == answer for point in points)
            for answer in (*words.ANSWERS, "")
        },
        "conclusion": said,
        "conclusion_text": words.FORM_CONCLUSIONS[said],
    }


def _point(
    state: VisitState, refs: References, point: Point, answer: Answer | None
) -> dict[str, Any]:
    proofs = [one for one in state.evidence if one.point_id == point.id]
    return {
        "no": point.no,
        "title": point.title,
        "content": point.content,
        "method": point.method,
        "key": point.key,
        "basis": findings.basis_of(point, refs),
        "answer": answer.answer if answer else "",
        "severity": (answer.severity or "") if answer else "",
        "fixed_on_spot": answer.fixed_on_spot if answer else False,
        "note": (answer.note or "") if answer else "",
        "source": answer.source if answer else "",
        "evidence": [one.sha256 for one in proofs],
        **({"known": answer.fact} if answer and answer.fact else {}),
        **_told(proofs),
    }


def _told(proofs: list[Evidence]) -> dict[str, Any]:
    """What the files of a point are, where not all of them are photos taken on the spot."""
    told = [
        {"sha256": one.sha256, "type": one.media_type, **files.particulars(one)} for one in proofs
    ]
    plain = all(one.media_type.startswith(files.PICTURES) for one in proofs)
    return {} if plain and not any(one.handed_over for one in proofs) else {"files": told}
