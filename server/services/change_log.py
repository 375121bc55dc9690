"""Reading what tablets are sent: the log below the safe line, the objects behind it.

On PostgreSQL a transaction may commit after a later one, so only what lies below the oldest
running transaction is told: nothing that commits can have been passed by. Every query walks an
index from where the tablet stands and stops at the page's end.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    text,
    tuple_,
    type_coerce,
    union_all,
)

from server.database import is_postgresql, rows_of
from server.glances import Row, glance
from server.models import ChangeLog, SyncObject, SyncScope
from server.services import page_statements
from server.services.cursors import Position
from server.work import Work

ObjectKey = tuple[str, str]
NO_LINE = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How far the log can be told now: what is before `start` is; `head` is beyond everything."""

    start: Position
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`op` is `upsert`, with the object's present state as JSON in `text`, or `delete`."""

    kind: str
    id: str
    version: int
    op: str
    text: str | None

    @property
    def data(self) -> Mapping[str, Any] | None:
        """The state, read."""
        return None if self.text is None else json.loads(self.text)

    def written(self) -> str:
        """As it travels."""
        data = "" if self.text is None else f',"data":{self.text}'
        return (
            f'{{"kind":{json.dumps(self.kind)},"id":{json.dumps(self.id)},'
            f'"version":{self.version},"op":"{self.op}"{data}}}'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Changes as they travel, in pieces between which commas go; nobody here need read them."""

    count: int
    pieces: Sequence[bytes]

    @classmethod
    def of(cls, changes: Sequence[Change]) -> "Changes":
        return cls(count=len(changes), pieces=[one.written().encode() for one in changes])

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Change]:
        """Each, read."""
        for one in json.loads(b"[%b]" % b",".join(self.pieces)):
            data = one.pop("data", None)
            text = None if data is None else json.dumps(data, ensure_ascii=False)
            yield Change(**one, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A page of the log: where its last entry stands, and whether there is another page."""

    changes: Changes
    last: Position | None
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A page of scopes that are handed over or taken back: the last object that was looked at."""

    changes: Changes
    last: ObjectKey | None
    more: bool


NO_CHANGES = Changes(count=0, pieces=())
NOTHING = Told(changes=NO_CHANGES, last=None, more=False)
NOTHING_HANDED = Handed(changes=NO_CHANGES, last=None, more=False)


def change(key: ObjectKey, seen: Seen | None) -> Change:
    """An object as a change: what is not held is gone."""
    if seen is None or not seen.held:
        version = seen.version if seen else 0
        return Change(kind=key[0], id=key[1], version=version, op="delete", text=None)
    return Change(kind=key[0], id=key[1], version=seen.version, op="upsert", text=seen.text)


def line(work: Work) -> Line:
    """Where the log may be read up to at this moment."""
    postgresql = is_postgresql(work.session.connection())
    low, high = work.session.execute(select(*edges(postgresql=postgresql))).one()
    return line_of(low, high, postgresql=postgresql)


def edges(*, postgresql: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The same as part of a query: what `line_of` makes a line of."""
    if postgresql:
        return (
            literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger),
            literal_column("pg_snapshot_xmax(pg_current_snapshot())::text::bigint", BigInteger),
        )
    newest = select(func.coalesce(func.max(ChangeLog.seq), 0)).scalar_subquery()
    return newest, newest


def line_of(low: int, high: int, *, postgresql: bool) -> Line:
    if postgresql:
        return Line(start=Position(xid=low, seq=0), head=Position(xid=high, seq=NO_LINE))
    here = Position(xid=0, seq=low)
    return Line(start=here, head=here)


def changed(work: Work, scopes: Collection[str], after: Position, limit: int) -> Told:
    """A page of what changed for `scopes` after a position, each object as it is now.

    PostgreSQL writes the page itself; nothing of it is read here.
    """
    if is_postgresql(work.session.get_bind()):
        asked = asked_of_changed(scopes, after, limit)
        found = glance(work.session, page_statements.CHANGED, asked)
        return changed_of(limit, found) if found else NOTHING
    entries = since(work, scopes, after, NO_LINE, limit + 1)
    more, entries = len(entries) > limit, entries[:limit]
    if not entries:
        return NOTHING
    keys = list(dict.fromkeys(entry.key for entry in entries))
    states = objects(work, keys, scopes)
    changes = Changes.of([change(key, states.get(key)) for key in keys])
    return Told(changes=changes, last=entries[-1].at, more=more)


def granted(
    work: Work,
    moved: Collection[str],
    then: Collection[str],
    after: ObjectKey,
    limit: int,
    *,
    tell_gone: bool,
) -> Handed:
    """A page of what `moved` scopes hold after an object, for who has the scopes `then`.

    What those hold comes, the rest goes; `tell_gone` is for who may have it.
    """
    if not moved:
        return NOTHING_HANDED
    if is_postgresql(work.session.get_bind()):
        asked = {
            "moved": sorted(moved),
            "scopes": sorted(then),
            "kind": after[0],
            "id": after[1],
            "limit": limit,
            "tell_gone": tell_gone,
        }
        found = glance(work.session, page_statements.GRANTED, asked)
        return _handed_of(limit, found) if found else NOTHING_HANDED
    keys = held(work, moved, after, limit + 1)
    more, keys = len(keys) > limit, keys[:limit]
    states = objects(work, keys, then)
    changes = Changes.of(
        [
            change(key, states.get(key))
            for key in keys
            if tell_gone or (key in states and states[key].held)
        ]
    )
    return Handed(changes=changes, last=keys[-1] if keys else None, more=more)


def asked_of_changed(scopes: Collection[str], after: Position, limit: int) -> Mapping[str, Any]:
    """What `page_statements.CHANGED` is told."""
    return {"scopes": sorted(scopes), "xid": after.xid, "seq": after.seq, "limit": limit}


def changed_of(limit: int, found: Sequence[Row]) -> Told:
    """What it found: at least one row."""
    _, entries, xid, seq, *_ = found[0]
    return Told(changes=_whole(found), last=Position(xid=xid, seq=seq), more=entries > limit)


def _handed_of(limit: int, found: Sequence[Row]) -> Handed:
    _, keys, kind, id_, *_ = found[0]
    there = [row for row in found if row[0] is not None]
    return Handed(changes=_whole(there), last=(kind, id_), more=keys > limit)


def _whole(found: Sequence[Row]) -> Changes:
    """The pieces of a page, which come in any order."""
    pieces = sorted([(row[0], row[-2], row[-1]) for row in found])
    return Changes(
        count=sum([told for _, told, _ in pieces]), pieces=[written for *_, written in pieces]
    )


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
    "SELECT o.kind, o.id, o.version, o.data, NOT o.deleted AND EXISTS ("
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
            type_coerce(SyncObject.data, Text),
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
