"""The months of the event table, made ahead (PostgreSQL): what came in a month lies together.

Rows that no month takes go to the default partition, so nothing is ever refused for want of one;
a month that rows wait for there cannot be made any more and is left out. SQLite has no partitions.
"""

import logging
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server.database import is_postgresql
from server.work import Work

log = logging.getLogger(__name__)
AHEAD = 3
LOCK = 0x7061_7274  # any number of our own: one process at a time


def make_ahead(work: Work) -> list[str]:
    """Make the partitions of this month and the next `AHEAD`; returns those that were missing."""
    connection = work.session.connection()
    if not is_postgresql(connection):
        return []
    work.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    return [name for n in range(AHEAD + 1) if (name := _make(work, _month(work.now, n)))]


def _month(now: datetime, further: int) -> datetime:
    """The first moment (UTC) of the month that is so many further."""
    months = now.astimezone(UTC).year * 12 + now.astimezone(UTC).month - 1 + further
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _make(work: Work, first: datetime) -> str | None:
    name = f"trace_event_{first:%Y_%m}"
    if work.session.scalar(text("SELECT to_regclass(:name)"), {"name": name}) is not None:
        return None
    # A definition takes no parameters; both bounds and the name are ours alone.
    statement = text(
        f"CREATE TABLE {name} PARTITION OF trace_event "
        f"FOR VALUES FROM ('{first.isoformat()}') TO ('{_month(first, 1).isoformat()}')"
    )
    try:
        with work.session.begin_nested():
            work.session.execute(statement)
    except IntegrityError:
        log.warning("events of %s lie in the default partition already: %s", first.date(), name)
        return None
    return name
