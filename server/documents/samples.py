"""Sample documents, to look at and to test with. Never part of any record.

Built by the very functions that build what is signed.
"""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from server.documents import sample_approvals, sample_visits
from server.documents.kinds import ABBREVIATIONS, DocumentKind
from server.documents.marks import Stroke
from server.documents.sample_visits import BEGUN, TABLET, Case
from server.documents.sheet import OfficerMark, Party, Sheet
from shared import reference as ref
from shared.content import notice, record, result
from shared.content.hashing import content_hash
from shared.flow import state as flow

STROKES: tuple[Stroke, ...] = (
    ((180, 420, 0), (260, 400, 40), (340, 396, 80), (400, 402, 110)),
    ((290, 250, 200), (286, 380, 260), (270, 520, 320), (220, 660, 380), (150, 720, 420)),
    ((300, 520, 500), (360, 600, 540), (430, 690, 590), (500, 720, 620)),
    ((560, 300, 700), (620, 290, 730), (690, 300, 770), (640, 400, 820), (580, 470, 860)),
    ((560, 480, 900), (650, 470, 950), (740, 480, 990), (700, 620, 1060), (600, 700, 1120)),
    ((620, 560, 1180), (700, 640, 1240), (800, 730, 1300), (860, 740, 1330)),
)


def sheet(kind: DocumentKind, case: Case = sample_visits.PLAIN) -> Sheet:
    """A sheet of `kind`, marked as a sample."""
    refs, state = sample_visits.references(case), sample_visits.state(case)
    content = _content(kind, case, state, refs)
    digest = content_hash(content)
    party = _party(kind, case)
    return Sheet(
        kind=kind,
        content=content,
        content_hash=digest,
        number=f"鲁历下市监{ABBREVIATIONS[kind]}〔2026〕0127号",
        made_at=BEGUN + timedelta(hours=3),
        issued_on=date(2026, 11, 20),
        address="https://mingcha.example.gov.cn/q/d/" + "eyJkb2MiOiIwMTk" * 22 + ".c2lnbmF0dXJl",
        rectify_by=date(2026, 12, 11) if content.get("rectify_within_workdays") else None,
        party=party,
        officers=tuple(
            OfficerMark(
                name=one.name,
                certificate_no=one.certificate_no or "",
                mark=f"电子签名 {sha256(one.id.encode()).hexdigest()[:16]}",
            )
            for one in refs.officers.values()
        ),
        evidence=tuple(item.sha256 for item in state.evidence),
        sample=True,
    )


def _content(
    kind: DocumentKind, case: Case, state: flow.VisitState, refs: ref.References
) -> dict[str, Any]:
    if kind is DocumentKind.APPROVAL:
        return sample_approvals.content(case)
    if kind is DocumentKind.NOTICE:
        return notice.build(state, refs, device_id=TABLET)
    if kind is DocumentKind.RECORD:
        said = "对检查发现的问题没有异议，将立即整改。"
        return record.build(state, refs, device_id=TABLET, statement=said)
    return result.build(state, refs, device_id=TABLET)


def _party(kind: DocumentKind, case: Case) -> Party:
    at = BEGUN + timedelta(hours=2)
    if kind is DocumentKind.RECORD and case.outcome != "signed":
        return Party(
            outcome=case.outcome,
            reason="对检查结论有不同意见",
            witness="刘见证（泉城路街道办事处）",
            at=at,
        )
    return Party(outcome="signed", name="林小满", capacity="店长", at=at, strokes=STROKES)
