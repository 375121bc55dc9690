"""What changed for a tablet since it last asked: pages of changes, and a cursor for the next.

A tablet without cursor is granted all its scopes, page by page, from a position read before the
first page; whatever changes meanwhile follows as changes. An officer who joins or leaves the
tablet is a scope granted or withdrawn in the same way. Only looks: the lease is the token's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from server.services import asking_tablets, change_log, cursors, tablet_settings
from server.services.asking_tablets import AskingTablet
from server.services.change_log import Changes
from server.services.cursors import Cursor, EpochChanged, Grant
from server.work import Work
from shared.canonical import canonical
from shared.crypto import sha256_hex
from shared.localtime import local_day

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`more` tells that the next page is there already; `at` is what `cursor` says."""

    changes: Changes
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
    tablet = asking_tablets.find(work)
    at = _read(work, cursor, tablet)
    if at.grant is None and set(at.scopes) != set(tablet.scopes):
        at = _begin_grant(at, tablet.scopes)
    if at.grant is not None:
        changes, following, more = _granted(work, at, at.grant, limit)
    else:
        told = asking_tablets.told_ahead(work, at, limit) or change_log.changed(
            work, at.scopes, at.position, limit
        )
        changes, more = told.changes, told.more
        following = at if told.last is None else replace(at, position=told.last)
    settings = tablet_settings.told(work, tablet.status, tablet.lease_until, tablet.values)
    text = cursors.write(following, work.secrets.cursor)
    return Page(
        changes=changes,
        cursor=text,
        more=more,
        epoch=tablet.epoch,
        server_time=work.now,
        settings=settings,
        etag=_etag(work, text, settings),
        wipe_order=asking_tablets.wipe_order(work, tablet.status),
        at=following,
    )


def _read(work: Work, cursor: str | None, tablet: AskingTablet) -> Cursor:
    mine, epoch, line = tablet.id, tablet.epoch, tablet.line
    if cursor is None:
        return Cursor(device_id=mine, epoch=epoch, scopes=(), position=line.start)
    ahead = asking_tablets.asked_ahead(work, cursor)
    read = ahead.at if ahead else cursors.read(cursor, work.secrets.cursor)
    found = cursors.require(read, device_id=mine, epoch=epoch)
    if found.position > line.head:
        raise EpochChanged("From beyond the log: this database is older than the tablet knows.")
    return found


def _begin_grant(at: Cursor, scopes: Sequence[str]) -> Cursor:
    held, wanted = set(at.scopes), set(scopes)
    return replace(
        at,
        grant=Grant(added=tuple(sorted(wanted - held)), removed=tuple(sorted(held - wanted))),
    )


def _granted(work: Work, at: Cursor, grant: Grant, limit: int) -> tuple[Changes, Cursor, bool]:
    """A page of what came into and went out of the tablet's scopes, both in one order."""
    then = tuple(sorted({*at.scopes, *grant.added}.difference(grant.removed)))
    moved = {*grant.added, *grant.removed}
    told = change_log.granted(work, moved, then, grant.after, limit, tell_gone=bool(at.scopes))
    if told.more and told.last is not None:
        return told.changes, replace(at, grant=replace(grant, after=told.last)), True
    return told.changes, replace(at, scopes=then, grant=None), False


def _etag(work: Work, cursor: str, settings: Mapping[str, Any]) -> str:
    """Of the place in the log, the local day (which moves what is due) and the settings."""
    day = local_day(work.now).isoformat()
    return sha256_hex(canonical([cursor, day, settings]))[:32]
