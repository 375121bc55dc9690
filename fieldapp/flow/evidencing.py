"""A file that is to become evidence. Its bytes are hashed as they came and never changed."""

from dataclasses import dataclass, field
from typing import Any

from fieldapp.errors import NoSpace
from fieldapp.store.evidence import MAX_BYTES
from shared.crypto import sha256_hex
from shared.errors import BadInput

KEPT_FREE_BYTES = 128 * 1024 * 1024
"""Room that no photo may take: the records of the visits under way must always fit."""

TIGHT_BYTES = 512 * 1024 * 1024
"""Below this the officer is told, while there is still room for what he is about to do."""

_COPIES = 3  # in the write-ahead log, in the database, and once more while it is moved there


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDraft:
    data: bytes = field(repr=False)
    media_type: str


def check_size(evidence: EvidenceDraft, *, free_bytes: int) -> None:
    """Raise `BadInput` for a file that the server could never take, `NoSpace` before it is full."""
    if not 0 < len(evidence.data) <= MAX_BYTES:
        raise BadInput("A file is empty or too large.", size=len(evidence.data), limit=MAX_BYTES)
    if free_bytes - _COPIES * len(evidence.data) < KEPT_FREE_BYTES:
        raise NoSpace("What is left is for records.", free=free_bytes, kept=KEPT_FREE_BYTES)


def payload_of(evidence: EvidenceDraft, evidence_id: str) -> dict[str, Any]:
    """What `evidence_added` says about the file itself."""
    return {
        "evidence_id": evidence_id,
        "sha256": sha256_hex(evidence.data),
        "size": len(evidence.data),
        "media_type": evidence.media_type,
    }
