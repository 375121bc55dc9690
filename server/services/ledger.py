"""What was seen of every event, for ever: the ledger and the tables beside it, read and written.

The ledger decides whether an event was seen before; nothing in it is ever trimmed. Everything is
written in the transaction of the effect. It never decides what becomes of an event.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, or_, select

from server.database import any_of, insert_all, insert_if_absent, objects_of
from server.models import (
    ChainHead,
    EventStatus,
    GivenReceipt,
    Hold,
    LedgerEntry,
    Quarantine,
    Retention,
    TraceEvent,
)
from server.services.arrivals import Arrival, Fault, reopen
from server.services.chain_walk import START, Place
from server.work import Work
from shared.canonical import parse_object
from shared.events.envelope import Event

HOLD = timedelta(days=5)
OPEN, AGAIN, ADMITTED, DISMISSED = "open", "resend", "admitted", "dismissed"
ChainKey = tuple[str, str]
"""(visit id, tablet id)."""

# Put together once: every push asks them.
_ENTRIES = select(LedgerEntry).where(any_of(LedgerEntry.event_id, "events"))
_HEADS = select(ChainHead).where(any_of(ChainHead.visit_id, "visits"))
_WAITING = (
    select(Hold)
    .where(
        Hold.device_id == bindparam("device"),
        any_of(Hold.visit_id, "visits"),
        Hold.released_at.is_(None),
    )
    .order_by(Hold.received_at, Hold.seq)
)
_APART = select(Quarantine).where(
    Quarantine.device_id == bindparam("device"),
    or_(any_of(Quarantine.raw_hash, "raw_hashes"), any_of(Quarantine.visit_id, "visits")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """What is known of quarantined arrivals of one tablet.

    `codes` by the hash of the bytes that came, `spoiled` by the hash an event gives itself;
    `wanted` are rows, by the hash of their bytes, that supervision asked to have sent again.
    """

    codes: Mapping[str, Fault]
    spoiled: Mapping[str, str]
    wanted: Mapping[str, Quarantine]


NOTHING_APART = Apart(codes={}, spoiled={}, wanted={})


def known(work: Work, event_ids: Collection[str]) -> dict[str, LedgerEntry]:
    """The ledger's entries of these ids."""
    if not event_ids:
        return {}
    rows = work.session.scalars(_ENTRIES, {"events": event_ids})
    return {row.event_id: row for row in rows}


def enter(work: Work, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write new entries; `entries` carry event_id, hash, device_id, visit_id, status, outcome."""
    at = {"recorded_at": work.now, "changed_at": work.now}
    insert_all(work.session, LedgerEntry, [{**entry, **at} for entry in entries])


def heads(work: Work, visit_ids: Collection[str]) -> dict[ChainKey, ChainHead]:
    """Every chain's head in these visits."""
    rows = objects_of(work.session, ChainHead, _HEADS, {"visits": visit_ids})
    return {(row.visit_id, row.device_id): row for row in rows}


def place(head: ChainHead | None) -> Place:
    """Where a chain with this head goes on."""
    if head is None:
        return START
    return Place(seq=head.seq, hash=head.hash, device_seq=head.device_seq)


def advance(work: Work, held: dict[ChainKey, ChainHead], key: ChainKey, end: Place) -> None:
    """Move a chain's head, in `held` too; a chain that begins gets its first."""
    head = held.get(key)
    if head is None:
        head = ChainHead(visit_id=key[0], device_id=key[1])
        held[key] = head
        work.session.add(head)
    head.seq, head.hash, head.device_seq = end.seq, end.hash, end.device_seq
    head.changed_at = work.now


def note_receipt(
    work: Work, device_id: str, receipt: Mapping[str, Any], heads: Iterable[ChainHead]
) -> None:
    """Keep a receipt beside those of the heads it names that have moved: others have theirs."""
    moved = [head for head in heads if head.changed_at == work.now]
    if not moved:
        return
    id_ = work.ids()
    row = {"id": id_, "device_id": device_id, "content": receipt, "given_at": work.now}
    insert_all(work.session, GivenReceipt, [row])
    for head in moved:
        head.receipt_id = id_


def waiting(work: Work, device_id: str, visit_ids: Collection[str]) -> list[tuple[Hold, Arrival]]:
    """Events of the tablet that wait for one before them, also those projected meanwhile."""
    if not visit_ids:
        return []
    told = {"device": device_id, "visits": visit_ids}
    rows = objects_of(work.session, Hold, _WAITING, told)
    return [(row, reopen(row.raw, parse_object(row.raw))) for row in rows]


def hold(work: Work, arrivals: Iterable[tuple[Arrival, Event]]) -> None:
    """Let events wait; after five days they are projected with a flag (`holds`)."""
    rows = [
        {
            "event_id": event.id,
            "visit_id": event.visit_id,
            "device_id": event.device_id,
            "seq": event.seq,
            "prev": event.prev,
            "raw": arrival.canonical,
            "received_at": work.now,
            "until": work.now + HOLD,
        }
        for arrival, event in arrivals
    ]
    if rows:
        work.session.execute(insert(Hold), rows)


def keep(work: Work, events: Iterable[tuple[Event, bytes, datetime, int]]) -> None:
    """Store events taken in, each with its bytes, when it came, and what it was judged by."""
    rows = [
        {
            "id": event.id,
            "visit_id": event.visit_id,
            "device_id": event.device_id,
            "device_seq": event.device_seq,
            "seq": event.seq,
            "officer_id": event.officer_id,
            "kind": event.kind.value,
            "prev": event.prev,
            "hash": event.hash,
            "canonical": canonical,
            "received_at": received_at,
            "judged_by": judged_by,
        }
        for event, canonical, received_at, judged_by in events
    ]
    insert_all(work.session, TraceEvent, rows)


def apart(
    work: Work, device_id: str, raw_hashes: Collection[str], visit_ids: Collection[str]
) -> Apart:
    """What lies in the quarantine of these very bytes, and of these visits."""
    told = {"device": device_id, "raw_hashes": raw_hashes, "visits": visit_ids}
    rows = work.session.scalars(_APART, told).all()
    lying = [row for row in rows if row.state != AGAIN]
    return Apart(
        codes={row.raw_hash: Fault(code=row.code, detail=row.detail) for row in lying},
        spoiled={row.hash: row.code for row in lying if row.hash is not None},
        wanted={row.raw_hash: row for row in rows if row.state == AGAIN},
    )


def set_apart(work: Work, device_id: str, arrivals: Iterable[tuple[Arrival, Fault]]) -> None:
    """Put arrivals into the quarantine; what lies there already is left as it is."""
    rows = [
        {
            "id": work.ids(),
            "event_id": arrival.id,
            "visit_id": arrival.visit_id,
            "device_id": device_id,
            "hash": arrival.hash,
            "raw_hash": arrival.raw_hash,
            "code": fault.code,
            "detail": fault.detail,
            "raw": arrival.canonical,
            "received_at": work.now,
            "state": OPEN,
            "ruling": "",
            "retention_class": str(Retention.INSPECTION),
            "legal_hold": False,
        }
        for arrival, fault in arrivals
    ]
    if rows:
        work.session.flush()
    insert_if_absent(work.session, Quarantine, rows)


def settle(work: Work, entry: LedgerEntry, status: EventStatus, outcome: dict[str, Any]) -> None:
    """Say what became of an event that waited."""
    entry.status, entry.outcome, entry.changed_at = status, outcome, work.now


def close_request(row: Quarantine, fault: Fault | None) -> None:
    """What was asked to be sent again has come: taken in now, or here to stay."""
    if fault is None:
        row.state = ADMITTED
    else:
        row.state, row.code, row.detail = OPEN, fault.code, fault.detail
