"""What has become of each event at the server. The journal itself never changes for it.

An event that the server answered `duplicate` gets the outcome of its first time (protocol §2).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from fieldapp.store.opening import Store, Transaction
from shared import rfc3339


class OutboxState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"  # offered, and the answer has not been heard
    APPLIED = "applied"
    HELD = "held"
    QUARANTINED = "quarantined"
    CONFLICT = "conflict"


UNANSWERED = (OutboxState.WAITING, OutboxState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The server's word on one event; `irregularities` are `{rule, detail}` as it wrote them.

    `since` is when it said so, RFC 3339; empty while it has said nothing.
    """

    state: OutboxState
    code: str = ""
    detail: str = ""
    irregularities: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    since: str = field(default="", compare=False)

    @property
    def plain(self) -> bool:
        """Nothing a person must look at."""
        return self.state in (*UNANSWERED, OutboxState.APPLIED) and not self.irregularities


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An event ready to be sent: its canonical bytes."""

    event_id: str
    visit_id: str
    seq: int
    raw: bytes


class Outbox:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, tx: Transaction, event_id: str) -> None:
        tx.execute("INSERT INTO outbox (event_id, state) VALUES (?, 'waiting')", (event_id,))

    def to_offer(self, *, limit: int, max_bytes: int) -> list[Offer]:
        """Unanswered events in the order they were made, as many as fit; one always does.

        A visit with a conflict is stopped: none of its events is offered.
        """
        rows = self._store.rows(
            "SELECT event.id, event.visit_id, event.seq, event.raw FROM outbox"
            " JOIN event ON event.id = outbox.event_id"
            " WHERE outbox.state IN ('waiting', 'sent') AND event.visit_id NOT IN"
            "  (SELECT visit_id FROM event JOIN outbox ON outbox.event_id = event.id"
            "   WHERE outbox.state = 'conflict')"
            " ORDER BY event.device_seq LIMIT ?",
            (limit,),
        )
        offers: list[Offer] = []
        total = 0
        for event_id, visit_id, seq, raw in rows:
            total += len(raw) + 1
            if offers and total > max_bytes:
                break
            offers.append(Offer(event_id=event_id, visit_id=visit_id, seq=seq, raw=bytes(raw)))
        return offers

    def mark_sent(self, tx: Transaction, event_ids: Sequence[str]) -> None:
        tx.many(
            "UPDATE outbox SET state = 'sent', offered = offered + 1"
            " WHERE event_id = ? AND state IN ('waiting', 'sent')",
            [(event_id,) for event_id in event_ids],
        )

    def answered(self, tx: Transaction, event_id: str, outcome: Outcome, at: datetime) -> None:
        tx.execute(
            "UPDATE outbox SET state = ?, code = ?, detail = ?, irregularities = ?,"
            " answered_at = ? WHERE event_id = ?",
            (
                outcome.state,
                outcome.code,
                outcome.detail,
                json.dumps(list(outcome.irregularities), ensure_ascii=False),
                rfc3339.write(at),
                event_id,
            ),
        )

    def offer_again(self, tx: Transaction, event_ids: Sequence[str]) -> None:
        """Put events back in the queue; unknown ids are ignored."""
        tx.many(
            "UPDATE outbox SET state = 'waiting' WHERE event_id = ? AND state != 'conflict'",
            [(event_id,) for event_id in event_ids],
        )

    def offer_visit_again(self, tx: Transaction, visit_id: str) -> None:
        """Put every event of a visit back in the queue."""
        tx.execute(
            "UPDATE outbox SET state = 'waiting' WHERE state != 'conflict'"
            " AND event_id IN (SELECT id FROM event WHERE visit_id = ?)",
            (visit_id,),
        )

    def offer_span_again(self, tx: Transaction, first: int, last: int) -> None:
        """Put the events with these numbers of the tablet's own count back in the queue."""
        tx.execute(
            "UPDATE outbox SET state = 'waiting' WHERE state != 'conflict'"
            " AND event_id IN (SELECT id FROM event WHERE device_seq BETWEEN ? AND ?)",
            (first, last),
        )

    def offer_all_again(self, tx: Transaction) -> None:
        """The server may have lost anything: offer everything this tablet still holds."""
        tx.execute("UPDATE outbox SET state = 'waiting' WHERE state != 'waiting'")

    def ask_after_held(self, tx: Transaction, *, before: datetime) -> None:
        """Offer held events again that were last answered before then: the receipt will tell."""
        tx.execute(
            "UPDATE outbox SET state = 'waiting' WHERE state = 'held' AND answered_at < ?",
            (rfc3339.write(before),),
        )

    def settle_held(self, tx: Transaction, heads: Mapping[str, int]) -> None:
        """Held events that a receipt covers by now (visit → newest `seq` applied) are applied."""
        tx.many(
            "UPDATE outbox SET state = 'applied' WHERE state = 'held' AND event_id IN"
            " (SELECT id FROM event WHERE visit_id = ? AND seq <= ?)",
            list(heads.items()),
        )

    def outcome(self, event_id: str) -> Outcome | None:
        row = self._store.row(
            "SELECT state, code, detail, irregularities, answered_at FROM outbox"
            " WHERE event_id = ?",
            (event_id,),
        )
        return None if row is None else _outcome(*row)

    def of_visit(self, visit_id: str) -> dict[str, Outcome]:
        """Event id → outcome, in the chain's order."""
        rows = self._store.rows(
            "SELECT outbox.event_id, state, code, detail, irregularities, answered_at FROM outbox"
            " JOIN event ON event.id = outbox.event_id WHERE visit_id = ? ORDER BY seq",
            (visit_id,),
        )
        return {event_id: _outcome(*rest) for event_id, *rest in rows}

    def counts(self) -> dict[OutboxState, int]:
        rows = self._store.rows("SELECT state, count(*) FROM outbox GROUP BY state")
        found = {OutboxState(state): count for state, count in rows}
        return {state: found.get(state, 0) for state in OutboxState}

    def spoiled(self) -> int:
        """How many events the server set apart because what came was not what lies here."""
        count: int = self._store.value(
            "SELECT count(*) FROM outbox WHERE state = 'quarantined'"
            " AND code IN ('bad_signature', 'officer_signature_bad', 'hash_mismatch',"
            "  'unreadable', 'other_device')"
        )
        return count

    def stopped(self, visit_id: str) -> bool:
        """Whether the server holds another event under an id of this visit."""
        return (
            self._store.value(
                "SELECT 1 FROM outbox JOIN event ON event.id = outbox.event_id"
                " WHERE visit_id = ? AND state = 'conflict'",
                (visit_id,),
            )
            is not None
        )


def _outcome(
    state: str, code: str, detail: str, irregularities: str, answered_at: str | None
) -> Outcome:
    return Outcome(
        state=OutboxState(state),
        code=code,
        detail=detail,
        irregularities=tuple(json.loads(irregularities)),
        since=answered_at or "",
    )
