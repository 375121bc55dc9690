"""Numbers of plans and documents, `槐荫市监检备〔2026〕0001号`: a series per agency, kind and year.

No number is left out or given twice: it is taken under a row lock in the transaction that uses it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import text

from server import driver
from server.database import insert_if_absent, is_postgresql
from server.documents.kinds import ABBREVIATIONS
from server.driver import Said
from server.models import Agency, DocumentNumber, Retention
from server.work import Work

PLAN, EMERGENCY = "检备", "急检"
KINDS = (PLAN, EMERGENCY, *ABBREVIATIONS.values())
"""Every kind there is a series of."""
Series = tuple[str, str]
"""A series of a year: (agency's id, kind)."""


def take(work: Work, agency: Agency, kind: str, year: int) -> str:
    """The next number of a series, for good if the transaction commits."""
    (number,) = take_all(work, agency, kind, year, 1)
    return number


def take_all(work: Work, agency: Agency, kind: str, year: int, count: int) -> list[str]:
    """The next `count` numbers of a series, in their order."""
    return take_each(work, agency, [kind] * count, year)


def take_each(work: Work, agency: Agency, kinds: Sequence[str], year: int) -> list[str]:
    """The next number of each of these series, in their order; a kind may come more than once."""
    return take_of_each(work, [(agency, kind) for kind in kinds], year)


def take_of_each(
    work: Work, wanted: Sequence[tuple[Agency, str]], year: int, *, writing: bool = False
) -> list[str]:
    """The same of series of several agencies: all of them are taken at once, in one order.

    `writing`: right after what waits to be written is.
    """
    if not wanted:
        return []
    counts = Counter((agency.id, kind) for agency, kind in wanted)
    moved_on = _moved_on(work, counts, year, writing=writing)
    series = {key: after - counts[key] for key, after in moved_on.items()}
    taken = []
    for agency, kind in wanted:
        taken.append(written(agency, kind, year, series[agency.id, kind]))
        series[agency.id, kind] += 1
    return taken


def _moved_on(
    work: Work, counts: Mapping[Series, int], year: int, *, writing: bool
) -> dict[Series, int]:
    """Move each series on by its count, nobody else's until the commit; returns what is next then.

    One that is missing begins. The rows are locked and changed at once, in the order of their key.
    """
    connection = work.session.connection()
    rows = [
        {"agency_id": agency, "kind": kind, "year": year, "next": 1 + count, **_FIRST}
        for (agency, kind), count in sorted(counts.items())
    ]
    if is_postgresql(connection):
        said = Said(_OF_JSON, [json.dumps(rows, ensure_ascii=False)])
        found = work.session.flush_and_say(said) if writing else driver.say(connection, said)
        return {(agency, kind): after for agency, kind, after in found}
    if writing:
        work.session.flush()
    moved = (connection.execute(text(_OF_ROW), row).one() for row in rows)
    return {(agency, kind): after for agency, kind, after in moved}


_INTO = """INSERT INTO document_number AS held
    (agency_id, kind, year, next, retention_class, legal_hold)"""
_ADDED = """
    ON CONFLICT (agency_id, kind, year) DO UPDATE SET next = held.next + excluded.next - 1
    RETURNING agency_id, kind, next
"""
_OF_JSON = f"""{_INTO}
    SELECT agency_id, kind, year, next, retention_class, legal_hold
    FROM json_populate_recordset(NULL::document_number, $1::json) ORDER BY agency_id, kind
    {_ADDED}""".encode()  # noqa: S608 -- nothing of it is told
_OF_ROW = (
    f"{_INTO} VALUES (:agency_id, :kind, :year, :next, :retention_class, :legal_hold) {_ADDED}"
)
_FIRST = {"retention_class": str(Retention.TRUST), "legal_hold": False}


def begin_all(work: Work, agency_ids: Iterable[str], years: Iterable[int]) -> None:
    """Begin every series that these agencies could have in these years and do not have yet."""
    wanted = list(years)
    _begin(work, [(a, kind, year) for a in agency_ids for kind in KINDS for year in wanted])


def _begin(work: Work, series: Iterable[tuple[str, str, int]]) -> None:
    rows = [{"agency_id": a, "kind": kind, "year": y, "next": 1, **_FIRST} for a, kind, y in series]
    insert_if_absent(work.session, DocumentNumber, rows)


def written(agency: Agency, kind: str, year: int, number: int) -> str:
    """How a number is printed: region, agency, kind, year in 六角括号, four digits or more."""
    return f"{agency.region_abbr}{agency.abbr}{kind}〔{year}〕{number:04d}号"
