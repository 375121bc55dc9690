"""Numbers of plans and documents, `槐荫市监检备〔2026〕0001号`: a series per agency, kind and year.

No number is left out or given twice: it is taken under a row lock in the transaction that uses it.
"""

from collections.abc import Iterable

from sqlalchemy import select

from server.database import insert_if_absent
from server.documents.kinds import ABBREVIATIONS
from server.models import Agency, DocumentNumber, Retention
from server.work import Work

PLAN, EMERGENCY = "检备", "急检"
KINDS = (PLAN, EMERGENCY, *ABBREVIATIONS.values())
"""Every kind there is a series of."""


def take(work: Work, agency: Agency, kind: str, year: int) -> str:
    """The next number of a series, for good if the transaction commits."""
    (number,) = take_all(work, agency, kind, year, 1)
    return number


def take_all(work: Work, agency: Agency, kind: str, year: int, count: int) -> list[str]:
    """The next `count` numbers of a series, in their order."""
    work.session.flush()
    _begin(work, [(agency.id, kind, year)])
    series = work.session.scalars(
        select(DocumentNumber)
        .where(
            DocumentNumber.agency_id == agency.id,
            DocumentNumber.kind == kind,
            DocumentNumber.year == year,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    taken, series.next = series.next, series.next + count
    return [written(agency, kind, year, number) for number in range(taken, taken + count)]


def begin_all(work: Work, agency_ids: Iterable[str], years: Iterable[int]) -> None:
    """Begin every series that these agencies could have in these years and do not have yet."""
    wanted = list(years)
    _begin(work, [(a, kind, year) for a in agency_ids for kind in KINDS for year in wanted])


def _begin(work: Work, series: Iterable[tuple[str, str, int]]) -> None:
    first = {"next": 1, "retention_class": str(Retention.TRUST), "legal_hold": False}
    rows = [{"agency_id": a, "kind": kind, "year": y, **first} for a, kind, y in series]
    insert_if_absent(work.session, DocumentNumber, rows)


def written(agency: Agency, kind: str, year: int, number: int) -> str:
    """How a number is printed: region, agency, kind, year in 六角括号, four digits or more."""
    return f"{agency.region_abbr}{agency.abbr}{kind}〔{year}〕{number:04d}号"
