"""What a transaction changes of the counters of visits: written last, by one statement.

Nothing is read before: how much a counter changes is added to what it is, under the lock that the
change takes; one that is missing begins. What two transactions both want they want in one order:
an agency's own counters by their key, then those of the enterprises. They come after the numbers
of documents, whereas a filing takes its number after its counters: those are of other series, so
neither waits for the other.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import text

from server import driver
from server.database import is_postgresql
from server.driver import Said
from server.models import Retention
from server.work import Work
from server.writing import Beside, as_json


class Weight(StrEnum):
    """What a visit is counted as, the heaviest first; also the columns' names."""

    DONE = "done"
    EXEMPT = "exempt"
    SERVICE = "service"
    OFFSITE = "offsite"


@dataclass(frozen=True, slots=True)
class Changes:
    """How much each counter changes: own ones by (agency, USCC, year), enterprises' without agency.

    What the cap gives back is counted beside the weights, as `FREED`.
    """

    own: dict[tuple[str, str, int], Counter[str]] = field(default_factory=dict)
    whole: dict[tuple[str, int], Counter[str]] = field(default_factory=dict)

    def made(self, agency_id: str, uscc: str, year: int, weight: Weight) -> None:
        """An agency's visit took place."""
        self.own.setdefault((agency_id, uscc, year), Counter())[weight] += 1

    def freed(self, agency_id: str, uscc: str, year: int) -> None:
        """A place under the cap that was kept for a visit to come is kept no longer."""
        self.own.setdefault((agency_id, uscc, year), Counter())[FREED] += 1

    def came(self, uscc: str, year: int, by: Mapping[Weight, int]) -> None:
        """What the enterprise counts changes so; by less than nothing where it counts otherwise."""
        if by:
            self.whole.setdefault((uscc, year), Counter()).update(by)

    def __call__(self, work: Work) -> None:
        own = [
            {"agency_id": agency, "uscc": uscc, "year": year, FREED: by[FREED], **_each(by)}
            for (agency, uscc, year), by in sorted(self.own.items())
        ]
        whole = [
            {"uscc": uscc, "year": year, **_each(by)}
            for (uscc, year), by in sorted(self.whole.items())
        ]
        if work.session.gathers:  # what is left to be written goes with it
            work.session.do_beside(Beside(_AT_ONCE, (as_json(own), as_json(whole))))
            return
        work.session.flush()
        connection = work.session.connection()
        if is_postgresql(connection):
            driver.say(connection, Said(_ALONE, [json.dumps(own), json.dumps(whole)]))
            return
        for row in own:
            connection.execute(text(_OWN_ROW), row)
        for row in whole:
            connection.execute(text(_WHOLE_ROW), row)


FREED = "freed"


def _each(by: Mapping[str, int]) -> dict[str, int]:
    return {str(weight): by[weight] for weight in Weight}


def of(work: Work) -> Changes:
    """The changes of this transaction, to be added to."""
    there = work.at_the_end("counters", Changes(), first=True)
    assert isinstance(there, Changes)  # noqa: S101 -- nobody else goes by this name
    return there


_COUNTS = ", ".join(Weight)
_ADDED = ", ".join(f"{one} = held.{one} + excluded.{one}" for one in Weight)
_KEPT = f"'{Retention.PLAN}', false"
_OWN = f"INSERT INTO visit_counter AS held (agency_id, uscc, year, {_COUNTS}, scheduled, "
_OWN += "retention_class, legal_hold)"
_WHOLE = f"INSERT INTO enterprise_counter AS held (uscc, year, {_COUNTS}, "
_WHOLE += "retention_class, legal_hold)"
_OWN_ROW = f"""
    {_OWN} VALUES (:agency_id, :uscc, :year, :{", :".join(Weight)}, 0, {_KEPT})
    ON CONFLICT (agency_id, uscc, year)
    DO UPDATE SET {_ADDED}, scheduled = max(held.scheduled - :{FREED}, 0)
"""
_WHOLE_ROW = f"""
    {_WHOLE} VALUES (:uscc, :year, :{", :".join(Weight)}, {_KEPT})
    ON CONFLICT (uscc, year) DO UPDATE SET {_ADDED}
"""
# The enterprises' counters wait for the whole of `own`, which the count of it asks for: parts of a
# statement are else carried out in whatever order suits.
_AT_ONCE = (
    f"""counter_news AS (
        SELECT * FROM json_to_recordset($1::json) AS news
            (agency_id text, uscc text, year int, {FREED} int, {" int, ".join(Weight)} int)
    )""",  # noqa: S608 -- names of our own alone
    f"""counter_own AS (
        {_OWN}
        SELECT agency_id, uscc, year, {_COUNTS}, 0, {_KEPT} FROM counter_news
        ORDER BY agency_id, uscc, year
        ON CONFLICT (agency_id, uscc, year) DO UPDATE SET {_ADDED}, scheduled = greatest(0,
            held.scheduled - (
                SELECT {FREED} FROM counter_news AS one
                WHERE (one.agency_id, one.uscc, one.year) = (held.agency_id, held.uscc, held.year)
            )
        )
        RETURNING held.uscc
    )""",  # noqa: S608 -- likewise
    f"""counter_whole AS (
        {_WHOLE}
        SELECT uscc, year, {_COUNTS}, {_KEPT}
        FROM json_populate_recordset(NULL::enterprise_counter, $2::json)
        WHERE (SELECT count(*) FROM counter_own) >= 0
        ORDER BY uscc, year
        ON CONFLICT (uscc, year) DO UPDATE SET {_ADDED}
    )""",  # noqa: S608 -- likewise
)
_ALONE = f"WITH {', '.join(_AT_ONCE)} SELECT WHERE false".encode()
