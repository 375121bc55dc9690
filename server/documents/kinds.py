"""The kinds of document this server issues. A kind is never renamed: numbers and rows carry it."""

from enum import StrEnum

from shared.text import Text


class DocumentKind(StrEnum):
    """Documents of domain.md §3; the value is also the `content` field of what is signed."""

    NOTICE = "notice"  # D2
    RECORD = "record"  # D3
    RESULT = "result"  # D8


TITLES: dict[DocumentKind, Text] = {
    DocumentKind.NOTICE: Text(zh="行政检查通知书", en="Notice of inspection"),
    DocumentKind.RECORD: Text(zh="现场检查笔录", en="On-site inspection record"),
    DocumentKind.RESULT: Text(zh="行政检查结果告知书", en="Notice of inspection result"),
}

ABBREVIATIONS: dict[DocumentKind, str] = {
    DocumentKind.NOTICE: "检通",
    DocumentKind.RECORD: "检录",
    DocumentKind.RESULT: "检告",
}
"""The part of a document number that says what it is, e.g. `鲁某市监检告〔2026〕0001号`."""
