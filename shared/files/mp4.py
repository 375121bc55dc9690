"""MPEG-4 sound and video: whether every box is there, and how long it lasts.

Source: ISO/IEC 14496-12, boxes of a big-endian size and a name; `mvhd` inside `moov` has the
length and the units of a second it is counted in.
"""

import struct
from collections.abc import Iterator

from shared.files.octets import Broken, Octets

MOST_BOXES = 10_000
_LONG, _TO_THE_END = 1, 0


def check(data: Octets) -> None:
    """Raise `Broken` unless the boxes fill the file exactly and the index is among them."""
    if b"moov" not in {name for name, _, _ in _boxes(data, 0, len(data))}:
        raise Broken("The recording has no index: it was not finished.")


def duration_ms(data: Octets) -> int | None:
    """How long it lasts; None where the index does not say it."""
    for name, start, end in _boxes(data, 0, len(data)):
        if name == b"moov":
            for inner, at, _ in _boxes(data, start, end):
                if inner == b"mvhd":
                    return _told(data[at : at + 32])
    return None


def _boxes(data: Octets, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    for _ in range(MOST_BOXES):
        if at == end:
            return
        if at + 8 > end:
            break
        size, head = struct.unpack(">I", data[at : at + 4])[0], 8
        if size == _LONG and at + 16 <= end:
            size, head = struct.unpack(">Q", data[at + 8 : at + 16])[0], 16
        elif size == _TO_THE_END:
            size = end - at
        if size < head or at + size > end:
            break
        yield data[at + 4 : at + 8], at + head, at + size
        at += size
    raise Broken("The recording is cut off.")


def _told(header: bytes) -> int | None:
    """Version 1 has 64-bit times, version 0 32-bit ones."""
    form = (20, ">IQ") if header[:1] == b"\x01" else (12, ">II")
    at, layout = form
    if len(header) < at + struct.calcsize(layout):
        return None
    scale, length = struct.unpack_from(layout, header, at)
    unknown = length in (2**32 - 1, 2**64 - 1)
    return None if not scale or not length or unknown else length * 1000 // scale
