"""Evidence files arriving in pieces (tus 1.0.0): created, continued, checked as a whole, kept.

Only a tablet of the visit may bring a file, and every byte of it: that somebody else has the same
file is told to nobody. Bytes are on disk before they are counted; at the last one the whole file's
SHA-256 and kind are checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import new as new_hash
from typing import Self

from sqlalchemy import bindparam, delete, exists, select, update

from server import past_session
from server.database import rows_of
from server.models import ChainHead, EvidenceFile, EvidenceState, Quarantine, Upload
from server.refusals import ChecksumWrong, TooLarge
from server.services import file_types
from server.services.file_types import EvidenceRefused
from server.storage.objects import object_store
from server.storage.part_files import part_files
from server.work import Work
from shared.errors import BadInput, Conflict, DomainError, Expired, NotAllowed, NotFound

LIFE = timedelta(days=7)
FOLDER = "evidence"
CHECKSUMS = ("sha1", "sha256")


class NotThisVisit(NotAllowed):
    """A tablet that took no part in the visit."""

    code = "not_this_visit"


class EvidenceDiffers(Conflict):
    """Another file than the event of this evidence speaks of."""

    code = "evidence_differs"


class OffsetDiffers(Conflict):
    """The upload stands elsewhere: ask where."""

    code = "offset_differs"


class UploadExpired(Expired):
    """Nothing came for seven days: begin a new upload."""

    code = "upload_expired"


class EvidenceHashWrong(ChecksumWrong):
    """The whole file is not the one that was announced; it is thrown away."""

    code = "evidence_hash_wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a tablet says of a file before it sends it."""

    evidence_id: str
    visit_id: str
    sha256: str
    length: int
    filename: str
    filetype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where an upload stands; `refusal` is raised after the commit that noted it."""

    offset: int
    expires_at: datetime
    refusal: DomainError | None = None

    def accepted(self) -> Self:
        """Itself; raises what its file was refused with."""
        if self.refusal is not None:
            raise self.refusal
        return self


def progress(upload: Upload, refusal: DomainError | None = None) -> Progress:
    return Progress(offset=upload.offset, expires_at=upload.expires_at, refusal=refusal)


def create(work: Work, told: Announced) -> Upload:
    """Begin an upload. A file that is here already from this tablet and visit is at its end."""
    if not 0 < told.length <= work.settings.max_evidence_bytes:
        raise TooLarge("Too large for a file.", limit=work.settings.max_evidence_bytes)
    file, state = _file_and_state(work, told)
    work.session.gather()  # the file and its upload are written as one
    if file is None:
        file = _note(work, told)
    _check_same(work, file, told)
    done = file.state in (EvidenceState.BYTES_COMPLETE, EvidenceState.QUARANTINED)
    if not done:
        file.state, file.detail = EvidenceState.PENDING, ""
    upload = Upload(
        id=work.ids(),
        evidence_id=told.evidence_id,
        visit_id=told.visit_id,
        device_id=work.who.id,
        length=told.length,
        offset=told.length if done else 0,
        sha256=told.sha256,
        filename=told.filename,
        media_type=told.filetype,
        kept_as=str(state),
        created_at=work.now,
        expires_at=work.now + LIFE,
        finished_at=work.now if done else None,
    )
    work.session.add(upload)
    return upload


def find(work: Work, upload_id: str, *, lock: bool = False) -> Upload:
    """An upload of the tablet that asks; `NotFound`, or `UploadExpired`."""
    found = work.session.get(Upload, upload_id, with_for_update=lock, populate_existing=lock)
    if found is None or found.device_id != work.who.id:
        raise NotFound("No such upload.")
    if work.now >= found.expires_at:
        raise UploadExpired("The upload has expired: begin a new one.")
    return found


def append(work: Work, upload_id: str, offset: int, data: bytes) -> Progress:
    """Add bytes at `offset`; at the last one the file is checked and kept, or thrown away.

    The row is moved on first, which locks it, and counts once the bytes are on disk: what fails in
    between takes the move back.
    """
    end, until = offset + len(data), work.now + LIFE
    told = {"upload": upload_id, "device": work.who.id, "at": offset, "end": end}
    moved = rows_of(work.session, _MOVE, {**told, "until": until, "now": work.now}).all()
    if not moved:
        return _unmoved(work, upload_id, offset, end)
    part_files(work.settings).write(upload_id, offset, data)
    ((length,),) = moved
    if end < length:
        return Progress(offset=end, expires_at=until)
    return _finish(work, upload_id)


_MOVE = (
    update(Upload)
    .where(
        Upload.id == bindparam("upload"),
        Upload.device_id == bindparam("device"),
        Upload.offset == bindparam("at"),
        Upload.length >= bindparam("end"),
        Upload.expires_at > bindparam("now"),
        Upload.finished_at.is_(None),
    )
    .values(offset=bindparam("end"), expires_at=bindparam("until"))
    .returning(Upload.length)
)


def _unmoved(work: Work, upload_id: str, offset: int, end: int) -> Progress:
    """Why a piece does not fit; an upload that is at its end already stays there."""
    upload = find(work, upload_id, lock=True)
    if offset != upload.offset:
        raise OffsetDiffers("The upload stands elsewhere.", offset=upload.offset)
    if end > upload.length:
        raise TooLarge("More bytes than were announced.", limit=upload.length)
    return progress(upload)


def terminate(work: Work, upload_id: str) -> None:
    """Give an upload up. A file that is complete stays."""
    upload = find(work, upload_id, lock=True)
    _forget(work, [upload.id])


def forget_expired(work: Work) -> int:
    """Drop uploads whose time is over, with their part files; returns how many."""
    over = work.session.scalars(select(Upload.id).where(Upload.expires_at <= work.now)).all()
    _forget(work, over)
    return len(over)


def check_piece(algorithm: str, digest: bytes, data: bytes) -> None:
    """Return if the piece arrived whole; `BadInput` for a checksum that is not known here."""
    if algorithm not in CHECKSUMS:
        raise BadInput("Not a checksum that is known here.", errors={"/Upload-Checksum": algorithm})
    if new_hash(algorithm, data, usedforsecurity=False).digest() != digest:
        raise ChecksumWrong("The piece did not arrive whole.")


_IN_VISIT = (
    exists().where(
        ChainHead.visit_id == bindparam("visit"), ChainHead.device_id == bindparam("device")
    ),
    exists().where(
        Quarantine.visit_id == bindparam("visit"), Quarantine.device_id == bindparam("device")
    ),
)
"""Whether a tablet sent anything of a visit that was taken in, or that lies in the quarantine."""
_FILE_AND_VISIT = (
    select(EvidenceFile, *_IN_VISIT)
    .where(EvidenceFile.id == bindparam("evidence"))
    .with_for_update(of=EvidenceFile)
)
_VISIT = select(*_IN_VISIT)


def _file_and_state(work: Work, told: Announced) -> tuple[EvidenceFile | None, EvidenceState]:
    """The file if it was heard of, locked, and how one of this tablet's in this visit is kept.

    Files of quarantined events stay apart.
    """
    asked = {"visit": told.visit_id, "device": work.who.id}
    found = past_session.rows(
        work.session, _FILE_AND_VISIT, {**asked, "evidence": told.evidence_id}
    )
    if found:
        ((file, taken_in, apart),) = found
    else:
        file, ((taken_in, apart),) = None, rows_of(work.session, _VISIT, asked)
    if taken_in:
        return file, EvidenceState.BYTES_COMPLETE
    if apart:
        return file, EvidenceState.QUARANTINED
    raise NotThisVisit("This tablet was not at that visit.")


def _note(work: Work, told: Announced) -> EvidenceFile:
    file = EvidenceFile(
        id=told.evidence_id,
        visit_id=told.visit_id,
        device_id=work.who.id,
        sha256=told.sha256,
        size=told.length,
        filename=told.filename,
        media_type=told.filetype,
        state=EvidenceState.PENDING,
        noted_at=work.now,
    )
    work.session.add(file)
    return file


def _check_same(work: Work, file: EvidenceFile, told: Announced) -> None:
    if (file.visit_id, file.device_id) != (told.visit_id, work.who.id):
        raise NotThisVisit("That evidence is of another visit.")
    if (file.sha256, file.size) != (told.sha256, told.length):
        raise EvidenceDiffers("The event speaks of another file.")
    file.filename = told.filename


_WITH_FILE = (
    select(Upload, EvidenceFile)
    .join(EvidenceFile, EvidenceFile.id == Upload.evidence_id)
    .where(Upload.id == bindparam("upload"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def _finish(work: Work, upload_id: str) -> Progress:
    parts = part_files(work.settings)
    ((upload, file),) = past_session.rows(work.session, _WITH_FILE, {"upload": upload_id})
    work.session.gather()
    if parts.digest(upload.id) != upload.sha256:
        return _thrown_away(work, upload, EvidenceHashWrong("Not the file that was announced."))
    try:
        file.media_type = file_types.check(parts.path(upload.id))
    except EvidenceRefused as refusal:
        file.state, file.detail = EvidenceState.REFUSED, refusal.message
        return _thrown_away(work, upload, refusal)
    file.storage_key = object_store(work.settings).adopt(
        FOLDER, parts.path(upload.id), upload.sha256
    )
    counts = file.event_id is not None  # its event may have been taken in since the upload began
    file.state = EvidenceState.BYTES_COMPLETE if counts else EvidenceState(upload.kept_as)
    file.completed_at = upload.finished_at = work.now
    return progress(upload)


def _thrown_away(work: Work, upload: Upload, refusal: DomainError) -> Progress:
    work.session.flush()
    told = progress(upload, refusal)
    _forget(work, [upload.id])
    return told


def _forget(work: Work, upload_ids: Sequence[str]) -> None:
    for upload_id in upload_ids:
        part_files(work.settings).drop(upload_id)
    work.session.execute(delete(Upload).where(Upload.id.in_(upload_ids)))
