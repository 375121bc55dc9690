"""Sample documents, to look at and to test with. Never part of any record.

Built by the very functions that build what is signed.
"""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from server.documents import sample_approvals, sample_papers, sample_visits
from server.documents.kinds import ABBREVIATIONS, TITLES, DocumentKind
from server.documents.marks import Stroke
from server.documents.sample_visits import BEGUN, TABLET, Case
from server.documents.sheet import OfficerMark, Party, Sheet, SiteContact
from shared import reference as ref
from shared.content import (
    checklist,
    files,
    notice,
    order,
    recheck,
    record,
    result,
    service,
    transfer,
)
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


def exists(kind: DocumentKind, case: Case) -> bool:
    """Whether such a visit has such a document: no order without a problem, no list of no files."""
    if kind in (DocumentKind.ORDER, DocumentKind.RECHECK, DocumentKind.REPORT):
        return case in (sample_visits.PLAIN, sample_visits.BARE, sample_visits.HARD)
    if kind is DocumentKind.COMPLIANCE:
        return case not in (sample_visits.ONE, sample_visits.REFUSED)
    return kind is not DocumentKind.RECORDINGS or case.photos > 0


def every() -> tuple[tuple[DocumentKind, str], ...]:
    """Every kind with the names of the cases that have one."""
    return tuple(
        (kind, name)
        for kind in DocumentKind
        for name, case in sample_visits.CASES.items()
        if exists(kind, case)
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
        number=f"{_issuer(kind)}{ABBREVIATIONS[kind]}〔2026〕0127号",
        made_at=BEGUN + timedelta(hours=3),
        issued_on=date(2026, 11, 20),
        address="https://mingcha.example.gov.cn/q/d/" + "eyJkb2MiOiIwMTk" * 22 + ".c2lnbmF0dXJl",
        rectify_by=date(2026, 12, 11) if content.get("rectify_within_workdays") else None,
        party=party,
        officers=tuple(
            OfficerMark(
                name=one.name,
                certificate_no=one.certificate_no or "",
                mark=""
                if kind in SIGNED_ON_PAPER
                else f"电子签名 {sha256(one.id.encode()).hexdigest()[:16]}",
            )
            for one in refs.officers.values()
        ),
        evidence=tuple(item.sha256 for item in state.evidence),
        contact=CONTACT if kind is DocumentKind.RECORD and case.photos else SiteContact(),
        recorder="王建国" if kind is DocumentKind.RECORD else "",
        publicity=PUBLICITY if kind is DocumentKind.RESULT else "",
        rating=RATED_AT if kind is DocumentKind.RESULT else "",
        sample=True,
    )


def _issuer(kind: DocumentKind) -> str:
    return "鲁历下司" if kind is DocumentKind.COMPLIANCE else "鲁历下市监"


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
    if kind is DocumentKind.CHECKLIST:
        return checklist.build(state, {TABLET: refs}, device_id=TABLET)
    if kind is DocumentKind.RECORDINGS:
        (officer, *_) = refs.officers.values()
        taken_by = {one.event_id: officer for one in state.evidence}
        return files.build(state, refs, device_id=TABLET, taken_by=taken_by, retention="inspection")
    told = result.build(state, refs, device_id=TABLET)
    if kind is DocumentKind.ORDER:
        return order.build(state, refs, device_id=TABLET, result=told) or {}
    if kind is DocumentKind.RECHECK:
        return _recheck(case, state, refs)
    if kind in sample_papers.BUILD:
        return sample_papers.BUILD[kind](case, told)
    if kind is DocumentKind.TRANSFER:
        why = "现场查见的疑似未经许可的屠宰加工，超出本机关管辖范围。"
        return transfer.build(
            state, refs, device_id=TABLET, to="济南市历下区农业农村局", why=why, result=told
        )
    return _service(case, told) if kind is DocumentKind.SERVICE else told


def _recheck(case: Case, state: flow.VisitState, refs: ref.References) -> dict[str, Any]:
    """Of the same problems looked at again: some are put right; a bare case had no report."""
    told = result.build(state, refs, device_id=TABLET)
    ordered = order.build(state, refs, device_id=TABLET, result=told) or {}
    again = replace(
        state,
        answers={
            key: {
                TABLET: replace(answer, answer="conform", severity=None, note="现场查看，已改正。")
                if no % 4
                else answer
            }
            for no, (key, by_tablet) in enumerate(state.answers.items())
            for answer in by_tablet.values()
        },
    )
    return recheck.build(
        again,
        refs,
        device_id=TABLET,
        ordered=recheck.Ordered(
            number="鲁历下市监责改〔2026〕0098号",
            content_hash=content_hash(ordered),
            content=ordered,
            due=date(2026, 11, 18),
            report_no="鲁历下市监整报〔2026〕0061号" if case.photos else "",
            report=sample_papers.report_of(case, told) if case.photos else None,
        ),
    )


def _service(case: Case, told: dict[str, Any]) -> dict[str, Any]:
    served = [
        service.Served(
            title=TITLES[kind].zh,
            number=f"鲁历下市监{ABBREVIATIONS[kind]}〔2026〕0127号",
            content_hash=content_hash(told),
        )
        for kind in (DocumentKind.RESULT, DocumentKind.ORDER)[: 1 + min(case.problems, 1)]
    ]
    is_refused = case.outcome == "refused"
    return service.build(
        told,
        served,
        service.Service(
            method="leaving" if is_refused else "electronic",
            place=told["place"] if is_refused else "明察企业端（https://mingcha.example.gov.cn）",
            sent_at=None if is_refused else BEGUN + timedelta(hours=1, minutes=40),
            opened_at=None if is_refused else BEGUN + timedelta(hours=1, minutes=52),
            served_at=BEGUN + timedelta(hours=2),
            outcome=case.outcome,
            name="" if is_refused else "林小满",
            capacity="" if is_refused else "店长",
            reason="对检查结论有不同意见" if is_refused else "",
            witness="刘见证（泉城路街道办事处）" if is_refused else "",
            proof="" if is_refused else "签收凭据由平台签名，密钥编号 k-2026-1",
        ),
    )


CONTACT = SiteContact(name="林小满", capacity="店长", phone="138****8000")
PUBLICITY = "本次检查结果不向社会公示。"
RATED_AT = "https://mingcha.example.gov.cn/portal/inspections/019a9f3e-5d10-7c3a-8a44-2f5f0c0a7e11"
UNSIGNED = (
    DocumentKind.INTERVIEW,
    DocumentKind.SAMPLING,
    DocumentKind.REPORT,
    DocumentKind.ORDER,
    DocumentKind.RECHECK,
    DocumentKind.TRANSFER,
    DocumentKind.RECORDINGS,
    DocumentKind.COMPLIANCE,
)
"""Those no party has signed when they are made."""
SIGNED_ON_PAPER = (DocumentKind.INTERVIEW, DocumentKind.SAMPLING)
"""Those officers sign by hand as well."""
REFUSABLE = (DocumentKind.RECORD, DocumentKind.CHECKLIST, DocumentKind.SERVICE)
"""Those that show the refusal in a case where the record was refused."""


def _party(kind: DocumentKind, case: Case) -> Party:
    at = BEGUN + timedelta(hours=2)
    if kind in UNSIGNED:
        return Party()
    if kind in REFUSABLE and case.outcome != "signed":
        return Party(
            outcome=case.outcome,
            reason="对检查结论有不同意见",
            witness="刘见证（泉城路街道办事处）",
            at=at,
        )
    return Party(outcome="signed", name="林小满", capacity="店长", at=at, strokes=STROKES)
