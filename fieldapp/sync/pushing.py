"""Sending events up. What the server says of each is kept; nothing is deleted here.

An answer without a receipt that verifies, names this tablet and fits our own chain is no answer:
the events stay as they were and are sent again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fieldapp.errors import BadReply, RefusedByServer, UntrustedReceipt
from fieldapp.store.holdings import Holdings
from fieldapp.store.opening import Transaction
from fieldapp.store.outbox import Offer, OutboxState, Outcome
from fieldapp.sync.client import ServerClient
from fieldapp.sync.replies import expect
from shared.errors import BadInput, Untrusted
from shared.receipts import Receipt, read_receipt

PATH = "/sync/push"
MOST_EVENTS = 200
MOST_BYTES = 1024 * 1024
ENVELOPE_BYTES = 64
"""Room for `{"batch":[]}` in `MOST_BYTES`."""

DUPLICATE = "duplicate"
PREDECESSOR_QUARANTINED = "predecessor_quarantined"
HOLD_EXPIRED = "hold_expired"
TOO_LARGE = frozenset({"batch_too_large", "body_too_large"})
_HTTP_TOO_LARGE = 413


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """How many events one push offered, and how many got an outcome."""

    offered: int
    answered: int


def push_once(client: ServerClient, held: Holdings) -> Pushed:
    """Offer one batch; `offered` 0 when nothing waits.

    Raises what the client raises, or `UntrustedReceipt`. A batch the server calls too large is
    halved, down to a single event.
    """
    limit = _allowed(held, "push_batch", MOST_EVENTS)
    max_bytes = _allowed(held, "push_bytes", MOST_BYTES) - ENVELOPE_BYTES
    while True:
        offers = held.outbox.to_offer(limit=limit, max_bytes=max_bytes)
        if not offers:
            return Pushed(offered=0, answered=0)
        with held.store.transaction() as tx:
            held.outbox.mark_sent(tx, [offer.event_id for offer in offers])
        try:
            reply = client.post_raw(PATH, _body(offers), {"Content-Type": "application/json"})
        except RefusedByServer as error:
            if len(offers) == 1 or not _too_large(error):
                raise
            limit = len(offers) // 2
            continue
        return Pushed(offered=len(offers), answered=_take(held, offers, reply.body))


def _allowed(held: Holdings, setting: str, most: int) -> int:
    """The server's own limit where it set a lower one than the protocol's."""
    wanted = held.identities.settings().get(setting)
    return min(wanted, most) if isinstance(wanted, int) and wanted > 0 else most


def _body(offers: Sequence[Offer]) -> bytes:
    """The events byte for byte as they were sealed."""
    return b'{"batch":[' + b",".join(offer.raw for offer in offers) + b"]}"


def _too_large(error: RefusedByServer) -> bool:
    return error.facts.get("status") == _HTTP_TOO_LARGE or error.reason in TOO_LARGE


def _take(held: Holdings, offers: Sequence[Offer], body: Mapping[str, Any]) -> int:
    raw_receipt = expect(body, "receipt", dict)
    receipt = _verified(held, raw_receipt)
    outcomes = _outcomes(expect(body, "results", list))
    offered = {offer.event_id: offer for offer in offers}
    answered = {
        id_: _as_covered(outcome, offered[id_], receipt)
        for id_, outcome in outcomes.items()
        if id_ in offered
    }
    _refuse_uncovered(receipt, offered, answered)
    with held.store.transaction() as tx:
        for event_id, outcome in answered.items():
            held.outbox.answered(tx, event_id, outcome, receipt.received_at)
            if outcome.state is OutboxState.HELD and outcome.code != PREDECESSOR_QUARANTINED:
                _offer_predecessors(tx, held, offered[event_id])
        held.outbox.settle_held(tx, {visit: head.seq for visit, head in receipt.heads.items()})
        held.receipts.add(tx, receipt, raw_receipt)
        held.timekeeper.note(tx)
    return len(answered)


def _verified(held: Holdings, raw: Mapping[str, Any]) -> Receipt:
    """The receipt; every head it names of ours must be an event we made."""
    try:
        receipt = read_receipt(raw, held.identities.key_set(), held.identities.get().device_id)
    except (Untrusted, BadInput) as error:
        raise UntrustedReceipt("The receipt does not verify.", reason=error.code) from error
    for visit_id, head in receipt.heads.items():
        ours = held.journal.hash_at(visit_id, head.seq)
        if ours is not None and ours != head.hash:
            raise UntrustedReceipt("The receipt names another chain.", visit=visit_id)
    return receipt


def _refuse_uncovered(
    receipt: Receipt,
    offered: Mapping[str, Offer],
    answered: Mapping[str, Outcome],
) -> None:
    """`applied` is believed only where the signed receipt covers the event."""
    for event_id, outcome in answered.items():
        if outcome.state is OutboxState.APPLIED and not _reaches(receipt, offered[event_id]):
            raise UntrustedReceipt("Applied, says the answer; the receipt does not.")


def _as_covered(outcome: Outcome, offer: Offer, receipt: Receipt) -> Outcome:
    """What the server took in because nobody waited any longer stays held here.

    The one before it is missing still, so no receipt reaches it: it is kept and asked after. The
    rest of the answer must not suffer for it.
    """
    if outcome.code == HOLD_EXPIRED and not _reaches(receipt, offer):
        return replace(outcome, state=OutboxState.HELD)
    return outcome


def _reaches(receipt: Receipt, offer: Offer) -> bool:
    head = receipt.heads.get(offer.visit_id)
    return head is not None and head.seq >= offer.seq


def _outcomes(results: Sequence[Any]) -> dict[str, Outcome]:
    found = {}
    for result in results:
        if not isinstance(result, Mapping):
            raise BadReply("A result is an object.")
        if isinstance(result.get("id"), str):  # null for what the server could not even name
            found[result["id"]] = _outcome(result)
    return found


def _outcome(result: Mapping[str, Any]) -> Outcome:
    """A duplicate counts as the outcome of its first time, which the server repeats in `first`."""
    status = result.get("status")
    if status == DUPLICATE:
        status = result.get("first", OutboxState.APPLIED)
    try:
        state = OutboxState(str(status))
    except ValueError as error:
        raise BadReply("An unknown status.", status=str(status)) from error
    if state in (OutboxState.WAITING, OutboxState.SENT):
        raise BadReply("Not a status of the server's.", status=str(status))
    irregularities = result.get("irregularities") or ()
    return Outcome(
        state=state,
        code=str(result.get("code") or ""),
        detail=str(result.get("detail") or ""),
        irregularities=tuple(each for each in irregularities if isinstance(each, Mapping)),
    )


def _offer_predecessors(tx: Transaction, held: Holdings, offer: Offer) -> None:
    """The server lacks something before this event: send all it has not quarantined again."""
    outcomes = held.outbox.of_visit(offer.visit_id)
    events = held.journal.ids_before(offer.visit_id, offer.seq)
    held.outbox.offer_again(
        tx, [id_ for id_ in events if outcomes[id_].state is OutboxState.APPLIED]
    )
