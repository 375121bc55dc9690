"""Fetching reference data. A page and the position behind it become visible together, or not.

A page that cannot be stored stops the cycle. Nothing of the tablet's own is ever deleted here,
not even when the server has been restored: then everything is offered to it again.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fieldapp.errors import RefusedByServer
from fieldapp.store.holdings import Holdings
from fieldapp.store.opening import Transaction
from fieldapp.store.reference import Change
from fieldapp.sync import changes as told
from fieldapp.sync import checking, keys
from fieldapp.sync.client import ServerClient
from fieldapp.sync.replies import Reply, expect
from fieldapp.sync.terms import keep_terms

LOG = logging.getLogger(__name__)

PATH = "/sync/pull"
PAGE = 500
EPOCH_CHANGED = "epoch_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """One page.

    `other_epoch`: the server turned out to be another than before, and everything is offered again.
    `start_over`: the position was worth nothing there, and the next page begins a snapshot.
    """

    changes: int
    more: bool
    other_epoch: bool = False
    start_over: bool = False


def pull_page(client: ServerClient, held: Holdings) -> Pulled:
    """Fetch and store one page. Raises what the client raises, `BadReply`, `LocalFault`."""
    position = held.reference.position()
    asked = {"limit": str(PAGE)} | ({"cursor": position.cursor} if position.cursor else {})
    wants_digest = not position.staging and checking.is_due(held)
    if wants_digest:
        asked["digest"] = "true"
    headers = {"If-None-Match": position.etag} if position.etag and not wants_digest else {}
    try:
        reply = client.get(f"{PATH}?{urlencode(asked)}", headers=headers)
    except RefusedByServer as error:
        if error.reason != EPOCH_CHANGED:
            raise
        _start_over(held)
        return Pulled(changes=0, more=True, other_epoch=True, start_over=True)
    if reply.status == HTTPStatus.NOT_MODIFIED:
        with held.store.transaction() as tx:
            held.reference.unchanged(tx, etag=reply.headers.get("etag"))
        return Pulled(changes=0, more=False)
    pulled = _take(held, reply)
    if position.staging and not pulled.more:
        checking.note_whole(held)  # nothing can differ from what came a moment ago
    if wants_digest and isinstance(reply.body.get("digest"), Mapping) and not pulled.more:
        mended = checking.check(client, held, reply.body["digest"])
        return replace(pulled, changes=pulled.changes + mended.objects)
    return pulled


def _take(held: Holdings, reply: Reply) -> Pulled:
    changes = [told.read(each) for each in expect(reply.body, "changes", list)]
    more = bool(expect(reply.body, "more", bool))
    cursor, epoch = expect(reply.body, "cursor", str), expect(reply.body, "epoch", str)
    known = held.identities.epoch()
    with held.store.transaction() as tx:
        keep_terms(tx, held, reply.body)
        ordinary = _take_special(tx, held, changes)
        held.reference.take_page(
            tx,
            told.readable(ordinary),
            cursor=cursor,
            etag=reply.headers.get("etag"),
            last=not more,
        )
        if not more:
            held.reference.collect(tx)
        held.identities.set_epoch(tx, epoch)
        if known not in ("", epoch):
            _offer_all_again(tx, held)
    return Pulled(changes=len(changes), more=more, other_epoch=known not in ("", epoch))


def _start_over(held: Holdings) -> None:
    """Offer everything, and again when the snapshot's first page names the new epoch.

    Until that page the epoch that is known stays the old one. A round may end between the two, a
    push go to the new server, and that be restored as well: only who still knows the first epoch
    sees then that what the second one took in is to be offered to the third.
    """
    with held.store.transaction() as tx:
        held.reference.start_over(tx)
        _offer_all_again(tx, held)


def _offer_all_again(tx: Transaction, held: Holdings) -> None:
    held.outbox.offer_all_again(tx)
    held.evidence.offer_all_again(tx)


def _take_special(tx: Transaction, held: Holdings, changes: Sequence[Change]) -> list[Change]:
    """Obey what is no reference object: keys to trust, events to send again. Return the rest."""
    ordinary = []
    for change in changes:
        if change.kind == "key_set":
            if change.data is not None:
                keys.trust(tx, held, change.data)
        elif change.kind == "resend":
            if change.data is not None:
                _offer_again(tx, held, change.data)
        else:
            ordinary.append(change)
    return ordinary


def _offer_again(tx: Transaction, held: Holdings, asked: Mapping[str, Any]) -> None:
    """Supervision asks for an event, for all of a visit, or for a span of this tablet's count."""
    match asked:
        case {"id": str(event_id)}:
            held.outbox.offer_again(tx, [event_id])
        case {"visit_id": str(visit_id)}:
            held.outbox.offer_visit_again(tx, visit_id)
        case {"device_seqs": [int(first), int(last)]}:
            held.outbox.offer_span_again(tx, first, last)
        case _:
            LOG.warning("asked again for what this version cannot read")
