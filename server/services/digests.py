"""What a tablet should hold, as a digest of each kind, and what it needs to mend a difference.

Asked for once a day, not at every pull: it costs what the tablet's scopes hold, where a pull costs
what changed. The answers are of now: a tablet that mends by them and pulls afterwards is whole.
"""

from collections.abc import Sequence

from sqlalchemy import Select, select

from server.models import SyncObject, SyncScope
from server.services import asking_tablets, change_log
from server.services.change_log import NO_LINE, Change
from server.services.cursors import Cursor
from server.work import Work
from shared import digest

MOST_LINES = 1000
MOST_OBJECTS = 100


def of(work: Work, at: Cursor) -> dict[str, dict[str, object]] | None:
    """The digest for a tablet that stands at `at`; None while something is on its way to it.

    The log is looked at after the state: what was committed in between, or is not yet below the
    safe line, would be in the one and not with the tablet.
    """
    held = [(kind, id_, version) for kind, id_, version in work.session.execute(_state(at.scopes))]
    if change_log.since(work, at.scopes, at.position, NO_LINE, 1):
        return None
    return digest.of(held)


def index(work: Work, kind: str, after: str, limit: int) -> list[tuple[str, int]]:
    """A page of (id, version) of one kind in the asking tablet's scopes, by id."""
    query = _state(asking_tablets.find(work).scopes).where(
        SyncObject.kind == kind, SyncObject.id > after
    )
    rows = work.session.execute(query.order_by(SyncObject.id).limit(limit))
    return [(id_, version) for _, id_, version in rows]


def objects(work: Work, kind: str, ids: Sequence[str]) -> list[Change]:
    """These objects as a pull would tell them now; `delete` for what is not the tablet's."""
    scopes = asking_tablets.find(work).scopes
    keys = [(kind, id_) for id_ in dict.fromkeys(ids)]
    states = change_log.objects(work, keys, scopes)
    return [change_log.change(key, states.get(key)) for key in keys]


def _state(scopes: Sequence[str]) -> Select[str, str, int]:
    held = (
        select(SyncScope.kind, SyncScope.object_id)
        .where(SyncScope.scope_key.in_(scopes), SyncScope.kind.not_in(digest.INSTRUCTIONS))
        .distinct()
        .subquery()
    )
    return (
        select(SyncObject.kind, SyncObject.id, SyncObject.version)
        .join(held, (held.c.kind == SyncObject.kind) & (held.c.object_id == SyncObject.id))
        .where(SyncObject.deleted.is_(False))
    )
