"""Whether a file that came may be evidence: what it is by its content, and whether it is whole.

The kinds are shared with the tablet (`shared.files`). Here a picture is unfolded as well: one that
would become gigabytes is refused, and so is one that ends in the middle.
"""

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
    if found in PICTURES:
        _check_picture(path, PICTURES[found])
    return found


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
