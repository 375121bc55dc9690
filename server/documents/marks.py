"""What is drawn and not written: pen strokes and the verification code, as SVG paths.

Only numbers from outside go into the SVG text; nothing a person typed does.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import pairwise

import segno

MOST_POINTS = 4000
PEN_WIDTH = 9
MARGIN = 20
MASK = 2
"""Always the same: to weigh all eight takes longer than drawing the page, and tokens are noise."""

Stroke = Sequence[Sequence[int]]
"""Points `[x, y, t]` of one stroke, x and y in 0..1000 of the pad (shared/events/payloads.py)."""

PAD_RATIO = 2.4
"""Width of the signing pad by its height: both axes count to 1000, so this restores the shape."""


def strokes_svg(strokes: Sequence[Stroke]) -> str | None:
    """Draw strokes as smooth lines in a box cut to the ink; None where nothing was written."""
    drawn = [[(x * PAD_RATIO, float(y)) for x, y, _ in stroke] for stroke in _thinned(strokes)]
    points = [point for stroke in drawn for point in stroke]
    if not points:
        return None
    left, top = min(x for x, _ in points) - MARGIN, min(y for _, y in points) - MARGIN
    width = max(x for x, _ in points) + MARGIN - left
    height = max(y for _, y in points) + MARGIN - top
    paths = "".join(f'<path d="{_smooth(stroke)}"/>' for stroke in drawn)
    box = f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">'
        f'<g fill="none" stroke="#14213f" stroke-width="{PEN_WIDTH}" stroke-linecap="round"'
        f' stroke-linejoin="round">{paths}</g></svg>'
    )


def code_svg(text: str) -> str:
    """Draw `text` as a QR code without a frame; the paper gives it its quiet zone."""
    code = segno.make(text, error="l", micro=False, mask=MASK)
    drawn = BytesIO()
    code.save(drawn, kind="svg", border=2, dark="#000000", light="#ffffff", xmldecl=False)
    return drawn.getvalue().decode("utf-8")


def _thinned(strokes: Sequence[Stroke]) -> Iterable[Stroke]:
    """Leave out points evenly where a pad gave more than paper can show."""
    step = 1 + sum(len(stroke) for stroke in strokes) // MOST_POINTS
    return ([*stroke[:-1:step], stroke[-1]] for stroke in strokes if stroke)


def _smooth(points: Sequence[tuple[float, float]]) -> str:
    """A path through the middles of the segments, bent at the points, so that corners vanish."""
    (x, y), *rest = points
    path = [f"M{x:.1f} {y:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(rest):
        path.append(f"Q{x1:.1f} {y1:.1f} {(x1 + x2) / 2:.1f} {(y1 + y2) / 2:.1f}")
    last_x, last_y = points[-1]
    path.append(f"L{last_x:.1f} {last_y:.1f}")
    return "".join(path)
