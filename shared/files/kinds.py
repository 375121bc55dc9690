"""The kinds of file that may be evidence, how each is told, and what is wrong with a broken one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.files import mp4, ogg, pdf, wav
from shared.files.octets import Broken, Octets

HEAD_BYTES = 32
MOST_PIXELS = 30_000_000
"""Of a picture; whoever unfolds it measures first."""

PDF = "application/pdf"
PICTURES: Mapping[str, str] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
"""By media type, the name Pillow has for it."""
SOUNDS = frozenset({"audio/ogg", "audio/wav", "audio/mp4"})
VIDEOS = frozenset({"video/mp4"})
EVIDENCE = frozenset({PDF, *PICTURES, *SOUNDS, *VIDEOS})

MPEG4_BRANDS = (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4A ", b"M4V ", b"3gp4", b"3gp5")

_CHECKS: Mapping[str, Callable[[Octets], object]] = {
    "audio/wav": wav.read,
    "audio/ogg": ogg.check,
    "audio/mp4": mp4.check,
    "video/mp4": mp4.check,
    PDF: pdf.check,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How long a recording lasts, how many pages a document has; None where nothing says it."""

    duration_ms: int | None = None
    pages: int | None = None


def kind_of(head: bytes) -> str | None:
    """The media type that a file's first `HEAD_BYTES` show; None for what is no evidence."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head[4:8] == b"ftyp" and head[8:12] in MPEG4_BRANDS:
        return "audio/mp4" if head[8:12] == b"M4A " else "video/mp4"
    if head.startswith((b"%PDF-1.", b"%PDF-2.")):
        return PDF
    return None


def flaw(data: Octets, kind: str) -> str:
    """Why a file of this kind cannot be taken, in English; empty for a whole one.

    Pictures are unfolded by whoever holds them: that needs a library.
    """
    check = _CHECKS.get(kind)
    if check is None:
        return ""
    try:
        check(data)
    except Broken as broken:
        return str(broken)
    return ""


def measure(data: Octets, kind: str) -> Measured:
    """What can be said of the length of a whole file."""
    if kind == "audio/wav":
        return Measured(duration_ms=wav.read(data).duration_ms)
    if kind in ("audio/mp4", "video/mp4"):
        return Measured(duration_ms=mp4.duration_ms(data))
    if kind == PDF:
        return Measured(pages=pdf.pages(data))
    return Measured()
