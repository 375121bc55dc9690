"""Evidence as people look at it: what a visit has, what is still on the way, and the bytes.

Whoever may know the visit may see its files. A link to the bytes works for ten minutes and for
one file, so that they can be served from an address that takes no cookie.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from server.models import EvidenceFile, EvidenceState
from server.services import visits
from server.services.scoping import one
from server.storage.objects import object_store
from server.work import Work
from shared import base64url
from shared.canonical import canonical, parse_object
from shared.errors import BadInput, Expired, NotFound

LINK_LIFE = timedelta(minutes=10)
HERE = frozenset({EvidenceState.BYTES_COMPLETE, EvidenceState.QUARANTINED})
PURPOSE = b"mingcha evidence link "
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "application/pdf": "pdf",
}


class LinkExpired(Expired):
    """The ten minutes are over: ask for a new link."""

    code = "link_expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A file's bytes as they are handed out, under a name of our own making."""

    data: bytes
    media_type: str
    name: str


def of_visit(work: Work, visit_id: str) -> list[EvidenceFile]:
    """The files of a visit that who asks may know, in the order they were heard of."""
    visits.find(work, visit_id)
    return list(
        work.session.scalars(
            select(EvidenceFile)
            .where(EvidenceFile.visit_id == visit_id)
            .order_by(EvidenceFile.noted_at, EvidenceFile.id)
        )
    )


def find(work: Work, evidence_id: str) -> EvidenceFile:
    """A file of a visit that who asks may know; `NotFound`."""
    file = one(work.session.get(EvidenceFile, evidence_id))
    visits.find(work, file.visit_id)
    return file


def link(work: Work, file: EvidenceFile) -> str:
    """The last part of the address of a file's bytes; the caller has looked who asks."""
    raw = canonical({"e": file.id, "exp": int((work.now + LINK_LIFE).timestamp())})
    return f"{base64url.encode(raw)}.{base64url.encode(_tag(work, raw))}"


def by_link(work: Work, token: str) -> Served:
    """The bytes a link opens; `NotFound` for any other text, `LinkExpired` after its time."""
    head, _, tail = token.partition(".")
    try:
        raw, tag = base64url.decode(head), base64url.decode(tail)
    except BadInput:
        raise NotFound("No such file.") from None
    if not hmac.compare_digest(tag, _tag(work, raw)):
        raise NotFound("No such file.")
    told = parse_object(raw)
    if work.now.timestamp() >= told["exp"]:
        raise LinkExpired("The link has expired.")
    return served(work, one(work.session.get(EvidenceFile, told["e"])))


def served(work: Work, file: EvidenceFile) -> Served:
    """A file's bytes, read back and checked against its hash; `NotFound` while it is on the way."""
    if file.state not in HERE or file.storage_key is None:
        raise NotFound("The file has not arrived.", state=file.state)
    ending = ENDINGS.get(file.media_type, "bin")
    return Served(
        data=object_store(work.settings).get(file.storage_key),
        media_type=file.media_type,
        name=f"evidence-{file.sha256[:12]}.{ending}",
    )


def _tag(work: Work, raw: bytes) -> bytes:
    return hmac.new(work.secrets.cursor, PURPOSE + raw, hashlib.sha256).digest()
