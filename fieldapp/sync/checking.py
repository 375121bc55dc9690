"""Looking once a day whether the tablet holds what the server says it should, and mending that.

The server tells a digest of each kind with a pull that asks for it. Of a kind that differs the
tablet fetches the list of ids and versions, and then only the objects it lacks or has otherwise.
Everything anew is the last resort.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fieldapp.errors import BadReply
from fieldapp.store.holdings import Holdings
from fieldapp.store.reference import Change
from fieldapp.sync import changes
from fieldapp.sync.client import ServerClient
from fieldapp.sync.replies import expect
from shared import digest, rfc3339

LOG = logging.getLogger(__name__)

CHECKED = "digest_checked"
EVERY = timedelta(days=1)
SOON = timedelta(hours=1)
"""After something was mended, to see that it stays so."""
LAST_RESORT_AFTER = 2
PAGE = 1000
AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """`objects` fetched or dropped; `unreadable` of these this version cannot read."""

    objects: int = 0
    unreadable: int = 0


def is_due(held: Holdings) -> bool:
    """Whether to ask for the digest with the next pull."""
    told = held.facts.get(CHECKED)
    if told is None:
        return True
    wait = SOON if told["mended"] else EVERY
    return held.timekeeper.now() >= rfc3339.read(told["at"]) + wait


def note_whole(held: Holdings) -> None:
    """Everything was fetched anew: the next look is a day away."""
    with held.store.transaction() as tx:
        _note(tx, held, mended=0)


def check(client: ServerClient, held: Holdings, told: Mapping[str, Any]) -> Mended:
    """Compare with the server's digest and mend what differs; raises what the client raises."""
    kinds = digest.differing(digest.of(held.reference.versions()), told)
    before = (held.facts.get(CHECKED) or {}).get("mended", 0)
    if kinds and before >= LAST_RESORT_AFTER:
        LOG.warning("mending did not help: everything is fetched anew")
        with held.store.transaction() as tx:
            held.reference.start_over(tx)
            _note(tx, held, mended=0)
        return Mended()
    done = [_mend(client, held, kind) for kind in kinds]
    found = Mended(
        objects=sum(one.objects for one in done), unreadable=sum(one.unreadable for one in done)
    )
    with held.store.transaction() as tx:
        _note(tx, held, mended=before + 1 if kinds and not found.unreadable else 0)
    return found


def _mend(client: ServerClient, held: Holdings, kind: str) -> Mended:
    theirs = _index(client, kind)
    ours = {id_: version for its, id_, version in held.reference.versions() if its == kind}
    lacking = [id_ for id_, version in theirs.items() if ours.get(id_) != version]
    gone = [
        Change(kind=kind, id=id_, version=ours[id_], data=None) for id_ in ours if id_ not in theirs
    ]
    unreadable = 0
    for start in range(0, len(lacking), AT_ONCE):
        came = _objects(client, kind, lacking[start : start + AT_ONCE])
        readable = list(changes.readable(came))
        unreadable += sum(one.data is None for one in readable)
        with held.store.transaction() as tx:
            held.reference.mend(tx, readable)
    with held.store.transaction() as tx:
        held.reference.mend(tx, gone)
    LOG.warning("%s differed: %s fetched, %s dropped", kind, len(lacking), len(gone))
    return Mended(objects=len(lacking) + len(gone), unreadable=unreadable)


def _index(client: ServerClient, kind: str) -> dict[str, int]:
    found: dict[str, int] = {}
    after, more = "", True
    while more:
        asked = urlencode({"kind": kind, "after": after, "limit": str(PAGE)})
        body = client.get(f"/sync/index?{asked}").body
        lines = expect(body, "objects", list)
        for line in lines:
            match line:
                case {"id": str(id_), "version": int(version)}:
                    found[id_], after = version, id_  # in the server's order, whatever that is
                case _:
                    raise BadReply("A line of an index is an id and a version.")
        more = bool(expect(body, "more", bool)) and bool(lines)
    return found


def _objects(client: ServerClient, kind: str, ids: Sequence[str]) -> list[Change]:
    asked = urlencode([("kind", kind), *(("id", id_) for id_ in ids)])
    body = client.get(f"/sync/objects?{asked}").body
    return [changes.read(each) for each in expect(body, "changes", list)]


def _note(tx: Any, held: Holdings, *, mended: int) -> None:
    at = rfc3339.write(held.timekeeper.now())
    held.facts.put(tx, CHECKED, {"at": at, "mended": mended})
