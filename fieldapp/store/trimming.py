"""Deleting visits that the server has confirmed long ago. The only place that deletes evidence.

A visit goes as a whole or not at all: sealed, every event applied and answered `retain_days` ago,
every file delivered. The schema refuses anything else, even from here.
"""

from datetime import datetime, timedelta

from fieldapp.store.opening import Store, Transaction
from shared import rfc3339


def trim(store: Store, *, now: datetime, retain_days: int) -> tuple[str, ...]:
    """Delete what may go; return the visits that went."""
    before = rfc3339.write(now - timedelta(days=retain_days))
    gone = tuple(visit for (visit,) in store.rows(_TRIMMABLE, (before,)))
    with store.transaction() as tx:
        for visit_id in gone:
            _trim_visit(tx, visit_id)
        tx.execute("DELETE FROM receipt WHERE received_at < ?", (before,))
    return gone


def _trim_visit(tx: Transaction, visit_id: str) -> None:
    tx.execute("INSERT INTO trim_permit (visit_id) VALUES (?)", (visit_id,))
    tx.execute("DELETE FROM evidence WHERE visit_id = ?", (visit_id,))
    tx.execute("DELETE FROM event WHERE visit_id = ?", (visit_id,))
    tx.execute("DELETE FROM visit_reference WHERE visit_id = ?", (visit_id,))
    tx.execute("DELETE FROM trim_permit WHERE visit_id = ?", (visit_id,))


_TRIMMABLE = """
    SELECT visit_id FROM event JOIN outbox ON outbox.event_id = event.id
    GROUP BY visit_id
    HAVING max(kind = 'sealed') = 1
        AND min(state = 'applied') = 1
        AND max(answered_at) < ?
        AND NOT EXISTS (
            SELECT 1 FROM evidence JOIN upload ON upload.evidence_id = evidence.id
            WHERE evidence.visit_id = event.visit_id AND upload.state != 'complete'
        )
"""
