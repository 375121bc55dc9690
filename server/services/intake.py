"""Taking in what a tablet recorded: every event stored and projected once, or set apart, or held.

Safe to repeat: the same batch again changes nothing and is answered as the first time. One
unreadable, forged or awkward event never stops another. All of it is one transaction.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from server.asking_ahead import Question
from server.models import ChainHead, Device, Visit
from server.services import (
    arrivals,
    device_counts,
    gaps,
    ledger,
    met_before,
    projection,
    push_chains,
    push_effects,
    push_sorting,
    reference_snapshot,
    tablets,
    telling,
    visit_facts,
    visit_material,
)
from server.services.arrivals import Arrival
from server.services.ledger import NOTHING_APART, Apart, ChainKey
from server.services.met_before import Met
from server.services.projection import Tell
from server.services.push_chains import Before
from server.services.push_sorting import Answer, Sorted
from server.services.tablets import Tablet
from server.services.visit_fold import Folded
from server.work import Work
from shared import receipts
from shared.errors import BadInput, Unavailable
from shared.events.envelope import Event
from shared.events.kinds import EventKind

log = logging.getLogger(__name__)
TellAll = Callable[[Work, telling.ToTell], None]
MOST_EVENTS = 200


__all__ = ["Answer", "BatchTooLarge", "Reply", "admit", "receive"]


class BatchTooLarge(BadInput):
    """More events than one push may carry; the tablet sends fewer at a time."""

    code = "batch_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer for every member in the batch's order, the signed receipt, and whose it is."""

    results: Sequence[Answer]
    receipt: Mapping[str, Any]
    device: Device


def receive(work: Work, batch: Sequence[Any]) -> Reply:
    """Take in a batch from the tablet that asks; see the module."""
    if len(batch) > MOST_EVENTS:
        raise BatchTooLarge("Too many events in one push.", most=MOST_EVENTS, got=len(batch))
    if work.session.in_transaction():  # what was done before is not to be undone
        return _receive(work, batch, telling.one_by_one)
    try:
        return _receive(work, batch, telling.at_once)
    except telling.InTheWay:
        log.warning("a push is taken in anew: a result cannot be told", exc_info=True)
        work.begin_anew()
        return _receive(work, batch, telling.one_by_one)


def admit(work: Work, batch: Sequence[Any], *, device_id: str, region: str) -> Reply:
    """Take in what a tablet sent that is out of use by now, because supervision says so."""
    work.session.gather()
    tablet = replace(tablets.lock_row(work, device_id, region), admitted=True)
    return _alone(work, tablet, batch, telling.one_by_one, work.session.flush)


def _receive(work: Work, batch: Sequence[Any], tell: TellAll) -> Reply:
    work.session.gather()
    tablet = tablets.lock_row(work, work.who.id, work.who.region or "")
    return _alone(work, tablet, batch, tell, work.write, seen_at=work.now)


def _alone(
    work: Work,
    tablet: Tablet,
    batch: Sequence[Any],
    tell: TellAll,
    write: Callable[[], None],
    seen_at: datetime | None = None,
) -> Reply:
    """Take a batch in; the ledger's key is the last word on what was seen before.

    `write` writes counters too where nothing follows: numbers are taken before them.
    """
    to_tell: list[tuple[Folded, Visit]] = []
    try:
        reply = _take_in(work, tablet, batch, lambda _, *told: to_tell.append(told))
        tablet.row.last_seen_at = seen_at or tablet.row.last_seen_at
        if to_tell:  # last: an agency's numbers are held until the commit
            tell(work, to_tell)
        write()
    except IntegrityError as twice:
        # Another tablet brought the same id in this very moment. Nothing is stored; the next try
        # finds it in the ledger.
        raise Unavailable("Try again.", retry_after=1) from twice
    return reply


def _take_in(work: Work, tablet: Tablet, batch: Sequence[Any], tell: Tell) -> Reply:
    arrived = [arrivals.read(raw, tablet.id) for raw in batch]
    events = [one.event for one in arrived if one.event is not None]
    visit_ids = sorted({event.visit_id for event in events})
    visit_facts.lock(work, visit_ids)
    event_ids, raw_hashes = [one.id for one in events], [one.raw_hash for one in arrived]
    also = _also(tablet, events)
    met = met_before.look(work, tablet.id, event_ids, raw_hashes, visit_ids, *also)
    tablet = tablets.with_keys(work, tablet)
    seen = ledger.known(work, event_ids) if met.events else {}
    lying = ledger.apart(work, tablet.id, raw_hashes, visit_ids) if met.apart else NOTHING_APART
    found = push_sorting.sort(tablet, arrived, seen, lying)
    heads = ledger.heads(work, visit_ids) if met.visits else {}
    _place(work, tablet, found, lying, heads, met, tell)
    _close_requests(arrived, found, lying)
    receipt = _receipt(work, tablet, heads)
    return Reply(results=_in_order(found, len(batch)), receipt=receipt, device=tablet.row)


def _also(tablet: Tablet, events: Sequence[Event]) -> Iterator[Question]:
    """What will be wanted to know of these events, if they are what they say."""
    yield tablets.KEYS, {"device": tablet.id}
    files = {e.payload["evidence_id"] for e in events if e.kind is EventKind.EVIDENCE_ADDED}
    if files:
        yield projection.FILES_THERE, {"files": files}
    named = reference_snapshot.named_in(events)
    if named:
        yield reference_snapshot.question(named)


def _place(
    work: Work,
    tablet: Tablet,
    found: Sorted,
    lying: Apart,
    heads: dict[ChainKey, ChainHead],
    met: Met,
    tell: Tell,
) -> None:
    """Find the fresh events their places, store what follows from that, and answer for them."""
    fresh = list(found.fresh.values())
    visit_ids = sorted({one.visit_id for one in fresh if one.visit_id})
    met_ids = visit_ids if met.visits else []
    stored = visit_material.stored(work, met_ids)
    before = Before(
        places={v: ledger.place(heads.get((v, tablet.id))) for v in visit_ids},
        stored={v: [one.event for one in each] for v, each in stored.items()},
        holds=ledger.waiting(work, tablet.id, met_ids),
        spoiled={**lying.spoiled, **{a.hash: f.code for a, f in found.apart if a.hash}},
    )
    placed = push_chains.place(tablet, fresh, before, work.now)
    chains = heads.keys() | {(visit_id, tablet.id) for visit_id in placed.ends}
    push_effects.carry_out(work, tablet, found, placed, stored, chains, met, tell)
    gaps.note(work, tablet.row, [one.event.device_seq for one in placed.taken])
    for visit_id, end in placed.ends.items():  # last, so that a head is written once
        ledger.advance(work, heads, (visit_id, tablet.id), end)


def _close_requests(arrived: Sequence[Arrival], found: Sorted, lying: Apart) -> None:
    if not lying.wanted:
        return
    faults = {arrival.raw_hash: fault for arrival, fault in found.apart}
    for arrival in arrived:
        row = lying.wanted.get(arrival.raw_hash)
        if row is not None:
            ledger.close_request(row, faults.get(arrival.raw_hash))


def _receipt(work: Work, tablet: Tablet, heads: Mapping[ChainKey, ChainHead]) -> dict[str, Any]:
    """The platform's word for the tablet's chains in this push; it is kept."""
    own = {visit: head for (visit, device), head in heads.items() if device == tablet.id}
    made = receipts.receipt(
        receipts.Receipt(
            device_id=tablet.id,
            heads={v: receipts.Head(seq=h.seq, hash=h.hash) for v, h in own.items()},
            device_seq=device_counts.whole_up_to(
                tablet.row.last_device_seq, tablet.row.missing_seqs
            ),
            epoch=tablet.epoch,
            received_at=work.now,
        ),
        key=work.secrets.signing_key(),
        kid=work.secrets.signing_kid,
    )
    ledger.note_receipt(work, tablet.id, made, own.values())
    return made


def _in_order(found: Sorted, count: int) -> list[Answer]:
    answers = dict(found.answers)
    for position, event_id in found.repeats.items():
        answers[position] = found.answers[found.positions[event_id]].again()
    return [answers[position] for position in range(count)]
