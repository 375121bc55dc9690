"""A file that is to become evidence. Its bytes are hashed as they came and never changed."""

from dataclasses import dataclass, field
from typing import Any

from fieldapp.store.evidence import MAX_BYTES
from shared.crypto import sha256_hex
from shared.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDraft:
    data: bytes = field(repr=False)
    media_type: str


def check_size(evidence: EvidenceDraft) -> None:
    """Raise `BadInput` for a file that the server could never take."""
    if not 0 < len(evidence.data) <= MAX_BYTES:
        raise BadInput("A file is empty or too large.", size=len(evidence.data), limit=MAX_BYTES)


def payload_of(evidence: EvidenceDraft, evidence_id: str) -> dict[str, Any]:
    """What `evidence_added` says about the file itself."""
    return {
        "evidence_id": evidence_id,
        "sha256": sha256_hex(evidence.data),
        "size": len(evidence.data),
        "media_type": evidence.media_type,
    }
