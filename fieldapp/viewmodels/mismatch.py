"""A code of another enterprise at the door: what it is of, beside what the task is of."""

from fieldapp.flow.scanning import CodeReading
from fieldapp.language import _
from fieldapp.viewmodels.parts import Fact
from fieldapp.viewmodels.visit import Visit


def seen_uscc(found: CodeReading | None) -> str:
    """The credit code of the wrong enterprise that was scanned; empty before a scan."""
    seen = found.payload.get("seen", "") if found else ""
    return str(seen).partition("/")[0]


def name_of(visit: Visit, uscc: str) -> str:
    """The enterprise's name as far as the tablet knows it, else its code."""
    known = visit.refs.enterprises.get(uscc) or visit.known_now(uscc)
    return known.name if known else uscc


def both(visit: Visit, found: CodeReading | None) -> tuple[Fact, ...]:
    """The task's enterprise and place, and the enterprise that was scanned."""
    uscc = seen_uscc(found)
    return (
        Fact(name=_("任务企业"), value=name_of(visit, visit.task.uscc)),
        Fact(name=_("任务地点"), value=visit.premise.address if visit.premise else ""),
        Fact(name=_("扫到企业"), value=name_of(visit, uscc)),
        Fact(name=_("扫到代码"), value=uscc),
    )
