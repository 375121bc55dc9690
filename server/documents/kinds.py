"""The kinds of document this server issues. A kind is never renamed: numbers and rows carry it."""

from enum import StrEnum

from shared.text import Text


class DocumentKind(StrEnum):
    """Documents of domain.md §3; the value is also the `content` field of what is signed."""

    APPROVAL = "approval"  # D1
    NOTICE = "notice"  # D2
    RECORD = "record"  # D3
    RESULT = "result"  # D8


TITLES: dict[DocumentKind, Text] = {
    DocumentKind.APPROVAL: Text(zh="行政检查审批表", en="Approval of an inspection"),
    DocumentKind.NOTICE: Text(zh="行政检查通知书", en="Notice of inspection"),
    DocumentKind.RECORD: Text(zh="现场检查笔录", en="On-site inspection record"),
    DocumentKind.RESULT: Text(zh="行政检查结果告知书", en="Notice of inspection result"),
}

ABBREVIATIONS: dict[DocumentKind, str] = {
    DocumentKind.APPROVAL: "检审",
    DocumentKind.NOTICE: "检通",
    DocumentKind.RECORD: "检录",
    DocumentKind.RESULT: "检告",
}
"""The part of a document number that says what it is, e.g. `鲁某市监检告〔2026〕0001号`."""

OF_A_VISIT = (DocumentKind.NOTICE, DocumentKind.RECORD, DocumentKind.RESULT)
"""Those a visit itself is told by: their content was signed on the tablet."""

DRAWN_WHEN_WANTED = (DocumentKind.APPROVAL,)
"""Inner documents that come by the thousand and of which few are ever looked at."""
