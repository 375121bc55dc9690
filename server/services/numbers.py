"""Numbers of plans and documents, `槐荫市监检备〔2026〕0001号`: a series per agency, kind and year.

No number is left out or given twice: it is taken under a row lock in the transaction that uses it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import bindparam, select, update

from server.database import any_of, insert_if_absent, rows_of
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
    return take_each(work, agency, [kind] * count, year)


def take_each(work: Work, agency: Agency, kinds: Sequence[str], year: int) -> list[str]:
    """The next number of each of these series, in their order; a kind may come more than once."""
    series = _locked(work, agency, set(kinds), year)
    taken = []
    for kind in kinds:
        taken.append(written(agency, kind, year, series[kind]))
        series[kind] += 1
    for count, of_kinds in _by_count(kinds).items():
        told = {"agency": agency.id, "kinds": of_kinds, "in_year": year, "count": count}
        work.session.connection().execute(_TAKEN, told)
    return taken


def _by_count(kinds: Sequence[str]) -> dict[int, list[str]]:
    """How often a kind comes → the kinds."""
    found: dict[int, list[str]] = {}
    for kind, count in Counter(kinds).items():
        found.setdefault(count, []).append(kind)
    return found


def _locked(work: Work, agency: Agency, kinds: Collection[str], year: int) -> dict[str, int]:
    """The next numbers, nobody else's until the commit; series that are missing begin."""
    wanted = {"agency": agency.id, "kinds": kinds, "in_year": year}
    found = dict(rows_of(work.session, _SERIES, wanted).all())
    if len(found) < len(kinds):
        _begin(work, [(agency.id, kind, year) for kind in sorted(kinds) if kind not in found])
        found = dict(rows_of(work.session, _SERIES, wanted).all())
    return found


_WANTED = (
    DocumentNumber.agency_id == bindparam("agency"),
    any_of(DocumentNumber.kind, "kinds"),
    DocumentNumber.year == bindparam("in_year"),
)
_SERIES = (
    select(DocumentNumber.kind, DocumentNumber.next)
    .where(*_WANTED)
    .order_by(DocumentNumber.kind)
    .with_for_update()
)
_TAKEN = (
    update(DocumentNumber).where(*_WANTED).values(next=DocumentNumber.next + bindparam("count"))
)


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
