"""Files as pages hand them out: never sniffed, never kept by a shared cache."""

from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import quote

from flask import Response

from server.services.documents import Pdf

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def inline_pdf(pdf: Pdf) -> Response:
    """A PDF to be looked at at once, with its name for saving."""
    reply = Response(pdf.data, content_type="application/pdf")
    reply.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(pdf.filename)}"
    reply.headers["Cache-Control"] = "private, no-store"
    return reply


def attached(data: bytes, kind: str, name: str) -> Response:
    """A file to be saved under `name`, which is plain ASCII."""
    reply = Response(data, content_type=kind)
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    reply.headers["Cache-Control"] = "private, no-store"
    return reply


def streamed(pieces: Iterator[bytes], kind: str, name: str) -> Response:
    """The same, a piece at a time: for what may be long."""
    reply = Response(pieces, content_type=kind)
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    reply.headers["Cache-Control"] = "private, no-store"
    return reply


def sent_along(data: bytes, kind: str) -> Response:
    """A file an enterprise sent: only of kinds that were told by their content to be no program."""
    reply = Response(data, content_type=kind)
    reply.headers["Content-Disposition"] = "inline"
    reply.headers["Cache-Control"] = "private, no-store"
    return reply


def file_number(typed: str) -> int:
    """Which of the files that were sent along, as an address says it; -1 for what is no number."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else -1


def portrait(jpeg: bytes) -> Response:
    """An officer's photograph to be shown in a page; one that asks again may name what it has."""
    reply = Response(jpeg, content_type="image/jpeg")
    reply.headers["Cache-Control"] = "private, no-cache"
    reply.set_etag(sha256(jpeg).hexdigest())
    return reply
