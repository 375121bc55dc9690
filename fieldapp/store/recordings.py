"""A recording while it is made: its samples as they are heard, in the encrypted store.

It is no evidence yet: it becomes one, whole and hashed, in the transaction that drops it here.
"""

from dataclasses import dataclass
from datetime import datetime

from fieldapp.store.opening import Store, Transaction
from shared import rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """`officer_id` began it, at `begun_at` by the server's clock as far as it was known."""

    id: str
    visit_id: str
    officer_id: str
    point_id: str | None
    begun_at: datetime


class Recordings:
    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, tx: Transaction, recording: Recording) -> None:
        tx.execute(
            "INSERT INTO recording (id, visit_id, officer_id, point_id, begun_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                recording.id,
                recording.visit_id,
                recording.officer_id,
                recording.point_id,
                rfc3339.write(recording.begun_at),
            ),
        )

    def add(self, tx: Transaction, recording_id: str, samples: bytes) -> None:
        """What was heard next."""
        tx.execute(
            "INSERT INTO recording_piece (recording_id, number, samples)"
            " SELECT ?, count(*), ? FROM recording_piece WHERE recording_id = ?",
            (recording_id, samples, recording_id),
        )

    def of_visit(self, visit_id: str) -> Recording | None:
        """The oldest that has not become evidence; None where every one has."""
        rows = self._store.rows(
            "SELECT id, visit_id, officer_id, point_id, begun_at FROM recording"
            " WHERE visit_id = ? ORDER BY begun_at, id LIMIT 1",
            (visit_id,),
        )
        for id_, visit, officer_id, point_id, begun_at in rows:
            return Recording(
                id=id_,
                visit_id=visit,
                officer_id=officer_id,
                point_id=point_id,
                begun_at=rfc3339.read(begun_at),
            )
        return None

    def length(self, recording_id: str) -> int:
        """How many bytes of samples there are."""
        found: int = self._store.value(
            "SELECT coalesce(sum(length(samples)), 0) FROM recording_piece WHERE recording_id = ?",
            (recording_id,),
        )
        return found

    def samples(self, recording_id: str) -> bytes:
        """All that was heard."""
        rows = self._store.rows(
            "SELECT samples FROM recording_piece WHERE recording_id = ? ORDER BY number",
            (recording_id,),
        )
        return b"".join(bytes(row[0]) for row in rows)

    def drop(self, tx: Transaction, recording_id: str) -> None:
        """It is evidence now, or nothing was heard."""
        tx.execute("DELETE FROM recording WHERE id = ?", (recording_id,))
