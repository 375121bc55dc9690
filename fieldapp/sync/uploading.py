"""Delivering evidence files by tus 1.0.0: creation, PATCH with checksum, resuming by HEAD.

Several stored chunks travel in one PATCH. A file counts as delivered only when the server has
taken its last byte, which it answers after verifying the hash of the whole. Nothing is deleted.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import islice
from urllib.parse import urljoin

from fieldapp.errors import BadReply, LocalFault, RefusedByServer
from fieldapp.ports.network import Response
from fieldapp.store.evidence import Upload, UploadState
from fieldapp.store.holdings import Holdings
from fieldapp.sync.client import API, ServerClient

PATH = "/evidence/files"
VERSION = {"Tus-Resumable": "1.0.0"}
CHUNKS_PER_PATCH = 4
MOST_FAILURES = 3
MOST_STALLS = 3
"""How often in a row a PATCH may bring nothing before the file is started over."""

CHECKSUM_MISMATCH = 460
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_COMPLETE = "evidence_complete"


class _FileRefused(Exception):
    """This file cannot go on as it is; the others can."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the file is on the server, and how far."""

    url: str
    offset: int
    stalls: int = 0


def _nobody(_count: int) -> None:
    """Nobody wants to know how far a file is."""


class Uploader:
    """`sent` is told of every piece that has arrived, in bytes."""

    def __init__(
        self, client: ServerClient, held: Holdings, *, sent: Callable[[int], None] = _nobody
    ) -> None:
        self._client = client
        self._held = held
        self._sent = sent

    def deliver(self, upload: Upload) -> UploadState:
        """Bring one file to its end.

        Raises what the client raises, with what has arrived remembered; `LocalFault` when the
        stored file no longer has its hash. A file the server refuses is tried three times in all
        and then waits for a person.
        """
        if not self._held.evidence.intact(upload.evidence):
            raise LocalFault("An evidence file is damaged.", evidence=upload.evidence.id)
        try:
            place = self._resumed(upload) or self._created(upload)
            while place.offset < upload.evidence.size:
                place = self._advanced(upload, place)
        except _FileRefused as refused:
            return self._failed(upload, refused.code)
        with self._held.store.transaction() as tx:
            self._held.evidence.complete(tx, upload.evidence.id)
        return UploadState.COMPLETE

    def _resumed(self, upload: Upload) -> _Place | None:
        if not upload.url:
            return None
        offset = self._offset_at(upload.url)
        return None if offset is None else _Place(url=upload.url, offset=offset)

    def _created(self, upload: Upload) -> _Place:
        response = self._client.send("POST", PATH, headers=_creation(upload))
        if response.status != HTTPStatus.CREATED:
            return self._not_created(upload, response)
        location = response.headers.get("location")
        if not location:
            raise BadReply("The server made a place and does not say where.")
        # A whole address of another host would carry our token there: only the path is taken.
        url = urljoin(f"{self._client.server}{API}{PATH}", location)
        if not url.startswith(f"{self._client.server}/"):
            raise BadReply("The place is on another server.")
        with self._held.store.transaction() as tx:
            self._held.evidence.begun(tx, upload.evidence.id, url=url)
        return _Place(url=url, offset=_offset(response.headers) or 0)

    def _not_created(self, upload: Upload, response: Response) -> _Place:
        try:
            self._client.understood(response)
        except RefusedByServer as error:
            if error.reason == _COMPLETE:
                return _Place(url="", offset=upload.evidence.size)
            raise _for_file(error) from error
        raise BadReply("Creating a file gave no place.", status=response.status)

    def _advanced(self, upload: Upload, place: _Place) -> _Place:
        data = b"".join(
            islice(
                self._held.evidence.read(upload.evidence.id, offset=place.offset),
                CHUNKS_PER_PATCH,
            )
        )
        headers = {
            **VERSION,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(place.offset),
            "Upload-Checksum": f"sha256 {_base64(hashlib.sha256(data).digest())}",
        }
        response = self._client.send("PATCH", place.url, headers=headers, body=data)
        if response.status == HTTPStatus.NO_CONTENT:
            return self._reached(upload, place, _offset(response.headers))
        if response.status in (HTTPStatus.CONFLICT, CHECKSUM_MISMATCH):
            return self._asked(place)
        raise self._refusal(response)

    def _reached(self, upload: Upload, place: _Place, offset: int | None) -> _Place:
        if offset is None or not place.offset < offset <= upload.evidence.size:
            raise BadReply("An impossible offset.", offset=offset)
        with self._held.store.transaction() as tx:
            self._held.evidence.reached(tx, upload.evidence.id, offset=offset)
        self._sent(offset - place.offset)
        return replace(place, offset=offset, stalls=0)

    def _asked(self, place: _Place) -> _Place:
        """The server did not take the bytes: go on from where it says it is."""
        offset = self._offset_at(place.url)
        if offset is None or place.stalls + 1 >= MOST_STALLS:
            raise _FileRefused("checksum_mismatch")
        return replace(place, offset=offset, stalls=place.stalls + 1)

    def _offset_at(self, url: str) -> int | None:
        """How much the server has, or None when it no longer knows the upload."""
        response = self._client.send("HEAD", url, headers=VERSION)
        if response.status in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
            offset = _offset(response.headers)
            if offset is None:
                raise BadReply("No offset in the answer.")
            return offset
        if response.status in _GONE:
            return None
        raise self._refusal(response)

    def _refusal(self, response: Response) -> Exception:
        """What another answer means: raised as it is, or as a refusal of this one file."""
        if response.status in _GONE:
            return _FileRefused("upload_lost")
        try:
            self._client.understood(response)
        except RefusedByServer as error:
            return _for_file(error)
        return BadReply("Not an answer of tus.", status=response.status)

    def _failed(self, upload: Upload, code: str) -> UploadState:
        last = upload.failures + 1 >= MOST_FAILURES
        with self._held.store.transaction() as tx:
            self._held.evidence.failed(tx, upload.evidence.id, code=code, last_try=last)
        return UploadState.REFUSED if last else UploadState.WAITING


def _for_file(error: RefusedByServer) -> Exception:
    """A refusal of the token is for the cycle; any other is for this file alone."""
    if error.facts.get("status") == HTTPStatus.UNAUTHORIZED:
        return error
    return _FileRefused(error.reason or "refused_by_server")


def _creation(upload: Upload) -> dict[str, str]:
    evidence = upload.evidence
    said = {
        "evidence_id": evidence.id,
        "visit_id": evidence.visit_id,
        "sha256": evidence.sha256,
        "filename": evidence.id,
        "filetype": evidence.media_type,
    }
    pairs = (f"{name} {_base64(value.encode())}" for name, value in said.items())
    return {
        **VERSION,
        "Upload-Length": str(evidence.size),
        "Upload-Metadata": ",".join(pairs),
    }


def _offset(headers: Mapping[str, str]) -> int | None:
    text = headers.get("upload-offset", "")
    return int(text) if text.isdecimal() else None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
