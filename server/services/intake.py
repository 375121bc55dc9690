"""Taking in what a tablet recorded: every event stored and projected once, or set apart, or held.

Safe to repeat: the same batch again changes nothing and is answered as the first time. One
unreadable, forged or awkward event never stops another. All of it is one transaction, which several
tablets may share (`receive_together`).
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Self

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


__all__ = [
    "Answer",
    "Batch",
    "BatchTooLarge",
    "Reply",
    "admit",
    "going_together",
    "receive",
    "receive_together",
    "try_again_on_clash",
]


class BatchTooLarge(BadInput):
    """More events than one push may carry; the tablet sends fewer at a time."""

    code = "batch_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer for every member in the batch's order, the signed receipt, and whose it is."""

    results: Sequence[Answer]
    receipt: Mapping[str, Any]
    device: Device


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What came from a tablet, and the events that could be read of it.

    `has_openings`: it tells every visit that it speaks of from the beginning.
    """

    device_id: str
    arrived: Sequence[Arrival]
    events: Sequence[Event]
    event_ids: Sequence[str]
    visit_ids: Sequence[str]
    task_ids: list[str]
    raw_hashes: Sequence[str]
    has_openings: bool

    @classmethod
    def read(cls, batch: Sequence[Any], device_id: str) -> Self:
        """Read whatever came; raises `BatchTooLarge` and nothing else."""
        if len(batch) > MOST_EVENTS:
            raise BatchTooLarge("Too many events in one push.", most=MOST_EVENTS, got=len(batch))
        arrived = [arrivals.read(raw, device_id) for raw in batch]
        events = [one.event for one in arrived if one.event is not None]
        visit_ids = {one.visit_id for one in events}
        opened = {one.visit_id for one in events if one.kind is EventKind.VISIT_OPENED}
        return cls(
            device_id=device_id,
            arrived=arrived,
            events=events,
            event_ids=[one.id for one in events],
            visit_ids=sorted(visit_ids),
            task_ids=sorted({id_ for one in events for id_ in one.task_ids}),
            raw_hashes=[one.raw_hash for one in arrived],
            has_openings=visit_ids <= opened,
        )


def receive(work: Work, came: Batch) -> Reply:
    """Take in a batch from the tablet that asks; see the module, and `try_again_on_clash`."""
    begun = work.session.in_transaction()  # what was done before is not to be undone
    _look(work, [came])
    if begun:
        return _receive(work, came, telling.one_by_one)
    try:
        return _receive(work, came, telling.at_once)
    except telling.InTheWay:
        log.warning("a push is taken in anew: a result cannot be told", exc_info=True)
        work.begin_anew()
        _look(work, [came])
        return _receive(work, came, telling.one_by_one)


def going_together(batches: Sequence[Batch]) -> list[int]:
    """Which of these one transaction may take in, as places in the list; the first goes first."""
    found: list[int] = []
    for place, one in enumerate(batches):
        if _may_go_together([*(batches[other] for other in found), one]):
            found.append(place)
    return found


def _may_go_together(batches: Sequence[Batch]) -> bool:
    """Whether what is asked for one is of nothing that another writes, and locks have one order.

    Tasks are locked for each in its turn, so all of them must be known from the beginning.
    """
    devices = [one.device_id for one in batches]
    visits = [id_ for one in batches for id_ in one.visit_ids]
    tasks = [id_ for one in sorted(batches, key=attrgetter("task_ids")) for id_ in one.task_ids]
    return (
        all(one.has_openings for one in batches)
        and len({*devices}) == len(devices)
        and len({*visits}) == len(visits)
        and tasks == sorted({*tasks})
    )


def receive_together(pushes: Sequence[tuple[Work, Batch]]) -> list[Reply]:
    """Take in batches of several tablets, `going_together`, in the one transaction of `pushes`.

    Whatever stands in the way of any is raised, and nothing of any is to be kept then: each is to
    be received alone.
    """
    work = pushes[0][0]
    _look(work, [came for _, came in pushes])
    to_tell: list[tuple[Folded, Visit]] = []
    replies = {
        came.device_id: _receive(of_one, came, lambda _, those: to_tell.extend(those))
        for of_one, came in sorted(pushes, key=lambda push: push[1].task_ids)
    }
    if to_tell:
        telling.at_once(work, to_tell)
    return [replies[came.device_id] for _, came in pushes]


def admit(work: Work, batch: Sequence[Any], *, device_id: str, region: str) -> Reply:
    """Take in what a tablet sent that is out of use by now, because supervision says so."""
    came = Batch.read(batch, device_id)
    with try_again_on_clash():
        _look(work, [came])
        tablet = replace(tablets.lock_row(work, device_id, region), admitted=True)
        reply = _take_in(work, tablet, came, telling.one_by_one)
        work.session.flush()
    return reply


@contextmanager
def try_again_on_clash() -> Iterator[None]:
    """Around a push and its commit: the ledger's key is the last word on what was seen before.

    Another tablet may bring the same id in this very moment. Nothing is stored then; the next try
    finds it in the ledger.
    """
    try:
        yield
    except IntegrityError as twice:
        raise Unavailable("Try again.", retry_after=1) from twice


def _receive(work: Work, came: Batch, tell: TellAll) -> Reply:
    """After `_look`."""
    tablet = tablets.lock_row(work, came.device_id, work.who.region or "")
    reply = _take_in(work, tablet, came, tell)
    tablet.row.last_seen_at = work.now
    return reply


def _look(work: Work, batches: Sequence[Batch]) -> None:
    """Lock the tablets, then their visits, and see what is known: asked at once, one by one.

    Everybody locks in this order, so two who want the same cannot stop each other.
    """
    those = sorted(batches, key=attrgetter("device_id"))
    work.session.gather(
        *[[tablets.question(one.device_id)] for one in those],
        [visit_facts.locking([id_ for one in those for id_ in one.visit_ids])],
        *[[*_met(one), *_also(one)] for one in those],
    )


def _met(came: Batch) -> Sequence[Question]:
    """Whether anything of it was met before."""
    return met_before.questions(came.device_id, came.event_ids, came.raw_hashes, came.visit_ids)


def _also(came: Batch) -> Iterator[Question]:
    """What will be wanted to know of these events, if they are what they say."""
    yield tablets.KEYS, {"device": came.device_id}
    files = {e.payload["evidence_id"] for e in came.events if e.kind is EventKind.EVIDENCE_ADDED}
    if files:
        yield projection.FILES_THERE, {"files": files}
    named = reference_snapshot.named_in(came.events)
    if named:
        yield reference_snapshot.question(named)


def _take_in(work: Work, tablet: Tablet, came: Batch, tell: TellAll) -> Reply:
    """Take it in, and then tell what may be told."""
    to_tell: list[tuple[Folded, Visit]] = []
    met = met_before.look(work, came.device_id, came.event_ids, came.raw_hashes, came.visit_ids)
    tablet = tablets.with_keys(work, tablet)
    seen = ledger.known(work, came.event_ids) if met.events else {}
    lying = NOTHING_APART
    if met.apart:
        lying = ledger.apart(work, tablet.id, came.raw_hashes, came.visit_ids)
    found = push_sorting.sort(tablet, came.arrived, seen, lying)
    heads = ledger.heads(work, came.visit_ids) if met.visits else {}
    _place(work, tablet, found, lying, heads, met, lambda _, *told: to_tell.append(told))
    _close_requests(came.arrived, found, lying)
    receipt = _receipt(work, tablet, heads)
    if to_tell:  # last: an agency's numbers are held until the commit
        tell(work, to_tell)
    return Reply(results=_in_order(found, len(came.arrived)), receipt=receipt, device=tablet.row)


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
