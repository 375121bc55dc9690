"""Drawn stand-ins for the certificate photographs of the demonstration's officers.

Nobody real is shown, and a flat drawing does not pass for a certificate's photograph.
"""

import hashlib
from io import BytesIO

from PIL import Image, ImageDraw

from server.services.portraits import QUALITY, SIZE

SCALE = 2
GROUNDS = ("#d9e4f2", "#dbe9e4", "#ece4d6", "#e3e0ee", "#e9dde0")
SKINS = ("#f1d0b5", "#e8c09f", "#f5dcc6", "#dcae8a")
HAIRS = ("#1f1b1a", "#2f2623", "#443730")
UNIFORM, SHIRT, TIE = "#1d2f4f", "#e9eff7", "#0f1d36"


def face(seed: str) -> bytes:
    """A portrait for `seed`, JPEG of the size portraits have; the same seed, the same picture."""
    draw_of = hashlib.sha256(seed.encode()).digest()
    width, height = (side * SCALE for side in SIZE)
    picture = Image.new("RGB", (width, height), GROUNDS[draw_of[0] % len(GROUNDS)])
    pen = ImageDraw.Draw(picture)
    middle = width // 2
    _shoulders(pen, middle, height)
    _head(pen, middle, SKINS[draw_of[1] % len(SKINS)], HAIRS[draw_of[2] % len(HAIRS)], draw_of[3])
    out = BytesIO()
    picture.resize(SIZE, Image.Resampling.LANCZOS).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _shoulders(pen: ImageDraw.ImageDraw, middle: int, height: int) -> None:
    pen.ellipse((middle - 270, 560, middle + 270, height + 420), fill=UNIFORM)
    pen.polygon([(middle - 70, 560), (middle + 70, 560), (middle, 720)], fill=SHIRT)
    pen.polygon(
        [(middle - 16, 600), (middle + 16, 600), (middle + 24, 760), (middle - 24, 760)], fill=TIE
    )


def _head(pen: ImageDraw.ImageDraw, middle: int, skin: str, hair: str, cut: int) -> None:
    pen.rectangle((middle - 52, 460, middle + 52, 590), fill=skin)
    if cut % 2:
        pen.rounded_rectangle((middle - 150, 200, middle + 150, 520), radius=110, fill=hair)
    pen.ellipse((middle - 128, 180, middle + 128, 520), fill=skin)
    pen.pieslice((middle - 140, 150, middle + 140, 420), 180, 360, fill=hair)
    pen.ellipse((middle - 120, 236, middle + 120, 330), fill=skin)
    for side in (-1, 1):
        pen.ellipse((middle + side * 52 - 9, 322, middle + side * 52 + 9, 346), fill=hair)
        pen.rounded_rectangle(
            (middle + side * 52 - 30, 292, middle + side * 52 + 30, 300), radius=4, fill=hair
        )
    pen.line((middle, 350, middle - 10, 402), fill="#c79a78", width=5)
    pen.arc((middle - 42, 392, middle + 42, 448), 20, 160, fill="#a8574a", width=7)
