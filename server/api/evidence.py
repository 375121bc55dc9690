"""Evidence files: brought by tablets in pieces (tus 1.0.0), looked at by people.

The bytes are served from an address that takes no cookie and no token but a short-lived link, as
an attachment a browser must not guess at or run.
"""

import base64
import binascii
from typing import Any

import marshmallow as ma
from flask import Response, request, url_for
from flask.views import MethodView
from marshmallow.validate import Length, Regexp

from server import edge
from server.access import OF_CASES, roles
from server.api.frame import Blueprint, Header
from server.limits import PIECES, each_caller
from server.models import EvidenceFile, Upload
from server.refusals import ChecksumWrong, OtherTusVersion, TooLarge, WrongMediaType
from server.services import evidence, uploads
from server.services.evidence import LinkExpired
from server.services.file_types import EvidenceRefused
from server.services.uploads import (
    CHECKSUMS,
    Announced,
    EvidenceDiffers,
    EvidenceHashWrong,
    NotThisVisit,
    OffsetDiffers,
    Progress,
    UploadExpired,
)
from shared.errors import BadInput, NotFound, TooMany
from shared.roles import Role
from shared.validation import load

blueprint = Blueprint("evidence", __name__, url_prefix="/evidence")
TUS = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
PIECE = "application/offset+octet-stream"
SANDBOX = "sandbox; default-src 'none'"
VERSION = Header(name="Tus-Resumable", pattern=r"^1\.0\.0$")
LENGTH = Header(name="Upload-Length", pattern="^[0-9]{1,15}$", description="Bytes of the whole.")
OFFSET = Header(name="Upload-Offset", pattern="^[0-9]{1,15}$", description="Where the piece goes.")
METADATA = Header(
    name="Upload-Metadata",
    pattern="^[^\x00-\x1f\x7f-\U0010ffff]+$",
    description="`evidence_id`, `visit_id`, `sha256`, `filename`, `filetype`, each with base64.",
)
CHECKSUM = Header(
    name="Upload-Checksum",
    pattern="^(sha1|sha256) [0-9A-Za-z+/]+={0,2}$",
    required=False,
    description="Of the piece alone.",
)
RANGE = Header(
    name="Range", pattern="^bytes=[0-9]*-[0-9]*$", required=False, description="One part of it."
)
NEXT_DAY = "%a, %d %b %Y %H:%M:%S GMT"


class MetadataSchema(ma.Schema):
    evidence_id = ma.fields.String(required=True, validate=Regexp(r"\A[0-9A-Za-z_-]{1,64}\Z"))
    visit_id = ma.fields.String(required=True, validate=Regexp(r"\A[0-9A-Za-z_-]{1,64}\Z"))
    sha256 = ma.fields.String(required=True, validate=Regexp(r"\A[0-9a-f]{64}\Z"))
    filename = ma.fields.String(load_default="", validate=Length(max=200))
    filetype = ma.fields.String(load_default="", validate=Length(max=80))


_METADATA = MetadataSchema()


class EvidenceSchema(ma.Schema):
    id = ma.fields.String(required=True)
    visit_id = ma.fields.String(required=True)
    event_id = ma.fields.String(required=True, allow_none=True)
    sha256 = ma.fields.String(required=True)
    size = ma.fields.Integer(required=True)
    media_type = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    detail = ma.fields.String(required=True)
    completed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    content_url = ma.fields.String(
        required=True, metadata={"description": "Good for ten minutes, once the file is here."}
    )


@blueprint.after_request
def speak_tus(reply: Response) -> Response:
    """Every reply about uploads says which version is spoken."""
    if "/evidence/files" in request.path:
        reply.headers["Tus-Resumable"] = TUS
        reply.headers["Tus-Version"] = TUS
    return reply


@blueprint.route("/files")
class Uploads(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.response(204)
    def options(self) -> Response:
        """What is spoken here."""
        reply = Response(status=204)
        reply.headers["Tus-Extension"] = EXTENSIONS
        reply.headers["Tus-Max-Size"] = str(edge.parts().settings.max_evidence_bytes)
        reply.headers["Tus-Checksum-Algorithm"] = ",".join(CHECKSUMS)
        return reply

    @roles(Role.DEVICE)
    @each_caller(PIECES)
    @blueprint.heads(VERSION, LENGTH, METADATA, CHECKSUM)
    @blueprint.takes_bytes(PIECE)
    @blueprint.response(201)
    @blueprint.fails(OtherTusVersion, BadInput, TooLarge, NotThisVisit, EvidenceDiffers)
    @blueprint.fails(ChecksumWrong, EvidenceHashWrong, EvidenceRefused, TooMany)
    def post(self) -> Response:
        """Begin an upload, perhaps with its first bytes."""
        _require_tus()
        announced = _announced()
        piece = _piece() if request.mimetype == PIECE else b""
        with edge.working() as work:
            upload = uploads.create(work, announced)
            done = uploads.progress(upload)
            if piece and upload.finished_at is None:
                work.session.flush()
                done = uploads.append(work, upload.id, 0, piece)
        reply = _at(done.accepted(), status=201)
        reply.headers["Location"] = url_for("evidence.OneUpload", upload_id=upload.id)
        return reply


@blueprint.route("/files/<upload_id>")
@roles(Role.DEVICE)
class OneUpload(MethodView):
    @blueprint.heads(VERSION)
    @blueprint.response(200)
    @blueprint.fails(OtherTusVersion, NotFound, UploadExpired)
    def head(self, upload_id: str) -> Response:
        """Where an upload stands."""
        _require_tus()
        with edge.reading() as work:
            upload = uploads.find(work, upload_id)
        reply = _at(upload, status=200)
        reply.headers["Upload-Length"] = str(upload.length)
        return reply

    @roles(Role.DEVICE)
    @each_caller(PIECES)
    @blueprint.heads(VERSION, OFFSET, CHECKSUM)
    @blueprint.takes_bytes(PIECE)
    @blueprint.response(204)
    @blueprint.fails(OtherTusVersion, BadInput, NotFound, UploadExpired, OffsetDiffers, TooLarge)
    @blueprint.fails(ChecksumWrong, EvidenceHashWrong, EvidenceRefused, TooMany, WrongMediaType)
    def patch(self, upload_id: str) -> Response:
        """Add bytes. After the last one, 204 means: whole, checked, on disk."""
        _require_tus()
        if request.mimetype != PIECE:
            raise WrongMediaType("A piece of an upload is expected.", got=request.mimetype)
        offset, piece = _number("Upload-Offset"), _piece()
        with edge.working() as work:
            done = uploads.append(work, upload_id, offset, piece)
        return _at(done.accepted(), status=204)

    @roles(Role.DEVICE)
    @blueprint.heads(VERSION)
    @blueprint.response(204)
    @blueprint.fails(OtherTusVersion, NotFound, UploadExpired)
    def delete(self, upload_id: str) -> None:
        """Give an upload up."""
        _require_tus()
        with edge.working() as work:
            uploads.terminate(work, upload_id)


@blueprint.route("/<evidence_id>")
class OneEvidence(MethodView):
    @roles(*OF_CASES)
    @blueprint.response(200, EvidenceSchema)
    @blueprint.fails(NotFound)
    def get(self, evidence_id: str) -> dict[str, Any]:
        """A file of a visit, with a link to its bytes."""
        with edge.reading() as work:
            file = evidence.find(work, evidence_id)
            return _shown(file, evidence.link(work, file))


@blueprint.route("/content/<token>")
class Content(MethodView):
    @roles(Role.PUBLIC)
    @blueprint.heads(RANGE)
    @blueprint.response(200, content_type="application/octet-stream")
    @blueprint.alt_response(206, description="The part that was asked for.")
    @blueprint.fails(NotFound, LinkExpired)
    def get(self, token: str) -> Response:
        """The bytes of a file, or a part of them, for whoever was given the link."""
        with edge.reading() as work:
            served = evidence.by_link(work, token)
        reply = _bytes(served)
        reply.headers["Content-Disposition"] = f'attachment; filename="{served.name}"'
        reply.headers["Content-Security-Policy"] = SANDBOX
        reply.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return reply


def _bytes(served: evidence.Served) -> Response:
    """The file, or the one part asked for: a player goes to the middle of a recording so.

    A range that makes no sense is as if none was asked for (RFC 9110, 14.2).
    """
    whole = len(served.data)
    span = request.range.range_for_length(whole) if request.range else None
    if span is None:
        reply = Response(served.data, content_type=served.media_type)
    else:
        start, stop = span
        reply = Response(served.data[start:stop], status=206, content_type=served.media_type)
        reply.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{whole}"
    reply.headers["Accept-Ranges"] = "bytes"
    return reply


def _shown(file: EvidenceFile, link: str) -> dict[str, Any]:
    names = [name for name in EvidenceSchema().fields if name != "content_url"]
    address = url_for("evidence.Content", token=link)
    return {**{name: getattr(file, name) for name in names}, "content_url": address}


def _at(upload: Upload | Progress, *, status: int) -> Response:
    reply = Response(status=status)
    reply.headers["Upload-Offset"] = str(upload.offset)
    reply.headers["Upload-Expires"] = upload.expires_at.strftime(NEXT_DAY)
    return reply


def _require_tus() -> None:
    if request.headers.get("Tus-Resumable") != TUS:
        raise OtherTusVersion("tus 1.0.0 is spoken here.")


def _number(name: str) -> int:
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadInput("A header is missing.", errors={f"/{name}": "Not a whole number."})
    return int(text)


def _piece() -> bytes:
    data = edge.bytes_of_body()
    told = request.headers.get("Upload-Checksum")
    if told is not None:
        algorithm, _, digest = told.partition(" ")
        uploads.check_piece(algorithm, _base64("Upload-Checksum", digest), data)
    return data


def _announced() -> Announced:
    metadata: dict[str, str] = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        if name:
            text = _base64("Upload-Metadata", value).decode("utf-8", "replace")
            metadata[name] = text.replace("\0", "")
    read = load(_METADATA, metadata, "The metadata of an upload cannot be read.")
    return Announced(**read, length=_number("Upload-Length"))


def _base64(header: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput("Not base64.", errors={f"/{header}": "Not base64."}) from None
