"""A copy of a photo with when, where, by whom and which number written on it, to look at and show.

The photo itself is evidence and is never touched: its bytes stay as the camera gave them, under
the hash in the chain. The copy is made in memory, from a smaller picture, and kept nowhere.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

COPY_PIXELS = (1600, 1200)
JPEG_QUALITY = 85
LINE, EDGE = 1.45, 0.5
"""The height of a line and the space around them, in heights of a letter."""
LETTERS = 42
"""How many Chinese letters a line has room for; the letters are as large as that allows."""
INK, BAND = (255, 255, 255), (16, 24, 22)


def marked(photo: bytes, lines: Sequence[str], font: Path) -> bytes | None:
    """A JPEG of the photo with `lines` in a band below it; None for a file that is no picture."""
    from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

    try:
        with Image.open(BytesIO(photo)) as opened:
            opened.draft("RGB", COPY_PIXELS)
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    picture.thumbnail(COPY_PIXELS)
    letter = max(picture.width // LETTERS, 10)
    face = ImageFont.truetype(str(font), letter)
    told = [part for line in lines for part in _broken(line, face, picture.width - letter)]
    band = round(letter * (LINE * len(told) + 2 * EDGE))
    copy = Image.new("RGB", (picture.width, picture.height + band), BAND)
    copy.paste(picture, (0, 0))
    draw = ImageDraw.Draw(copy)
    for number, line in enumerate(told):
        top = picture.height + letter * (EDGE + LINE * number)
        draw.text((letter * EDGE, top), line, fill=INK, font=face)
    out = BytesIO()
    copy.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def _broken(line: str, face: Any, width: float) -> list[str]:
    """The line in pieces that fit."""
    pieces = [""]
    for letter in line:
        if pieces[-1] and face.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
