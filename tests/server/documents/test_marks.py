"""Strokes and codes, drawn."""

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from server.documents.marks import MOST_POINTS, code_svg, strokes_svg


def test_nothing_written_is_nothing_drawn() -> None:
    assert strokes_svg(()) is None
    assert strokes_svg(([],)) is None


def test_a_dot_is_drawn_as_a_dot() -> None:
    assert '<path d="M1200.0 500.0L1200.0 500.0"/>' in str(strokes_svg([[[500, 500, 0]]]))


def test_every_stroke_is_one_path_that_ends_where_the_pen_was_lifted() -> None:
    drawn = str(strokes_svg([[[0, 0, 0], [100, 100, 1], [200, 0, 2]], [[10, 10, 3], [20, 20, 4]]]))

    assert len(re.findall("<path", drawn)) == 2
    assert "L480.0 0.0" in drawn
    assert "L48.0 20.0" in drawn


def test_a_pad_that_never_stops_does_not_make_an_endless_file() -> None:
    stroke = [[n % 1000, (n * 7) % 1000, n] for n in range(2000)]

    drawn = str(strokes_svg([stroke] * 200))

    assert drawn.count("Q") <= MOST_POINTS
    assert len(drawn) < 250_000


@pytest.mark.parametrize("length", [40, 200, 420])
def test_a_code_is_read_back(length: int) -> None:
    text = "https://mingcha.test/q/d/" + "eyJkb2MiOiJhIn0"[: length % 15] * (length // 15) + "z"

    assert [code.text for code in zxingcpp.read_barcodes(painted(code_svg(text)))] == [text]


def painted(svg: str) -> Image.Image:
    """Rows are horizontal lines: `M` moves to the middle of a module, `h` draws."""
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])  # type: ignore[index]
    page = Image.new("L", (side * 4, side * 4), 255)
    pen = ImageDraw.Draw(page)
    for x, y, run in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg):
        left, top = int(x) * 4, int(y) * 4
        pen.rectangle((left, top, left + int(run) * 4 - 1, top + 3), fill=0)
    return page
