"""The only writer of what tablets are sent: objects, their versions, their scopes, the change log.

    publish(work, "task", task.id, data, {"officer:1", "officer:2"})

A scope key is `*`, `agency:<id>`, `officer:<id>` or `device:<id>`. Publishing the same data again
changes nothing; new data is a new version for everybody who holds the object; a new scope is a
change for that scope alone. No version is ever changed, taken back, or given a second time: a
restored server counts on above what it may have given out after its backup.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    delete,
    select,
)

from server.asking_ahead import Question
from server.database import any_of, insert_all, insert_if_absent, is_postgresql, rows_of
from server.models import ChangeLog, SyncObject, SyncObjectVersion, SyncScope
from server.services import epochs
from server.work import Work
from shared.canonical import canonical
from shared.errors import Conflict

EVERYBODY = "*"
AT_ONCE = 400  # keys in one query: SQLite binds no more than 32,766 values
ObjectKey = tuple[str, str]
XID = "pg_current_xact_id()::text::bigint"
"""This transaction's number: what makes a cursor safe when commits overtake each other."""
HOLDERS = "JOIN sync_scope AS held ON held.kind = news.kind AND held.object_id = news.object_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """An object as it is from now on, and who is to hold it besides those who do."""

    kind: str
    id: str
    data: Mapping[str, Any]
    scopes: frozenset[str]
    version: int | None = None
    """Its own version, for what has one (checklists); else the next one is counted here."""

    @property
    def key(self) -> ObjectKey:
        return self.kind, self.id


def agency_scope(agency_id: str) -> str:
    return f"agency:{agency_id}"


def officer_scope(officer_id: str) -> str:
    return f"officer:{officer_id}"


def device_scope(device_id: str) -> str:
    return f"device:{device_id}"


def publish(
    work: Work, kind: str, object_id: str, data: Mapping[str, Any], scopes: Collection[str]
) -> int:
    """Make `data` the present state of an object and add holders; returns its version."""
    publication = Publication(kind=kind, id=object_id, data=data, scopes=frozenset(scopes))
    return publish_all(work, [publication])[kind, object_id]


def is_known(work: Work, kind: str, object_id: str) -> bool:
    """Whether an object was ever published: else there is nobody to tell of a change."""
    return work.session.get(SyncObject, (kind, object_id)) is not None


def publish_all(work: Work, publications: Sequence[Publication]) -> dict[ObjectKey, int]:
    """Many at once, in a number of queries that does not grow with them; versions by (kind, id).

    Of one object only one publication may be given.
    """
    versions: dict[ObjectKey, int] = {}
    for some in _slices(sorted(publications, key=lambda one: one.key)):
        versions |= _publish_some(work, some)
    return versions


def hold(work: Work, keys: Collection[ObjectKey]) -> None:
    """Lock objects until the commit, in the order in which publishing does.

    Whoever takes them from somebody because nobody needs them must hold them before asking that.
    """
    work.session.flush()
    work.session.execute(_OBJECTS, _named(keys)).all()


def withdraw(work: Work, kind: str, object_id: str, scopes: Collection[str]) -> None:
    """Take an object from holders of `scopes`; others keep it, and every version stays."""
    work.session.flush()
    held = _scopes_of(work, [(kind, object_id)]).get((kind, object_id), set())
    gone = held.intersection(scopes)
    work.session.execute(
        delete(SyncScope).where(
            SyncScope.kind == kind, SyncScope.object_id == object_id, SyncScope.scope_key.in_(gone)
        )
    )
    _log(work, [(scope, kind, object_id) for scope in gone])


def remove(work: Work, kind: str, object_id: str) -> None:
    """End an object for everybody; a later `publish` brings it back as a new version."""
    work.session.flush()
    held = work.session.get(SyncObject, (kind, object_id), with_for_update=True)
    if held is None or held.deleted:
        return
    held.deleted, held.changed_at = True, work.now
    scopes = _scopes_of(work, [(kind, object_id)]).get((kind, object_id), set())
    _log(work, [(scope, kind, object_id) for scope in scopes])


def _publish_some(work: Work, some: Sequence[Publication]) -> dict[ObjectKey, int]:
    held, counted = _locked(work, some)
    changed = [one for one in some if _differs(held[one.key], one)]
    for one in changed:
        row = held[one.key]
        row.version = _next_version(row, one, counted)
        row.data, row.deleted = dict(one.data), False
        row.changed_at = work.now
    if not work.session.gathers:
        work.session.flush()
    _keep_versions(work, [held[one.key] for one in changed])
    if is_postgresql(work.session.connection()) and not any(one.scopes for one in some):
        _log_for_holders(work, [one.key for one in changed])
    else:
        scopes = _scopes_of(work, [one.key for one in some])
        _grant(work, some, scopes)
        _log(work, _changes(some, {one.key for one in changed}, scopes))
    return {one.key: held[one.key].version for one in some}


def _locked(work: Work, some: Sequence[Publication]) -> tuple[dict[ObjectKey, SyncObject], int]:
    """The rows, made where they are missing, and what an earlier life may have counted to."""
    keys = [one.key for one in some]
    rows = _asked(work, keys)
    found = {(row.kind, row.id): row for row, _ in rows}
    if not found.keys() >= set(keys):
        new = {"version": 0, "data": {}, "deleted": False, "changed_at": work.now}
        missing = [one.key for one in some if one.key not in found]
        insert_if_absent(
            work.session, SyncObject, [{"kind": k, "id": i, **new} for k, i in missing]
        )
        rows = work.session.execute(_OBJECTS, _named(keys)).all()
        found = {(row.kind, row.id): row for row, _ in rows}
    return found, epochs.counted_before(rows[0][1]) if rows else 0


def _asked(work: Work, keys: Collection[ObjectKey]) -> Sequence[Any]:
    foreseen = work.session.foreseen_objects(*question(keys), SyncObject)
    if foreseen is not None:
        return [(row, *beside) for row, beside in foreseen]
    with work.session.unless_waiting(SyncObject):
        return work.session.execute(*question(keys)).all()


def question(keys: Collection[ObjectKey]) -> Question:
    """What publishing these asks first; who asks it ahead holds the objects from then on."""
    return _OBJECTS, _named(keys)


def _named(keys: Collection[ObjectKey]) -> dict[str, set[str]]:
    return {"kinds": {kind for kind, _ in keys}, "ids": {id_ for _, id_ in keys}}


# What has one of the ids under another of the kinds comes too, and is passed over.
_OBJECTS = (
    select(SyncObject, epochs.began_again())
    .where(any_of(SyncObject.kind, "kinds"), any_of(SyncObject.id, "ids"))
    .order_by(SyncObject.kind, SyncObject.id)
    .with_for_update(of=SyncObject)
    .execution_options(populate_existing=True)
)
_SCOPES = select(SyncScope.kind, SyncScope.object_id, SyncScope.scope_key).where(
    any_of(SyncScope.kind, "kinds"), any_of(SyncScope.object_id, "ids")
)


def _differs(held: SyncObject, one: Publication) -> bool:
    return held.version == 0 or held.deleted or canonical(held.data) != canonical(one.data)


def _next_version(held: SyncObject, one: Publication, counted: int) -> int:
    if one.version is None:
        return max(held.version, counted) + 1
    if one.version <= held.version:
        raise Conflict("A published version is never changed.", kind=one.kind, id=one.id)
    return one.version


def _scopes_of(work: Work, keys: Sequence[ObjectKey]) -> dict[ObjectKey, set[str]]:
    found: dict[ObjectKey, set[str]] = {}
    rows = rows_of(work.session, _SCOPES, _named(keys))
    for kind, object_id, scope in rows:
        found.setdefault((kind, object_id), set()).add(scope)
    return found


def _keep_versions(work: Work, rows: Sequence[SyncObject]) -> None:
    versions = [
        {
            "kind": row.kind,
            "id": row.id,
            "version": row.version,
            "data": row.data,
            "recorded_at": work.now,
        }
        for row in rows
    ]
    insert_all(work.session, SyncObjectVersion, versions)


def _grant(work: Work, some: Sequence[Publication], held: Mapping[ObjectKey, set[str]]) -> None:
    rows = [
        {"scope_key": scope, "kind": one.kind, "object_id": one.id}
        for one in some
        for scope in sorted(one.scopes - held.get(one.key, set()))
    ]
    insert_if_absent(work.session, SyncScope, rows)


def _changes(
    some: Sequence[Publication], changed: Collection[ObjectKey], held: Mapping[ObjectKey, set[str]]
) -> list[tuple[str, str, str]]:
    rows = []
    for one in some:
        before = held.get(one.key, set())
        told = (before | one.scopes) if one.key in changed else one.scopes - before
        rows += [(scope, one.kind, one.id) for scope in sorted(told)]
    return rows


def _log(work: Work, rows: Iterable[tuple[str, str, str]]) -> None:
    changes = [
        {"scope_key": scope, "kind": kind, "object_id": object_id, "at": work.now}
        for scope, kind, object_id in rows
    ]
    if not changes:
        return
    if is_postgresql(work.session.connection()):
        work.session.put(ChangeLog, changes, reckoned={"xid": XID})
    else:
        work.session.put(ChangeLog, [{**change, "xid": 0} for change in changes])


def _log_for_holders(work: Work, keys: Collection[ObjectKey]) -> None:
    """A change for each who holds one of these, found when it is written."""
    changes = [{"kind": kind, "object_id": id_, "at": work.now} for kind, id_ in keys]
    if changes:
        reckoned = {"scope_key": "held.scope_key", "xid": XID}
        work.session.put(ChangeLog, changes, reckoned=reckoned, beside=HOLDERS)


def _slices(all_of_them: Sequence[Publication]) -> Iterable[Sequence[Publication]]:
    for start in range(0, len(all_of_them), AT_ONCE):
        yield all_of_them[start : start + AT_ONCE]
