"""Makes an empty database one that can serve: tables, key set, first epoch, known holidays.

Safe to repeat at every start; it never changes what is there. A database whose keys or whose epoch
are another server's is refused (`ForeignKeys`, `ForeignDatabase`).
"""

from sqlalchemy import select

from server import database_schema, own_database
from server.models import Epoch, HolidayYear
from server.principal import SYSTEM
from server.services import (
    day_turns,
    epochs,
    holidays,
    key_checks,
    partitions,
    platform_keys,
)
from server.work import Parts, Work, open_work
from shared.localtime import local_day
from shared.workdays import seed

YEARS_AROUND = 2


def found(parts: Parts) -> None:
    """Bring the database to where a server can start."""
    database_schema.upgrade(parts)
    with open_work(parts, SYSTEM) as work:
        key_checks.require(work)
        platform_keys.ensure(work)
        if work.session.scalar(select(Epoch.no).limit(1)) is None:
            epochs.begin(work, "founded")
            day_turns.end(work, local_day(work.now))  # nothing has changed with this day
        else:
            own_database.require(parts, work)
        _holidays(work)
        epoch = epochs.current(work)
    own_database.note(parts, epoch)
    with open_work(parts, SYSTEM) as work:
        partitions.make_ahead(work)


def _holidays(work: Work) -> None:
    known = set(work.session.scalars(select(HolidayYear.year)))
    around = range(work.now.year - YEARS_AROUND, work.now.year + YEARS_AROUND)
    for year in (year for year in around if year not in known):
        announced = seed(year)
        if announced is None:
            continue
        holidays.begin_with(work, announced)
    holidays.publish(work)
