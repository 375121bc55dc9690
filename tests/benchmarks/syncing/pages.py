"""A long change log, and tablets that stand anywhere in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from sqlalchemy import select

from server.models import SyncObject
from server.services import asking_tablets, epochs
from server.services.cursors import Cursor, Position, write
from server.services.publishing import agency_scope
from server.work import open_work
from tests.benchmarks.syncing.load import Step
from tests.benchmarks.syncing.place import Place
from tests.server.sync_world import HOME, as_tablet

A_TRANSACTION = 1_000
PAGE = 500
PULL = "/api/v1/sync/pull"

FILL = (
    """INSERT INTO sync_object (kind, id, version, data, deleted, changed_at)
       SELECT 'task', 'more-' || n, 1,
              (%(data)s::jsonb || jsonb_build_object('id', 'more-' || n, 'no', '检任' || n))::text,
              false, now()
       FROM generate_series(%(first)s::int, %(last)s::int) n""",
    """INSERT INTO sync_scope (scope_key, kind, object_id)
       SELECT %(scope)s, 'task', 'more-' || n
       FROM generate_series(%(first)s::int, %(last)s::int) n""",
    """INSERT INTO change_log (xid, scope_key, kind, object_id, at)
       SELECT pg_current_xact_id()::text::bigint, %(scope)s, 'task', 'more-' || n, now()
       FROM generate_series(%(first)s::int, %(last)s::int) n""",
)


@dataclass(frozen=True)
class Pages:
    """`positions` are those of all changes, in the log's order."""

    place: Place
    positions: Sequence[Position]

    def pulling(self, number: int, position: Position, **headers: str) -> Step:
        """A pull by one of the tablets, which stands at `position`."""
        tablet = self.place.tablets[number % len(self.place.tablets)]
        path = f"{PULL}?cursor={self._cursor(tablet, position)}&limit={PAGE}"
        return self.place.step(tablet, "GET", path, **headers)

    def _cursor(self, tablet: str, position: Position) -> str:
        with open_work(self.place.parts, as_tablet(tablet)) as work:
            at = Cursor(
                device_id=tablet,
                epoch=epochs.current(work),
                scopes=asking_tablets.find(work).scopes,
                position=position,
            )
            return write(at, work.secrets.cursor)


def fill(found: Place, changes: int) -> Pages:
    """So many tasks, each a change of its own, in many transactions."""
    with open_work(found.parts, as_tablet()) as work:
        data = work.session.scalars(
            select(SyncObject.data).where(SyncObject.kind == "task").limit(1)
        ).one()
    told = {"data": json.dumps(data), "scope": agency_scope(HOME)}
    with psycopg.connect(found.database) as connection:
        for first in range(1, changes, A_TRANSACTION):
            for statement in FILL:
                last = first + A_TRANSACTION - 1
                connection.execute(statement, {**told, "first": first, "last": last})
            connection.commit()
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
        rows = connection.execute(
            "SELECT xid, seq FROM change_log WHERE object_id LIKE 'more-%' ORDER BY xid, seq"
        ).fetchall()
    return Pages(place=found, positions=[Position(xid=xid, seq=seq) for xid, seq in rows])
