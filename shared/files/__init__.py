"""What a file that is to be evidence really is. Tablet and server ask this very code.

Told by content alone, never by a name or by what the sender says. What is on no list here (HTML,
SVG, programs, archives) is no evidence. Pure: the bytes are handed in, whole or mapped from a disk.
"""

from shared.files.kinds import (
    EVIDENCE,
    HEAD_BYTES,
    MOST_PIXELS,
    PDF,
    PICTURES,
    SOUNDS,
    VIDEOS,
    Measured,
    flaw,
    kind_of,
    measure,
)
from shared.files.octets import Octets

__all__ = [
    "EVIDENCE",
    "HEAD_BYTES",
    "MOST_PIXELS",
    "PDF",
    "PICTURES",
    "SOUNDS",
    "VIDEOS",
    "Measured",
    "Octets",
    "flaw",
    "kind_of",
    "measure",
]
