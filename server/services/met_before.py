"""What of a push the server has met before: one question, so that nothing is asked of what is new.

Most pushes bring visits nobody has heard of. Asked under the locks of the tablet and the visits,
so nothing can come in between but an event's id with another tablet, which the ledger's key finds.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from server.database import any_of, rows_of
from server.models import ChainHead, Hold, LedgerEntry, Quarantine, ServerFact, TraceEvent
from server.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Whether there is anything at all: of the events by id, set apart, or of the visits."""

    events: bool
    apart: bool
    visits: bool


_EVENTS = select(LedgerEntry.event_id).where(any_of(LedgerEntry.event_id, "events")).exists()
_APART = (
    select(Quarantine.id)
    .where(
        Quarantine.device_id == bindparam("device"),
        or_(any_of(Quarantine.raw_hash, "raw_hashes"), any_of(Quarantine.visit_id, "visits")),
    )
    .exists()
)
_VISITS = or_(
    *(
        select(table.visit_id).where(any_of(table.visit_id, "visits")).exists()
        for table in (ChainHead, TraceEvent, Hold, ServerFact)
    )
)
_MET = select(_EVENTS, _APART, _VISITS)


def look(
    work: Work,
    device_id: str,
    event_ids: Collection[str],
    raw_hashes: Collection[str],
    visit_ids: Collection[str],
) -> Met:
    """Look for anything of a batch of the tablet."""
    told = {
        "device": device_id,
        "events": event_ids,
        "raw_hashes": raw_hashes,
        "visits": visit_ids,
    }
    events, apart, visits = rows_of(work.session, _MET, told).one()
    return Met(events=bool(events), apart=bool(apart), visits=bool(visits))
