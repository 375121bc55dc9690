"""Events that waited five days for one before them that never came: taken in as they are, flagged.

Supervision may say so earlier, or set them apart instead. If the missing one comes after all, the
chain is projected again in its order; the flag stays.
"""

from datetime import datetime

from sqlalchemy import select

from server.models import Agency, Device, EventStatus, Hold, Quarantine
from server.services import (
    gaps,
    ledger,
    push_effects,
    tablets,
    visit_facts,
    visit_material,
)
from server.services.arrivals import Arrival, Fault
from server.services.push_chains import OPENING, Taken
from server.services.tablets import Tablet
from server.services.visit_facts import FactKind
from server.services.visit_material import Stored
from server.work import Work

FLAG = "hold_expired"
REJECTED = "hold_rejected"
FOREIGN = "foreign_visit"
ON_THE_WAY = ("bad_signature", "hash_mismatch", "officer_signature_bad")
"""Set apart for what may have happened to the bytes on their way: the right ones may yet come."""
ChainKey = tuple[str, str]
"""(visit id, tablet id)."""


def due(work: Work, at: datetime, limit: int) -> list[ChainKey]:
    """Chains with an event whose time to wait was over by `at`."""
    rows = work.session.execute(
        select(Hold.visit_id, Hold.device_id)
        .where(Hold.until <= at, Hold.released_at.is_(None), Hold.expired_at.is_(None))
        .distinct()
        .limit(limit)
    )
    return [(visit_id, device_id) for visit_id, device_id in rows]


def expire(work: Work, visit_id: str, device_id: str) -> int:
    """Take in what has waited too long in one chain; returns how many events. Safe to repeat."""
    tablet = _locked(work, visit_id, device_id)
    over = [one for one in _waiting(work, visit_id, device_id) if one[0].until <= work.now]
    stored = visit_material.stored(work, [visit_id])
    if _is_anothers(tablet, stored[visit_id]):
        if _may_have_joined(work, device_id, visit_id):
            _let_wait_on(work, over)
        else:
            _set_apart(work, device_id, over, FOREIGN)
    elif over:
        _take_in(work, tablet, visit_id, over, stored)
    return len(over)


def take_in_now(work: Work, visit_id: str, device_id: str) -> int:
    """The same for all that waits of one chain, because supervision says so."""
    for hold in _still_held(work, visit_id, device_id):
        hold.until = min(hold.until, work.now)
    work.session.flush()
    return expire(work, visit_id, device_id)


def set_apart_now(work: Work, visit_id: str, device_id: str, reason: str) -> None:
    """Put all that waits of one chain into the quarantine for good, because supervision says so."""
    _locked(work, visit_id, device_id)
    over = _waiting(work, visit_id, device_id)
    _set_apart(work, device_id, over, REJECTED)
    rows = work.session.scalars(
        select(Quarantine).where(
            Quarantine.device_id == device_id,
            Quarantine.raw_hash.in_([arrival.raw_hash for _, arrival in over]),
        )
    )
    for row in rows:
        row.code, row.state = REJECTED, ledger.DISMISSED
        row.ruled_by, row.ruled_at, row.ruling = work.who.id, work.now, reason


def note_asked(work: Work, visit_id: str, device_id: str) -> None:
    """Remember that the tablet was asked for what is missing before these."""
    for hold in _still_held(work, visit_id, device_id):
        hold.asked_at = work.now


def _locked(work: Work, visit_id: str, device_id: str) -> Tablet:
    region = work.session.scalar(
        select(Agency.region)
        .join(Device, Device.agency_id == Agency.id)
        .where(Device.id == device_id)
    )
    tablet = tablets.lock(work, device_id, region or "")
    visit_facts.lock(work, [visit_id])
    return tablet


def _waiting(work: Work, visit_id: str, device_id: str) -> list[tuple[Hold, Arrival]]:
    """What waits still, and was not taken in meanwhile."""
    all_ = ledger.waiting(work, device_id, [visit_id])
    return [(hold, arrival) for hold, arrival in all_ if hold.expired_at is None]


def _still_held(work: Work, visit_id: str, device_id: str) -> list[Hold]:
    query = select(Hold).where(
        Hold.visit_id == visit_id,
        Hold.device_id == device_id,
        Hold.released_at.is_(None),
        Hold.expired_at.is_(None),
    )
    return list(work.session.scalars(query))


def _take_in(
    work: Work,
    tablet: Tablet,
    visit_id: str,
    over: list[tuple[Hold, Arrival]],
    stored: dict[str, list[Stored]],
) -> None:
    facts = visit_facts.of_visits(work, [visit_id])
    taken = []
    for hold, arrival in over:
        if arrival.event is None:
            continue
        note = {"event_id": hold.event_id, "device_id": hold.device_id, "seq": hold.seq}
        visit_facts.append(work, facts[visit_id], visit_id, FactKind.HOLD_EXPIRED, note)
        hold.expired_at = work.now
        taken.append(
            Taken(
                event=arrival.event,
                canonical=arrival.canonical,
                received_at=hold.received_at,
                hold=None,
            )
        )
    folded = push_effects.take_in(work, tablet, taken, stored, facts)
    outcomes = push_effects.outcomes_of(taken, folded)
    for entry in ledger.known(work, list(outcomes)).values():
        status, outcome = outcomes[entry.event_id]
        ledger.settle(work, entry, status, {**outcome, "code": FLAG})
    gaps.note(work, tablet.row, (one.event.device_seq for one in taken))


def _is_anothers(tablet: Tablet, stored: list[Stored]) -> bool:
    """Whether another tablet opened the visit and this one never joined it."""
    own = any(one.event.device_id == tablet.id for one in stored)
    return not own and any(one.event.kind in OPENING for one in stored)


def _may_have_joined(work: Work, device_id: str, visit_id: str) -> bool:
    """Whether what came damaged of this chain may be the very event that joins the visit."""
    query = select(Quarantine.id).where(
        Quarantine.device_id == device_id,
        Quarantine.visit_id == visit_id,
        Quarantine.code.in_(ON_THE_WAY),
    )
    return work.session.scalar(query.limit(1)) is not None


def _let_wait_on(work: Work, over: list[tuple[Hold, Arrival]]) -> None:
    """Once called foreign they would be so for ever, whatever comes: the ledger's word stands."""
    for hold, _ in over:
        hold.until = work.now + ledger.HOLD


def _set_apart(work: Work, device_id: str, over: list[tuple[Hold, Arrival]], code: str) -> None:
    ledger.set_apart(work, device_id, ((arrival, Fault(code=code)) for _, arrival in over))
    for hold, _ in over:
        hold.released_at = work.now
    for entry in ledger.known(work, [hold.event_id for hold, _ in over]).values():
        ledger.settle(work, entry, EventStatus.QUARANTINED, {"code": code})
