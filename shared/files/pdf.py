"""PDF documents: whether one is whole, and how many pages it has. Nothing in it is ever run.

Source: ISO 32000-1, 7.5: a header, objects (some inside compressed streams, 7.5.7), `startxref` and
`%%EOF` near the end.
"""

import re
import zlib
from collections.abc import Iterator

from shared.files.octets import Broken, Octets

TAIL = 2048
MOST_STREAMS = 5_000
MOST_UNFOLDED = 4 * 1024 * 1024
"""Of one stream of objects; what unfolds to more is not counted."""

_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b")
_STREAM = re.compile(rb"/Type\s*/ObjStm(?![A-Za-z])")
_NUMBER = rb"\s+(\d{1,10})(?!\s+\d+\s+R)"
_COUNT, _FIRST = re.compile(rb"/N" + _NUMBER), re.compile(rb"/First" + _NUMBER)


def check(data: Octets) -> None:
    """Raise `Broken` for a document whose end is missing."""
    start = max(0, len(data) - TAIL)
    if data.rfind(b"%%EOF", start) < 0 or data.rfind(b"startxref", start) < 0:
        raise Broken("The document is cut off.")


def pages(data: Octets) -> int | None:
    """How many pages there are; None where that is not written in the clear (encrypted)."""
    # By the object's number: a document that was changed later holds old pages beside new ones.
    numbers: set[int] = set()
    streams = 0
    for number, body in _objects(data[0 : len(data)]):
        head = body[: body.find(b"stream")] if b"stream" in body else body
        if _PAGE.search(head):
            numbers.add(number)
        elif _STREAM.search(head) and streams < MOST_STREAMS:
            streams += 1
            numbers |= set(_in_stream(head, body))
    return len(numbers) or None


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    found = list(_OBJECT.finditer(data))
    for one, after in zip(found, [*found[1:], None], strict=True):
        yield int(one[1]), data[one.end() : after.start() if after else len(data)]


def _in_stream(head: bytes, body: bytes) -> Iterator[int]:
    """The numbers of the pages inside a stream of objects: pairs of number and place come first."""
    count, first = _COUNT.search(head), _FIRST.search(head)
    if count is None or first is None:
        return
    unfolded = _unfolded(body[len(head) + len(b"stream") :].lstrip(b"\r\n"))
    places = [int(n) for n in re.findall(rb"\d{1,10}", unfolded[: int(first[1])])]
    numbers, starts = places[0::2][: int(count[1])], places[1::2][: int(count[1])]
    for at, (number, start) in enumerate(zip(numbers, starts, strict=False)):
        end = starts[at + 1] if at + 1 < len(starts) else len(unfolded)
        if _PAGE.search(unfolded[int(first[1]) + start : int(first[1]) + end]):
            yield number


def _unfolded(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, MOST_UNFOLDED)
    except zlib.error:
        return b""
