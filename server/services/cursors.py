"""Where a tablet stands in the change log, as an opaque text that only this server can write.

It names the tablet, the epoch and the scopes it was made for, and is authenticated: a tablet can
neither move it nor use another's. What does not hold is answered like a restored server: begin
again and offer everything.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared import base64url
from shared.canonical import canonical, parse_object
from shared.errors import BadInput, Conflict

TAG_BYTES = 16
LONGEST = 8192


class EpochChanged(Conflict):
    """A cursor of another life of this database, of another tablet, or from beyond the log."""

    code = "epoch_changed"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """After this place of the change log. On SQLite `xid` is 0 throughout."""

    xid: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Scopes being handed over page by page: objects of `added` come, of `removed` go.

    `after` is the (kind, id) of the last object told.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    after: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`scopes` are those the tablet holds in full, up to `position`; `grant` is under way."""

    device_id: str
    epoch: str
    scopes: tuple[str, ...]
    position: Position
    grant: Grant | None = None


def write(cursor: Cursor, key: bytes) -> str:
    """The cursor as its tablet carries it."""
    grant = cursor.grant
    body: dict[str, Any] = {
        "v": 1,
        "device": cursor.device_id,
        "epoch": cursor.epoch,
        "scopes": list(cursor.scopes),
        "at": [cursor.position.xid, cursor.position.seq],
        "grant": [list(grant.added), list(grant.removed), list(grant.after)] if grant else None,
    }
    raw = canonical(body)
    return f"{base64url.encode(raw)}.{base64url.encode(_tag(raw, key))}"


def require(found: Cursor | None, *, device_id: str, epoch: str) -> Cursor:
    """The cursor, if this server wrote it for this tablet in this epoch; else `EpochChanged`."""
    if found is None or (found.device_id, found.epoch) != (device_id, epoch):
        raise EpochChanged("Begin again.")
    return found


def read(text: str, key: bytes) -> Cursor | None:
    """The cursor, of whichever tablet and epoch; None for what this server never wrote."""
    body = _authentic(text, key)
    if body is None or body["v"] != 1:
        return None
    return Cursor(
        device_id=body["device"],
        epoch=body["epoch"],
        scopes=tuple(body["scopes"]),
        position=Position(xid=body["at"][0], seq=body["at"][1]),
        grant=_grant(body["grant"]),
    )


def _authentic(text: str, key: bytes) -> dict[str, Any] | None:
    head, _, tail = text.partition(".")
    if len(text) > LONGEST:
        return None
    try:
        raw, tag = base64url.decode(head), base64url.decode(tail)
        return parse_object(raw) if hmac.compare_digest(tag, _tag(raw, key)) else None
    except BadInput:
        return None


def _grant(told: Sequence[Sequence[str]] | None) -> Grant | None:
    if told is None:
        return None
    added, removed, after = told
    return Grant(added=tuple(added), removed=tuple(removed), after=(after[0], after[1]))


def _tag(raw: bytes, key: bytes) -> bytes:
    return hmac.new(key, raw, hashlib.sha256).digest()[:TAG_BYTES]
