"""A file that is to become evidence. Its bytes are hashed as they came and never changed."""

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from fieldapp.errors import FileRefused, NoSpace
from fieldapp.ports.sound import BYTES_A_SECOND, RATE
from fieldapp.store.evidence import MAX_BYTES
from shared import files
from shared.crypto import sha256_hex
from shared.errors import BadInput
from shared.events.payloads import HANDED_OVER, TAKEN
from shared.files import HEAD_BYTES, MOST_PIXELS, PICTURES, wav

KEPT_FREE_BYTES = 128 * 1024 * 1024
"""Room that no photo may take: the records of the visits under way must always fit."""

TIGHT_BYTES = 512 * 1024 * 1024
"""Below this the officer is told, while there is still room for what he is about to do."""

_COPIES = 3  # in the write-ahead log, in the database, and once more while it is moved there

LONGEST_S = 15 * 60
"""Of one recording: 28.8 MB, which the server takes and a bad network still carries."""

_COPIES_OF_SOUND = _COPIES + 2  # as it was heard, and as evidence, for a moment side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDraft:
    """`recording_id` is what it was while it was heard; that goes when the evidence is stored."""

    data: bytes = field(repr=False)
    media_type: str
    origin: str = TAKEN
    begun_at: datetime | None = None
    duration_ms: int | None = None
    pages: int | None = None
    recording_id: str = ""


def of_recording(samples: bytes, *, begun_at: datetime, recording_id: str) -> EvidenceDraft:
    """What the microphone heard, as a file that plays everywhere."""
    data = wav.write(samples, rate=RATE)
    return EvidenceDraft(
        data=data,
        media_type="audio/wav",
        begun_at=begun_at,
        duration_ms=wav.read(data).duration_ms,
        recording_id=recording_id,
    )


def of_file(data: bytes) -> EvidenceDraft:
    """A file that was handed over; raises `FileRefused` for one that the server would refuse."""
    if not data:
        raise FileRefused("It is empty.", why="empty")
    if len(data) > MAX_BYTES:
        raise FileRefused("It is too large.", why="large", limit=MAX_BYTES)
    kind = files.kind_of(data[:HEAD_BYTES])
    if kind is None:
        raise FileRefused("Files of this kind are not taken.", why="kind")
    if files.flaw(data, kind) or (kind in PICTURES and not _unfolds(data, PICTURES[kind])):
        raise FileRefused("It is broken or cut off.", why="broken")
    measured = files.measure(data, kind)
    return EvidenceDraft(
        data=data,
        media_type=kind,
        origin=HANDED_OVER,
        duration_ms=measured.duration_ms,
        pages=measured.pages,
    )


def room_for_sound_s(free_bytes: int) -> int:
    """For how many seconds of sound there is room on this tablet, up to `LONGEST_S`."""
    room = (free_bytes - KEPT_FREE_BYTES) // (_COPIES_OF_SOUND * BYTES_A_SECOND)
    return max(0, min(LONGEST_S, room))


def check_size(evidence: EvidenceDraft, *, free_bytes: int) -> None:
    """Raise `BadInput` for a file that the server could never take, `NoSpace` before it is full."""
    if not 0 < len(evidence.data) <= MAX_BYTES:
        raise BadInput("A file is empty or too large.", size=len(evidence.data), limit=MAX_BYTES)
    if free_bytes - _COPIES * len(evidence.data) < KEPT_FREE_BYTES:
        raise NoSpace("What is left is for records.", free=free_bytes, kept=KEPT_FREE_BYTES)


def payload_of(evidence: EvidenceDraft, evidence_id: str) -> dict[str, Any]:
    """What `evidence_added` says about the file itself.

    What is not known of it, and what goes without saying of a photo, is left out.
    """
    more = {
        "origin": evidence.origin if evidence.origin != TAKEN else None,
        "begun_at": evidence.begun_at,
        "duration_ms": evidence.duration_ms,
        "pages": evidence.pages,
    }
    return {
        "evidence_id": evidence_id,
        "sha256": sha256_hex(evidence.data),
        "size": len(evidence.data),
        "media_type": evidence.media_type,
        **{name: value for name, value in more.items() if value is not None},
    }


def _unfolds(data: bytes, kind: str) -> bool:
    """Whether a picture is whole and no bomb, as the server finds out when it comes."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return False
            picture.draft("L", (1, 1))
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True
