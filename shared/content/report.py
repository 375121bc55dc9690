"""Content of the enterprise's report on what it put right (整改报告, first half of D10; R63).

Made of what the enterprise told of each problem of its order, in its own words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.content.order import requirement
from shared.content.parts import minute, of_result


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRight:
    """What was done about one problem of the result, when, and with what to show for it."""

    problem: Mapping[str, Any]
    measure: str
    completed_on: date
    evidence: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The order that is answered, by number and hash; empty where there is none any more."""

    number: str = ""
    content_hash: str = ""
    due: date | None = None


def build(
    result: Mapping[str, Any],
    source: Source,
    items: Sequence[PutRight],
    *,
    name: str,
    capacity: str,
    at: datetime,
) -> dict[str, Any]:
    """Return the report as JSON. `name` and `capacity` are of whoever handed it in at `at`."""
    return {
        **of_result(result, "report"),
        "inspected_on": result["inspected_on"],
        "order": {
            "number": source.number,
            "content_hash": source.content_hash,
            "due": source.due.isoformat() if source.due else "",
        },
        "items": [
            {
                "point_no": one.problem["point_no"],
                "title": one.problem["title"],
                "fact": one.problem["note"],
                "requirement": requirement(one.problem),
                "measure": one.measure,
                "completed_on": one.completed_on.isoformat(),
                "evidence": list(one.evidence),
            }
            for one in items
        ],
        "reported_by": {"name": name, "capacity": capacity},
        "reported_at": minute(at),
    }
