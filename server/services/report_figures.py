"""What is said of a compliance report outside its paper: period, day, counts, as signed."""

from dataclasses import dataclass
from datetime import date, datetime

from server.models import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The first page in numbers. `as_of` is the moment of the picture; nothing later is in it."""

    enterprise: str
    uscc: str
    since: date
    until: date
    as_of: datetime
    all: int
    listed: int
    left_out: int
    no_problem: int
    with_problems: int
    without_conclusion: int
    findings: int
    closed: int
    open: int


def of(document: Document) -> Figures:
    """The figures of a document that is a compliance report."""
    content = document.content
    return Figures(
        enterprise=content["enterprise"]["name"],
        uscc=content["enterprise"]["uscc"],
        since=date.fromisoformat(content["period"]["since"]),
        until=date.fromisoformat(content["period"]["until"]),
        as_of=document.made_at,
        **content["counts"],
    )
