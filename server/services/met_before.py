"""What of a push the server has met before: one question, so that nothing is asked of what is new.

Most pushes bring visits nobody has heard of. Asked under the locks of the tablet and the visits,
so nothing can come in between but an event's id with another tablet, which the ledger's key finds.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, literal_column, or_, select

from server.asking_ahead import Asked, Question
from server.database import any_of, rows_of
from server.models import ChainHead, Hold, LedgerEntry, Quarantine, ServerFact
from server.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Whether there is anything at all: of the events by id, set apart, or of the visits."""

    events: bool
    apart: bool
    visits: bool


# An event that was taken in has its chain's head beside it, which is found in one table; events lie
# in as many as the platform has months.
OF_VISITS: Asked = select(literal_column("1").label("there")).where(
    or_(
        *(
            select(table.visit_id).where(any_of(table.visit_id, "visits")).exists()
            for table in (ChainHead, Hold, ServerFact)
        )
    )
)
"""Whether anything is there of visits."""
_EVENTS = select(LedgerEntry.event_id).where(any_of(LedgerEntry.event_id, "events")).exists()
_APART = (
    select(Quarantine.id)
    .where(
        Quarantine.device_id == bindparam("device"),
        or_(any_of(Quarantine.raw_hash, "raw_hashes"), any_of(Quarantine.visit_id, "visits")),
    )
    .exists()
)
_MET = select(_EVENTS.label("events"), _APART.label("apart"))


def questions(
    device_id: str,
    event_ids: Collection[str],
    raw_hashes: Collection[str],
    visit_ids: Collection[str],
) -> tuple[Question, Question]:
    """What `look` asks of a batch of the tablet."""
    told = {
        "device": device_id,
        "events": event_ids,
        "raw_hashes": raw_hashes,
        "visits": visit_ids,
    }
    return (_MET, told), (OF_VISITS, {"visits": visit_ids})


def look(
    work: Work,
    device_id: str,
    event_ids: Collection[str],
    raw_hashes: Collection[str],
    visit_ids: Collection[str],
) -> Met:
    """Look for anything of a batch of the tablet."""
    of_all, of_visits = questions(device_id, event_ids, raw_hashes, visit_ids)
    events, apart = rows_of(work.session, *of_all).one()
    there = rows_of(work.session, *of_visits).first()
    return Met(events=bool(events), apart=bool(apart), visits=there is not None)


def is_new(work: Work, visit_id: str) -> bool:
    """Whether a visit is known to have come with this push: nothing of it was there before."""
    return work.session.foresees_nothing(OF_VISITS, {"visits": [visit_id]})
