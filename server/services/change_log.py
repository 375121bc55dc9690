"""Reading what tablets are sent: the log below the safe line, the objects behind it.

On PostgreSQL a transaction may commit after a later one, so only what lies below the oldest
running transaction is told: nothing that commits can have been passed by. Every query walks an
index from where the tablet stands and stops at the page's end.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Select,
    Text,
    bindparam,
    cast,
    exists,
    func,
    select,
    text,
    tuple_,
    union_all,
)

from server.database import is_postgresql, rows_of
from server.models import ChangeLog, SyncObject, SyncScope
from server.services.cursors import Position
from server.work import Work

ObjectKey = tuple[str, str]
NO_LINE = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How far the log can be told now: transactions below `below`; `head` is beyond everything."""

    start: Position
    below: int
    head: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the log."""

    at: Position
    key: ObjectKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An object as it is now; `held` tells whether one of the asked scopes still holds it.

    `text` is its data as JSON: what the database keeps goes out as it is.
    """

    version: int
    text: str
    held: bool


def line(work: Work) -> Line:
    """Where the log may be read up to at this moment."""
    if is_postgresql(work.session.connection()):
        lowest, highest = rows_of(work.session, _SNAPSHOT, {}).one()
        return Line(
            start=Position(xid=lowest, seq=0),
            below=lowest,
            head=Position(xid=highest, seq=NO_LINE),
        )
    newest = rows_of(work.session, _NEWEST, {}).scalar() or 0
    here = Position(xid=0, seq=newest)
    return Line(start=here, below=NO_LINE, head=here)


_SNAPSHOT = text(
    "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint "
    "FROM pg_current_snapshot() AS s"
)
_NEWEST = select(func.max(ChangeLog.seq))


def since(
    work: Work, scopes: Collection[str], after: Position, below: int, limit: int
) -> list[Entry]:
    """At most `limit` entries for `scopes` after a position, in the log's order."""
    told = {"xid": after.xid, "seq": after.seq, "below": below, "limit": limit}
    rows = work.session.execute(_since(len(scopes)), told | _numbered(scopes))
    return [
        Entry(at=Position(xid=xid, seq=seq), key=(kind, object_id))
        for xid, seq, kind, object_id in rows
    ]


def held(work: Work, scopes: Collection[str], after: ObjectKey, limit: int) -> list[ObjectKey]:
    """At most `limit` objects that `scopes` hold, each once, in the order of (kind, id)."""
    if not scopes:
        return []
    told = {"kind": after[0], "id": after[1], "limit": limit}
    rows = work.session.execute(_held(len(scopes)), told | _numbered(scopes))
    return [(kind, object_id) for kind, object_id in rows]


def objects(
    work: Work, keys: Collection[ObjectKey], scopes: Collection[str]
) -> dict[ObjectKey, Seen]:
    """The present state of objects, and whether `scopes` hold them."""
    if not keys:
        return {}
    if is_postgresql(work.session.connection()):
        rows = _objects_of_arrays(work, keys, scopes)
    else:
        rows = _objects_one_by_one(work, keys, scopes)
    return {
        (kind, id_): Seen(version=version, text=text_, held=bool(is_held))
        for kind, id_, version, text_, is_held in rows
    }


_OBJECTS = text(
    "SELECT o.kind, o.id, o.version, o.data::text, NOT o.deleted AND EXISTS ("
    "SELECT 1 FROM sync_scope AS s WHERE s.kind = o.kind AND s.object_id = o.id "
    "AND s.scope_key = ANY (CAST(:scopes AS text[]))) "
    "FROM unnest(CAST(:kinds AS text[]), CAST(:ids AS text[])) AS wanted (kind, id) "
    "JOIN sync_object AS o ON o.kind = wanted.kind AND o.id = wanted.id"
)
"""Two lists instead of a thousand values: a page of keys costs as much as a few do."""


def _objects_of_arrays(
    work: Work, keys: Collection[ObjectKey], scopes: Collection[str]
) -> Iterable[Any]:
    told = {
        "kinds": [kind for kind, _ in keys],
        "ids": [id_ for _, id_ in keys],
        "scopes": sorted(scopes),
    }
    return rows_of(work.session, _OBJECTS, told)


def _objects_one_by_one(
    work: Work, keys: Collection[ObjectKey], scopes: Collection[str]
) -> Iterable[Any]:
    in_scope = exists().where(
        SyncScope.kind == SyncObject.kind,
        SyncScope.object_id == SyncObject.id,
        SyncScope.scope_key.in_(sorted(scopes)),
    )
    return work.session.execute(
        select(
            SyncObject.kind,
            SyncObject.id,
            SyncObject.version,
            cast(SyncObject.data, Text),
            (in_scope & SyncObject.deleted.is_(False)).label("held"),
        ).where(tuple_(SyncObject.kind, SyncObject.id).in_(sorted(keys)))
    )


def _numbered(scopes: Collection[str]) -> dict[str, str]:
    return {f"scope{number}": scope for number, scope in enumerate(sorted(scopes))}


@cache
def _since(scopes: int) -> Select[Any]:
    """The statement for so many scopes, put together once: a pull is asked for all day long."""
    parts = [
        select(ChangeLog.xid, ChangeLog.seq, ChangeLog.kind, ChangeLog.object_id)
        .where(
            ChangeLog.scope_key == bindparam(f"scope{number}"),
            tuple_(ChangeLog.xid, ChangeLog.seq) > tuple_(bindparam("xid"), bindparam("seq")),
            ChangeLog.xid < bindparam("below"),
        )
        .order_by(ChangeLog.xid, ChangeLog.seq)
        .limit(bindparam("limit"))
        for number in range(scopes)
    ]
    found = _merged(parts)
    return select(found).order_by(found.c.xid, found.c.seq).limit(bindparam("limit"))


@cache
def _held(scopes: int) -> Select[Any]:
    parts = [
        select(SyncScope.kind, SyncScope.object_id)
        .where(
            SyncScope.scope_key == bindparam(f"scope{number}"),
            tuple_(SyncScope.kind, SyncScope.object_id)
            > tuple_(bindparam("kind"), bindparam("id")),
        )
        .order_by(SyncScope.kind, SyncScope.object_id)
        .limit(bindparam("limit"))
        for number in range(scopes)
    ]
    found = _merged(parts)
    ordered = select(found).distinct().order_by(found.c.kind, found.c.object_id)
    return ordered.limit(bindparam("limit"))


def _merged(parts: Sequence[Any]) -> Any:
    return union_all(*(select(part.subquery()) for part in parts)).subquery()
