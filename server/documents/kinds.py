"""The kinds of document this server issues. A kind is never renamed: numbers and rows carry it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from shared.content import parts
from shared.text import Text


class DocumentKind(StrEnum):
    """Documents of domain.md; the value is also the `content` field of what is signed."""

    APPROVAL = "approval"  # D1
    NOTICE = "notice"  # D2
    RECORD = "record"  # D3
    CHECKLIST = "checklist"  # D4
    INTERVIEW = "interview"  # D5
    SAMPLING = "sampling"  # D6
    ORDER = "order"  # D7
    RESULT = "result"  # D8
    SERVICE = "service"  # D9
    REPORT = "report"  # D10, by the enterprise
    RECHECK = "recheck"  # D10
    TRANSFER = "transfer"  # D11
    RECORDINGS = "recordings"  # D12
    COMPLIANCE = "compliance"  # domain.md §5: one report in place of many certificates


TITLES: dict[DocumentKind, Text] = {
    DocumentKind.APPROVAL: Text(zh="行政检查审批表", en="Approval of an inspection"),
    DocumentKind.NOTICE: Text(zh="行政检查通知书", en="Notice of inspection"),
    DocumentKind.RECORD: Text(zh="现场检查笔录", en="On-site inspection record"),
    DocumentKind.CHECKLIST: Text(zh="行政检查要点表", en="Inspection checklist"),
    DocumentKind.INTERVIEW: Text(zh="询问笔录", en="Record of questioning"),
    DocumentKind.SAMPLING: Text(zh="勘验（抽样取证）笔录", en="Record of a survey or sampling"),
    DocumentKind.ORDER: Text(zh="责令限期改正通知书", en="Order to rectify"),
    DocumentKind.RESULT: Text(zh="行政检查结果告知书", en="Notice of inspection result"),
    DocumentKind.SERVICE: Text(zh="送达回证", en="Proof of service"),
    DocumentKind.REPORT: Text(zh="整改报告", en="Report on rectification"),
    DocumentKind.RECHECK: Text(zh="整改复查意见书", en="Opinion on a recheck"),
    DocumentKind.TRANSFER: Text(zh="案件移送函", en="Letter handing over a case"),
    DocumentKind.RECORDINGS: Text(zh="音像记录清单", en="List of recordings"),
    DocumentKind.COMPLIANCE: Text(zh="涉企检查合规报告", en="Compliance report on inspections"),
}

OFFSITE_RECORD = Text(zh="非现场检查记录", en="Off-site inspection record")


def title(kind: DocumentKind, content: Mapping[str, Any]) -> Text:
    """What a document is called; a record that nobody was on site for does not say so."""
    if kind is DocumentKind.RECORD and parts.is_offsite(content):
        return OFFSITE_RECORD
    return TITLES[kind]


ABBREVIATIONS: dict[DocumentKind, str] = {
    DocumentKind.APPROVAL: "检审",
    DocumentKind.NOTICE: "检通",
    DocumentKind.RECORD: "检录",
    DocumentKind.CHECKLIST: "检表",
    DocumentKind.INTERVIEW: "检询",
    DocumentKind.SAMPLING: "检样",
    DocumentKind.ORDER: "责改",
    DocumentKind.RESULT: "检告",
    DocumentKind.SERVICE: "检达",
    DocumentKind.REPORT: "整报",
    DocumentKind.RECHECK: "检复",
    DocumentKind.TRANSFER: "检移",
    DocumentKind.RECORDINGS: "检像",
    DocumentKind.COMPLIANCE: "合报",
}
"""The part of a document number that says what it is, e.g. `鲁某市监检告〔2026〕0001号`."""

SIGNED_IN_A_VISIT = (DocumentKind.NOTICE, DocumentKind.RECORD, DocumentKind.RESULT)
"""Those a visit itself is told by: their content was signed on the tablet."""

DRAWN_WHEN_WANTED = (
    DocumentKind.APPROVAL,
    DocumentKind.CHECKLIST,
    DocumentKind.SERVICE,
    DocumentKind.RECORDINGS,
    DocumentKind.REPORT,
)
"""Inner documents that come by the thousand and of which few are ever looked at."""

SIGNED_ON_EACH_PAGE: dict[DocumentKind, str] = {
    DocumentKind.RECORD: "当事人签名",
    DocumentKind.INTERVIEW: "被询问人签名",
}
"""Whose name stands at the foot of each page."""

BY_ITSELF = (
    DocumentKind.SERVICE,
    DocumentKind.INTERVIEW,
    DocumentKind.SAMPLING,
    DocumentKind.REPORT,
    DocumentKind.COMPLIANCE,
)
"""Those that follow from an act of their own: a newer result does not take their place."""

NOT_FOR_THE_ENTERPRISE = (
    DocumentKind.APPROVAL,
    DocumentKind.INTERVIEW,
    DocumentKind.TRANSFER,
)
"""Inner ones: of an inspection still to come, what one person said, from authority to authority."""
