"""What the server itself knows of a visit, as numbered facts of the same ledger as the events.

A fact is appended and never changed; the projection replays it, so that a rebuild sees what was
known then and not what is known today.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, select

from server.asking_ahead import Question
from server.database import Texts, any_of, insert_all, is_postgresql, rows_of
from server.models import ServerFact
from server.work import Work


class FactKind(StrEnum):
    REFERENCE_SNAPSHOT = "reference_snapshot"
    TASK_ALREADY_VISITED = "task_already_visited"
    EVENT_QUARANTINED = "event_quarantined"
    HOLD_EXPIRED = "hold_expired"
    TASK_WRITTEN_DOWN = "task_written_down"
    LATE_APPROVAL = "late_approval"
    RULING = "ruling"
    DESK_RULING = "desk_ruling"
    TIME_STAMPED = "time_stamped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`seq` counts from 1 within the visit."""

    seq: int
    kind: FactKind
    payload: Mapping[str, Any]
    at: datetime
    by_id: str | None


Facts = dict[str, list[Fact]]
"""Visit id → its facts in order."""


_OF_VISITS = (
    select(
        ServerFact.visit_id,
        ServerFact.seq,
        ServerFact.kind,
        ServerFact.payload,
        ServerFact.at,
        ServerFact.by_id,
    )
    .where(any_of(ServerFact.visit_id, "visits"))
    .order_by(ServerFact.visit_id, ServerFact.seq)
)


def of_visits(work: Work, visit_ids: Collection[str]) -> Facts:
    """The facts of each of `visit_ids`, an empty list where there are none."""
    found: Facts = {visit_id: [] for visit_id in visit_ids}
    for row in rows_of(work.session, _OF_VISITS, {"visits": [*found]}) if found else ():
        found[row.visit_id].append(_fact(row))
    return found


def append(
    work: Work, known: list[Fact], visit_id: str, kind: FactKind, payload: Mapping[str, Any]
) -> Fact:
    """Add a fact after those `known`, which must be all of the visit's, under its lock."""
    fact = Fact(
        seq=known[-1].seq + 1 if known else 1,
        kind=kind,
        payload=dict(payload),
        at=work.now,
        by_id=work.who.id,
    )
    row = {"id": work.ids(), "visit_id": visit_id, "seq": fact.seq, "kind": kind}
    more = {"payload": fact.payload, "at": fact.at, "by_id": fact.by_id}
    insert_all(work.session, ServerFact, [{**row, **more}])
    known.append(fact)
    return fact


def lock(work: Work, visit_ids: Collection[str]) -> None:
    """Let nobody else change these visits until this transaction ends; they need not exist yet.

    The order is always the same, so that two who want the same visits cannot stop each other.
    SQLite has one writer at a time anyway.
    """
    if visit_ids and is_postgresql(work.session.connection()):
        rows_of(work.session, *locking(visit_ids))


def locking(visit_ids: Collection[str]) -> Question:
    """What `lock` asks, of PostgreSQL alone."""
    return _LOCK, {"names": sorted(visit_ids)}


_NAMES = func.unnest(bindparam("names", type_=Texts)).column_valued("name")
_WANTED = select(_NAMES.label("name")).order_by(_NAMES).subquery("wanted")
_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(_WANTED.c.name, 0)))


def _fact(row: Any) -> Fact:
    return Fact(
        seq=row.seq, kind=FactKind(row.kind), payload=row.payload, at=row.at, by_id=row.by_id
    )
