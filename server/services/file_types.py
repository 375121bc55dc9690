"""What kind of file some bytes really are, and whether that kind may be evidence.

Told by content alone, never by name or by what the sender says. Anything a browser could run
(HTML, SVG, scripts) is on no list, and a picture that would unfold to gigabytes is refused.
"""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from server.refusals import WrongMediaType

MOST_PIXELS = 30_000_000
HEAD_BYTES = 32
PICTURES: Mapping[str, str] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MPEG4_BRANDS = (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4A ", b"M4V ", b"3gp4", b"3gp5")


class EvidenceRefused(WrongMediaType):
    """Not a kind of file that is taken as evidence, or a broken one. The visit stays."""

    code = "evidence_refused"


def check(path: Path) -> str:
    """The media type of a file that may be evidence; raises `EvidenceRefused`."""
    with path.open("rb") as file:
        found = _told_by(file.read(HEAD_BYTES))
    if found is None:
        raise EvidenceRefused("Files of this kind are not taken.")
    if found in PICTURES:
        _check_picture(path, PICTURES[found])
    return found


def _told_by(head: bytes) -> str | None:
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
    return None


def _check_picture(path: Path, kind: str) -> None:
    """Measure before unfolding, then unfold: a truncated picture is no evidence of anything."""
    try:
        with Image.open(path, formats=[kind]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise EvidenceRefused("Too many pixels.", width=width, height=height)
            # Every byte is read all the same, but a JPEG need not be unfolded to its full size.
            picture.draft("L", (1, 1))
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise EvidenceRefused("The picture cannot be read.") from None
