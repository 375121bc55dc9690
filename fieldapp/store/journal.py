"""The append-only journal of what was done on this tablet, one hash chain per visit.

It stores sealed events as they are and gives them back byte for byte. The schema's triggers
refuse to change or delete one; `trimming` alone may, and only what the server has confirmed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldapp.store.facts import Facts
from fieldapp.store.opening import Store, Transaction
from fieldapp.store.outbox import Outbox
from shared import rfc3339
from shared.canonical import canonical
from shared.chain import check_link
from shared.errors import BadInput
from shared.events.envelope import Event, read_event
from shared.location_risk import WHERE_IT_WAS, Sighting

MAX_EVENT_BYTES = 512 * 1024
"""Half of what one push may carry, so that a single event can always be sent."""

DEVICE_SEQ = "device_seq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest event of a chain."""

    seq: int
    hash: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """A visit as a list shows it; times are RFC 3339."""

    visit_id: str
    task_ids: tuple[str, ...]
    opened_at: str
    last_kind: str
    events: int
    unanswered: int
    needs_attention: int


class Journal:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._facts = Facts(store)
        self._outbox = Outbox(store)

    def next_device_seq(self, tx: Transaction) -> int:
        """The tablet's own count over all visits; it goes on after trimming."""
        return self._facts.next(tx, DEVICE_SEQ)

    @property
    def standing(self) -> int | None:
        """As `Store.standing`: while it is the same, so is every chain."""
        return self._store.standing

    def head(self, visit_id: str) -> Head | None:
        row = self._store.row(
            "SELECT seq, hash, raw FROM event WHERE visit_id = ? ORDER BY seq DESC LIMIT 1",
            (visit_id,),
        )
        if row is None:
            return None
        seq, hash_, raw = row
        return Head(seq=seq, hash=hash_, raw=json.loads(raw))

    def append(self, tx: Transaction, event: Event) -> None:
        """Add a sealed event and put it in the outbox.

        Raises `ChainBroken` when it does not follow the visit's last event, `BadInput` when it is
        too large ever to be sent.
        """
        head = self.head(event.visit_id)
        check_link(event.raw, head.raw if head else None)
        raw = canonical(event.raw)
        if len(raw) > MAX_EVENT_BYTES:
            raise BadInput("The event is too large.", bytes=len(raw), limit=MAX_EVENT_BYTES)
        tx.execute(
            "INSERT INTO event (id, visit_id, seq, device_seq, kind, at, hash, raw)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event.id,
                event.visit_id,
                event.seq,
                event.device_seq,
                event.kind,
                rfc3339.write(event.at.corrected),
                event.hash,
                raw,
            ),
        )
        self._outbox.add(tx, event.id)

    def raw_events(self, visit_id: str) -> list[bytes]:
        """The canonical bytes of a chain, in its order."""
        rows = self._store.rows(
            "SELECT raw FROM event WHERE visit_id = ? ORDER BY seq", (visit_id,)
        )
        return [bytes(raw) for (raw,) in rows]

    def events(self, visit_id: str) -> tuple[Event, ...]:
        return tuple(read_event(json.loads(raw)) for raw in self.raw_events(visit_id))

    def event(self, event_id: str) -> Event | None:
        raw = self._store.value("SELECT raw FROM event WHERE id = ?", (event_id,))
        return None if raw is None else read_event(json.loads(raw))

    def hash_at(self, visit_id: str, seq: int) -> str | None:
        found: str | None = self._store.value(
            "SELECT hash FROM event WHERE visit_id = ? AND seq = ?", (visit_id, seq)
        )
        return found

    def ids_before(self, visit_id: str, seq: int) -> list[str]:
        """The ids of a chain's events before `seq`, in its order."""
        rows = self._store.rows(
            "SELECT id FROM event WHERE visit_id = ? AND seq < ? ORDER BY seq", (visit_id, seq)
        )
        return [id_ for (id_,) in rows]

    def sightings(self, *, most: int = 12) -> tuple[Sighting, ...]:
        """Where the tablet was when it came and went, the newest first; without a fix, nothing."""
        rows = self._store.rows(
            f"SELECT raw FROM event WHERE kind IN ({', '.join('?' * len(WHERE_IT_WAS))})"
            " ORDER BY device_seq DESC LIMIT ?",
            (*WHERE_IT_WAS, most),
        )
        events = (read_event(json.loads(raw)) for (raw,) in rows)
        return tuple(seen for event in events if (seen := Sighting.of(event)))

    def has_open_visit(self, *, since: datetime) -> bool:
        """Whether a visit that is not sealed has had an act after `since`."""
        return (
            self._store.value(
                "SELECT 1 FROM event AS last WHERE kind != 'sealed' AND at > ? AND seq ="
                " (SELECT max(seq) FROM event WHERE visit_id = last.visit_id)",
                (rfc3339.write(since),),
            )
            is not None
        )

    def visits(self) -> tuple[VisitLine, ...]:
        """Every visit held, the newest first."""
        rows = self._store.rows(
            "SELECT first.visit_id, first.raw, first.at, last.kind, last.seq,"
            " (SELECT count(*) FROM outbox JOIN event ON event.id = event_id"
            "  WHERE visit_id = first.visit_id AND state IN ('waiting', 'sent')),"
            " (SELECT count(*) FROM outbox JOIN event ON event.id = event_id"
            "  WHERE visit_id = first.visit_id"
            "  AND (state IN ('held', 'quarantined', 'conflict') OR irregularities != '[]'))"
            " FROM event AS first JOIN event AS last ON last.visit_id = first.visit_id"
            " AND last.seq = (SELECT max(seq) FROM event WHERE visit_id = first.visit_id)"
            " WHERE first.seq = 1 ORDER BY first.device_seq DESC"
        )
        return tuple(_line(*row) for row in rows)


def _line(
    visit_id: str,
    raw: bytes,
    at: str,
    last_kind: str,
    events: int,
    unanswered: int,
    needs_attention: int,
) -> VisitLine:
    return VisitLine(
        visit_id=visit_id,
        task_ids=tuple(json.loads(raw)["task_ids"]),
        opened_at=at,
        last_kind=last_kind,
        events=events,
        unanswered=unanswered,
        needs_attention=needs_attention,
    )
