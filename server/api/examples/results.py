"""Examples of /results: what became public and what was taken down."""

from collections.abc import Mapping

from server.api.example import Example
from server.api.examples.cast import AGENCY, FIRM, USCC

ID, OLD = "01a1f6e7-5c40-73b5-a539-b994a5e27d6e", "01a1c367-c440-71c6-b09d-99cc5fe7e49d"
RESULT = {
    "agency": AGENCY,
    "enterprise": FIRM,
    "uscc": USCC,
    "inspected_on": "2026-11-20",
    "conclusion": "未发现问题",
    "number": "历下市监检告〔2026〕0022号",
    "published_on": "2026-12-05",
    "replaces": OLD,
}
PUBLISHED = {"id": ID, "change": "published", "at": "2026-12-04T16:05:00+00:00", "result": RESULT}
WITHDRAWN = {"id": OLD, "change": "withdrawn", "at": "2026-12-04T16:05:00+00:00", "result": None}
EXAMPLES: Mapping[str, Example] = {
    "results.Results.get": Example(
        asked={"after": 0, "limit": 200},
        told={"changes": [WITHDRAWN, PUBLISHED], "next": 217, "more": False},
    ),
}
