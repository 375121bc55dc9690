"""Content of the on-site record (现场检查笔录, D3; R45): facts only, as the events say them."""

from typing import Any

from shared.content import files, findings, parts
from shared.content.findings import BY_RULE
from shared.flow.skipping import NOT_APPLICABLE
from shared.flow.state import VisitState
from shared.reference import References


def build(
    state: VisitState, refs: References, *, device_id: str, statement: str | None
) -> dict[str, Any]:
    """Return the record as JSON, from the state just before it is read out.

    `statement` is what the enterprise says; `ended_at` is the last act before the reading.
    """
    answers = []
    for form, point in findings.points(state, refs, device_id):
        answer = state.answer_to((form.id, form.version, point.id))
        why_not = findings.moot(state, form, point)
        if answer is None and not why_not:
            continue
        answers.append(
            {
                "form": form.name,
                "form_version": form.version,
                "no": point.no,
                "title": point.title,
                "key": point.key,
                "answer": answer.answer if answer else NOT_APPLICABLE,
                "note": (answer.note or "") if answer else why_not,
                "source": answer.source if answer else BY_RULE,
                # Only where there is one: a record without is the same bytes as ever.
                **({"known": answer.contradicted} if answer and answer.contradicted else {}),
            }
        )
    return {
        **parts.head(state, refs, device_id, "record"),
        "begun_at": parts.minute(state.scan.at if state.scan else state.opened_at),
        "ended_at": parts.minute(state.last_at),
        "officers": parts.officers(state, refs, device_id),
        "notice": {
            "content_hash": state.notice.content_hash if state.notice else "",
            **parts.taken(state.notice),
        },
        "answers": answers,
        "problems": findings.listed(state, refs, device_id),
        "evidence": [
            {
                "sha256": item.sha256,
                "type": item.media_type,
                "size": item.size,
                "caption": item.caption or "",
                "at": parts.minute(item.at),
                **files.particulars(item),
            }
            for item in state.evidence
            if item.device_id == device_id
        ],
        "corrections": [{"why": c.why, "text": c.text} for c in state.corrections],
        "transfers": [{"to": to, "why": why} for to, why in state.transfers],
        "statement": statement or "",
    }
