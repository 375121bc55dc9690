"""What is drawn and not written: pen strokes and the verification code, as SVG paths.

Only numbers from outside go into the SVG text; nothing a person typed does.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import zxingcpp

MOST_POINTS = 4000
PEN_WIDTH = 9
MARGIN = 20
BORDER = 2
CODE_OPTIONS = "ecLevel=L,dataMask=2"
"""Always the same mask: to weigh all eight takes seven times as long, and tokens are noise."""

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
    """Draw `text` as a QR code without a frame; the paper gives it its quiet zone.

    A line for every dark run of a row: a tenth of the time segno takes for the same code.
    """
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, options=CODE_OPTIONS)
    light = np.asarray(code.to_image(scale=1, add_quiet_zones=False))
    side = len(light) + 2 * BORDER
    edge = np.ones((len(light), 1), np.int8)
    turns = np.diff(np.hstack([edge, light > 0, edge]).astype(np.int8), axis=1)
    (rows, begun), (_, ended) = np.nonzero(turns < 0), np.nonzero(turns > 0)
    path = "".join(
        f"M{x + BORDER} {y + BORDER}.5h{to - x}"
        for y, x, to in zip(rows.tolist(), begun.tolist(), ended.tolist(), strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#ffffff" d="M0 0h{side}v{side}H0z"/><path stroke="#000000" d="{path}"/></svg>'
    )


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
