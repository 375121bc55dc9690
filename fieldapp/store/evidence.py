"""Evidence files inside the encrypted store, in chunks, and how far each has been delivered.

The bytes are those the camera gave; nothing here changes, shrinks or writes them anywhere else.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fieldapp.store.opening import Store, Transaction

CHUNK_BYTES = 256 * 1024
MAX_BYTES = 64 * 1024 * 1024


class UploadState(StrEnum):
    WAITING = "waiting"
    COMPLETE = "complete"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`sha256` is of the whole file, in lower-case hex; `size` in bytes."""

    id: str
    event_id: str
    visit_id: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """How far a file is. `url` is empty until the server has made a place for it."""

    evidence: Evidence
    state: UploadState
    url: str
    offset: int
    failures: int
    code: str


class EvidenceStore:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, tx: Transaction, evidence: Evidence, data: bytes) -> None:
        """Store a file; call it in the transaction that appends its event."""
        tx.execute(
            "INSERT INTO evidence (id, event_id, visit_id, sha256, size, media_type)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                evidence.id,
                evidence.event_id,
                evidence.visit_id,
                evidence.sha256,
                evidence.size,
                evidence.media_type,
            ),
        )
        tx.many(
            "INSERT INTO evidence_chunk (evidence_id, number, data) VALUES (?, ?, ?)",
            (
                (evidence.id, number, data[start : start + CHUNK_BYTES])
                for number, start in enumerate(range(0, len(data), CHUNK_BYTES))
            ),
        )
        tx.execute("INSERT INTO upload (evidence_id, state) VALUES (?, 'waiting')", (evidence.id,))

    def read(self, evidence_id: str, *, offset: int = 0) -> Iterator[bytes]:
        """The file from `offset`, in pieces of at most `CHUNK_BYTES`."""
        number, skip = divmod(offset, CHUNK_BYTES)
        while True:
            data = self._store.value(
                "SELECT data FROM evidence_chunk WHERE evidence_id = ? AND number = ?",
                (evidence_id, number),
            )
            if data is None:
                return
            yield bytes(data)[skip:]
            number, skip = number + 1, 0

    def whole(self, evidence_id: str) -> bytes:
        """The file at once: for a picture on the screen, never for an upload."""
        return b"".join(self.read(evidence_id))

    def intact(self, evidence: Evidence) -> bool:
        """Whether what is stored still has the size and SHA-256 that the event names."""
        digest, size = hashlib.sha256(), 0
        for piece in self.read(evidence.id):
            digest.update(piece)
            size += len(piece)
        return size == evidence.size and digest.hexdigest() == evidence.sha256

    def of_visit(self, visit_id: str) -> tuple[Upload, ...]:
        return self._uploads("WHERE evidence.visit_id = ?", (visit_id,))

    def to_send(self) -> tuple[Upload, ...]:
        """Files not delivered whose event the server has answered: records go first.

        The newest visit's come first: its result is the one that people wait for.
        """
        return self._uploads(
            "JOIN outbox ON outbox.event_id = evidence.event_id"
            " JOIN event AS opened ON opened.visit_id = event.visit_id AND opened.seq = 1"
            " WHERE upload.state = 'waiting'"
            " AND outbox.state IN ('applied', 'held', 'quarantined')",
            order="opened.device_seq DESC, event.device_seq",
        )

    def undelivered(self) -> tuple[int, int]:
        """How many files the server does not have, and how many bytes of them."""
        count, left = self._store.rows(
            "SELECT count(*), coalesce(sum(size - offset), 0) FROM upload"
            " JOIN evidence ON evidence.id = evidence_id WHERE state != 'complete'"
        )[0]
        return count, left

    def begun(self, tx: Transaction, evidence_id: str, *, url: str) -> None:
        """The server made a place for the file; an empty `url` starts over."""
        tx.execute(
            "UPDATE upload SET url = ?, offset = 0 WHERE evidence_id = ?", (url, evidence_id)
        )

    def reached(self, tx: Transaction, evidence_id: str, *, offset: int) -> None:
        tx.execute("UPDATE upload SET offset = ? WHERE evidence_id = ?", (offset, evidence_id))

    def complete(self, tx: Transaction, evidence_id: str) -> None:
        """The server has verified the whole file's hash."""
        tx.execute(
            "UPDATE upload SET state = 'complete', code = '', offset ="
            " (SELECT size FROM evidence WHERE id = evidence_id) WHERE evidence_id = ?",
            (evidence_id,),
        )

    def failed(self, tx: Transaction, evidence_id: str, *, code: str, last_try: bool) -> None:
        """Count a failure and start over; after the last try the file waits for a person."""
        tx.execute(
            "UPDATE upload SET url = '', offset = 0, failures = failures + 1, code = ?, state = ?"
            " WHERE evidence_id = ?",
            (code, UploadState.REFUSED if last_try else UploadState.WAITING, evidence_id),
        )

    def refused(self) -> int:
        """How many files the server has refused so often that a person must look."""
        count: int = self._store.value("SELECT count(*) FROM upload WHERE state = 'refused'")
        return count

    def offer_refused_again(self, tx: Transaction) -> None:
        """A person wants them tried once more."""
        tx.execute(
            "UPDATE upload SET state = 'waiting', url = '', offset = 0, failures = 0"
            " WHERE state = 'refused'"
        )

    def offer_all_again(self, tx: Transaction) -> None:
        """The server may have lost anything: offer every file again."""
        tx.execute("UPDATE upload SET state = 'waiting', url = '', offset = 0, failures = 0")

    def _uploads(
        self, rest: str, values: tuple[object, ...] = (), *, order: str = "event.device_seq"
    ) -> tuple[Upload, ...]:
        rows = self._store.rows(
            "SELECT evidence.id, evidence.event_id, evidence.visit_id, sha256, size, media_type,"
            " upload.state, url, offset, failures, upload.code FROM evidence"
            " JOIN upload ON upload.evidence_id = evidence.id"
            f" JOIN event ON event.id = evidence.event_id {rest} ORDER BY {order}",
            values,
        )
        return tuple(_upload(*row) for row in rows)


def _upload(*row: Any) -> Upload:
    id_, event_id, visit_id, sha256, size, media_type, state, url, offset, failures, code = row
    return Upload(
        evidence=Evidence(
            id=id_,
            event_id=event_id,
            visit_id=visit_id,
            sha256=sha256,
            size=size,
            media_type=media_type,
        ),
        state=UploadState(state),
        url=url,
        offset=offset,
        failures=failures,
        code=code,
    )
