"""What changed for a tablet since it last asked: pages of changes, and a cursor for the next.

A tablet without cursor is granted all its scopes, page by page, from a position read before the
first page; whatever changes meanwhile follows as changes. An officer who joins or leaves the
tablet is a scope granted or withdrawn in the same way. Only looks: the lease is the token's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from server.models import Agency, Device, DeviceOfficer, DeviceStatus
from server.services import change_log, cursors, devices, epochs, tablet_settings
from server.services.change_log import Line, ObjectKey, Seen
from server.services.cursors import Cursor, EpochChanged, Grant
from server.services.device_tokens import DeviceLost
from server.services.publishing import EVERYBODY, agency_scope, device_scope, officer_scope
from server.work import Work
from shared.canonical import canonical
from shared.crypto import sha256_hex
from shared.localtime import local_day

MOST = 500


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`more` tells that the next page is there already; `at` is what `cursor` says."""

    changes: Sequence[Change]
    cursor: str
    more: bool
    epoch: str
    server_time: datetime
    settings: Mapping[str, Any]
    etag: str
    wipe_order: Mapping[str, Any] | None
    at: Cursor


def pull(work: Work, cursor: str | None, limit: int) -> Page:
    """The page after `cursor`; `EpochChanged` when it is none of this tablet's here and now.

    Raises `DeviceLost` for a tablet that may be in a thief's hands: it gets nothing but its order.
    """
    tablet = holder(work)
    device, scopes = tablet.device, tablet.scopes
    order = devices.wipe_order(work, device)
    epoch, line = epochs.current(work), change_log.line(work)
    at = _read(work, cursor, device.id, epoch, line)
    if at.grant is None and set(at.scopes) != set(scopes):
        at = _begin_grant(at, scopes)
    if at.grant is not None:
        changes, following, more = _granted(work, at, at.grant, limit)
    else:
        changes, following, more = _changed(work, at, line, limit)
    settings = tablet_settings.of(work, device)
    text = cursors.write(following, work.secrets.cursor)
    return Page(
        changes=changes,
        cursor=text,
        more=more,
        epoch=epoch,
        server_time=work.now,
        settings=settings,
        etag=_etag(work, text, settings),
        wipe_order=order,
        at=following,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A tablet, whose it is and what it may hold.

    The session knows `agency` for as long as this holds it, and need not ask again.
    """

    device: Device
    agency: Agency
    scopes: tuple[str, ...]


def holder(work: Work) -> Holder:
    """The asking tablet.

    Raises `DeviceLost` for one that may be in a thief's hands: it gets nothing but its order.
    """
    found = _tablet(work)
    if found.device.status == DeviceStatus.LOST:
        order = devices.wipe_order(work, found.device)
        raise DeviceLost("This tablet was declared lost.", members={"wipe_order": order})
    return found


def _tablet(work: Work) -> Holder:
    rows = work.session.execute(_with_its_officers(), {"device": work.who.id}).all()
    device, agency, _ = rows[0]
    officers = {officer_scope(officer_id) for _, _, officer_id in rows if officer_id is not None}
    own = {EVERYBODY, agency_scope(agency.id), device_scope(device.id)}
    return Holder(device=device, agency=agency, scopes=tuple(sorted(own | officers)))


@cache
def _with_its_officers() -> Select[Device, Agency, str]:
    """Put together once: tablets ask all day long."""
    on_it = (DeviceOfficer.device_id == Device.id) & DeviceOfficer.revoked_at.is_(None)
    return (
        select(Device, Agency, DeviceOfficer.officer_id)
        .join(Agency, Agency.id == Device.agency_id)
        .outerjoin(DeviceOfficer, on_it)
        .where(Device.id == bindparam("device"))
    )


def _read(work: Work, cursor: str | None, device_id: str, epoch: str, line: Line) -> Cursor:
    if cursor is None:
        return Cursor(device_id=device_id, epoch=epoch, scopes=(), position=line.start)
    found = cursors.read(cursor, work.secrets.cursor, device_id=device_id, epoch=epoch)
    if found.position > line.head:
        raise EpochChanged("From beyond the log: this database is older than the tablet knows.")
    return found


def _begin_grant(at: Cursor, scopes: Sequence[str]) -> Cursor:
    held, wanted = set(at.scopes), set(scopes)
    return replace(
        at,
        grant=Grant(added=tuple(sorted(wanted - held)), removed=tuple(sorted(held - wanted))),
    )


def _granted(work: Work, at: Cursor, grant: Grant, limit: int) -> tuple[list[Change], Cursor, bool]:
    """A page of what came into and went out of the tablet's scopes, both in one order."""
    then = tuple(sorted({*at.scopes, *grant.added}.difference(grant.removed)))
    keys = change_log.held(work, {*grant.added, *grant.removed}, grant.after, limit + 1)
    more, keys = len(keys) > limit, keys[:limit]
    states = change_log.objects(work, keys, then)
    changes = [
        change(key, states.get(key))
        for key in keys
        if at.scopes or (key in states and states[key].held)
    ]
    if more:
        return changes, replace(at, grant=replace(grant, after=keys[-1])), True
    return changes, replace(at, scopes=then, grant=None), False


def _changed(work: Work, at: Cursor, line: Line, limit: int) -> tuple[list[Change], Cursor, bool]:
    entries = change_log.since(work, at.scopes, at.position, line.below, limit + 1)
    more, entries = len(entries) > limit, entries[:limit]
    if not entries:
        return [], at, False
    keys = list(dict.fromkeys(entry.key for entry in entries))
    states = change_log.objects(work, keys, at.scopes)
    changes = [change(key, states.get(key)) for key in keys]
    return changes, replace(at, position=entries[-1].at), more


def change(key: ObjectKey, seen: Seen | None) -> Change:
    """An object as a change: what is not held is gone."""
    if seen is None or not seen.held:
        version = seen.version if seen else 0
        return Change(kind=key[0], id=key[1], version=version, op="delete", text=None)
    return Change(kind=key[0], id=key[1], version=seen.version, op="upsert", text=seen.text)


def _etag(work: Work, cursor: str, settings: Mapping[str, Any]) -> str:
    """Of the place in the log, the local day (which moves what is due) and the settings."""
    day = local_day(work.now).isoformat()
    return sha256_hex(canonical([cursor, day, settings]))[:32]
