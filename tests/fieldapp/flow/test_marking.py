"""What is written on a photo is written on a copy of it."""

from io import BytesIO

from PIL import Image, ImageChops

from fieldapp.flow.marking import marked
from fieldapp.theme.fonts import folder
from tests.fieldapp.screens.bench import jpeg

FONT = folder() / "NotoSansSC-Regular.otf"
LINES = (
    "2026年11月23日 12:00:05",
    "济南泉城食品有限公司 · 历下区泉城路1号" * 4,
    "王建国 15010100001",
)


def test_the_copy_has_the_picture_whole_and_the_lines_below_it() -> None:
    photo = jpeg()
    before = bytes(photo)
    copy = marked(photo, LINES, FONT)

    assert photo == before
    assert copy is not None
    plain, written = Image.open(BytesIO(photo)), Image.open(BytesIO(copy))
    assert written.width == plain.width
    band = written.height - plain.height
    assert band > plain.width // 42 * len(LINES)
    whole = written.crop((0, 0, *plain.size))
    away = ImageChops.difference(whole, plain).convert("L").resize((64, 36)).getextrema()
    assert away[1] < 40, "the picture is as it was, but for packing it again"
    letters = written.crop((0, plain.height, *written.size)).convert("L")
    assert letters.getextrema() > (0, 200)
    assert marked(photo, LINES[:1], FONT) != copy


def test_what_is_no_picture_has_no_copy() -> None:
    assert marked(b"RIFF....WAVEfmt ", LINES, FONT) is None
    assert marked(b"\xff\xd8\xff cut off", LINES, FONT) is None
