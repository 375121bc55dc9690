"""Where a line of Chinese and Latin text may be broken. Pure: measuring comes in as an argument.

Kivy breaks at spaces only, which leaves half-empty lines where Chinese meets a number, and puts a
full stop at the start of a line. Source of the rules: 标点避头尾 of GB/T 15834 and CY/T 154.
"""

import re
from collections.abc import Callable, Iterator

NEVER_FIRST = frozenset("，。、；：？！）》」』】〕”’…—·,.;:?!)]}%℃")
NEVER_LAST = frozenset("（《「『【〔“‘([{￥")

Measure = Callable[[str], float]

# A word of Latin letters and figures stays whole; every Chinese character is its own piece.
_PIECE = re.compile(r"\s+|[0-9A-Za-zÀ-ɏ_@#&+./:%~=<>\"'*\\|^`$-]+|.", re.DOTALL)


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Break `text` into lines no wider than `width`, as `measure` counts.

    A single piece wider than the line, such as a hash, is cut where it must be.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_paragraph(paragraph, width, measure))
    return lines


def _paragraph(text: str, width: float, measure: Measure) -> Iterator[str]:
    line, used = "", 0.0
    for piece in _clusters(text):
        size = measure(piece)
        if used + size <= width or (not line and size <= width):
            line, used = line + piece, used + size
            continue
        if line.strip():
            yield line.rstrip()
        *full, rest = _cut(piece.lstrip(), width, measure)
        yield from full
        line, used = rest, measure(rest) if rest else 0.0
    yield line.rstrip()


def _clusters(text: str) -> Iterator[str]:
    """Pieces with the punctuation that may not be parted from them."""
    held = ""
    pieces = _PIECE.findall(text)
    for at, piece in enumerate(pieces, start=1):
        held += piece
        following = pieces[at][:1] if at < len(pieces) else ""
        if piece in NEVER_LAST or following in NEVER_FIRST:
            continue
        yield held
        held = ""
    if held:
        yield held


def _cut(piece: str, width: float, measure: Measure) -> list[str]:
    """A piece too wide for any line, in parts; the last may be short."""
    parts = [""]
    for character in piece:
        if parts[-1] and measure(parts[-1] + character) > width:
            parts.append("")
        parts[-1] += character
    return parts
