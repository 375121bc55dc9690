"""A change of reference data as the server tells it, and whether this version can read it."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from fieldapp.errors import BadReply
from fieldapp.store.reference import Change
from fieldapp.sync.replies import expect
from shared.errors import BadInput
from shared.reference import ReferenceObject, References

LOG = logging.getLogger(__name__)


def read(raw: Any) -> Change:
    """One line of a page; raises `BadReply`."""
    if not isinstance(raw, Mapping):
        raise BadReply("A change is an object.")
    op = expect(raw, "op", str)
    if op not in ("upsert", "delete"):
        raise BadReply("An unknown kind of change.", op=op)
    return Change(
        kind=expect(raw, "kind", str),
        id=expect(raw, "id", str),
        version=expect(raw, "version", int),
        data=expect(raw, "data", dict) if op == "upsert" else None,
    )


def readable(changes: Iterable[Change]) -> Iterable[Change]:
    """One object that cannot be read must not keep the others out: it counts as not there."""
    for change in changes:
        if change.data is not None and not _can_be_read(change):
            LOG.warning("a reference object cannot be read: %s/%s", change.kind, change.id)
            yield Change(kind=change.kind, id=change.id, version=change.version, data=None)
        else:
            yield change


def _can_be_read(change: Change) -> bool:
    try:
        References.from_objects(
            [ReferenceObject(change.kind, change.id, change.version, change.data or {})]
        )
    except (BadInput, KeyError, TypeError, ValueError):
        return False
    return True
