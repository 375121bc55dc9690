"""Whether a file that came may be evidence: what it is by its content, and whether it is whole.

The kinds are shared with the tablet (`shared.files`). Here a picture is unfolded as well: one that
would become gigabytes is refused, and so is one that ends in the middle.
"""

import io
import mmap
from collections.abc import Set
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from server.refusals import WrongMediaType
from shared import files
from shared.files import EVIDENCE, MOST_PIXELS, PICTURES

__all__ = ["MOST_PIXELS", "EvidenceRefused", "check"]


class EvidenceRefused(WrongMediaType):
    """Not a kind of file that is taken as evidence, or a broken one. The visit stays."""

    code = "evidence_refused"


def check(path: Path, *, allowed: Set[str] = EVIDENCE) -> str:
    """The media type of a file that may be evidence; raises `EvidenceRefused`."""
    if not path.stat().st_size:
        raise EvidenceRefused("The file is empty.")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = files.kind_of(data[: files.HEAD_BYTES])
        if found is None or found not in allowed:
            raise EvidenceRefused("Files of this kind are not taken.")
        flaw = files.flaw(data, found)
        if flaw:
            raise EvidenceRefused(flaw)
        if found == "image/jpeg":
            _check_picture(io.BytesIO(_beginning(data)), PICTURES[found])
        elif found in PICTURES:
            _check_picture(path, PICTURES[found])
    return found


JPEG_START, JPEG_END, JPEG_SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
SCANNED = 64 * 1024
"""So much of the picture itself is unfolded, and all that says how to."""
MOST_SEGMENTS = 4096
"""Before the picture: a comment of the whole size allowed takes a quarter of these."""


def _beginning(data: mmap.mmap) -> bytes:
    """The first part of a JPEG, ended where it was cut; raises `EvidenceRefused`.

    A decoder takes whatever stands between the head and the end for a picture, at worst a grey
    one: to unfold 2 MB of it tells no more than the head, its beginning and that it has an end, and
    took most of what a file costs.
    """
    start = _scan(data)
    if start is None or data.rfind(JPEG_END, start) < 0:
        raise EvidenceRefused("The picture cannot be read.")
    cut = start + SCANNED
    return data[:] if len(data) <= cut else data[:cut] + JPEG_END


def _scan(data: mmap.mmap) -> int | None:
    """Where the picture begins behind its tables and what else stands before it."""
    at = len(JPEG_START)
    for _ in range(MOST_SEGMENTS):
        if at + 4 > len(data) or data[at] != JPEG_END[0]:
            return None
        kind = data[at + 1]
        if kind == JPEG_END[0]:  # markers may be filled up in front
            at += 1
            continue
        at += 2 + max(int.from_bytes(data[at + 2 : at + 4]), 2)
        if kind == JPEG_SCAN:
            return at
    return None


def _check_picture(source: Path | io.BytesIO, kind: str) -> None:
    """Measure before unfolding, then unfold: a truncated picture is no evidence of anything."""
    try:
        with Image.open(source, formats=[kind]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise EvidenceRefused("Too many pixels.", width=width, height=height)
            # Every byte is read all the same, but a JPEG need not be unfolded to its full size.
            picture.draft("L", (1, 1))
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise EvidenceRefused("The picture cannot be read.") from None
