"""Pictures for the tablet's camera: a code on a sticker as a hand would hold it, and a shelf.

They are written whole under another name first, because the camera looks at the newest file.
"""

import io
from enum import Enum
from pathlib import Path

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFilter

FRAME = (1280, 720)
STICKER = 560
TILT_DEGREES = 7.0
NOISE = 6.0
SEED = 20260301
JPEG_QUALITY = 88
WALL = ((205, 208, 204), (150, 156, 158))


class Sticker(Enum):
    CLEAN = "clean"
    SPOILT = "spoilt"  # somebody has painted over half of it


def code(text: str, sticker: Sticker = Sticker.CLEAN) -> Image.Image:
    """A frame with a QR code on a sticker: tilted, lit from one side, with a camera's noise."""
    frame = _wall()
    label = _sticker(text)
    if sticker is Sticker.SPOILT:
        draw = ImageDraw.Draw(label)
        draw.rectangle((0, 0, STICKER, int(STICKER * 0.62)), fill="white")
    label = label.rotate(TILT_DEGREES, expand=True, resample=Image.Resampling.BICUBIC)
    place = ((FRAME[0] - label.width) // 2, (FRAME[1] - label.height) // 2)
    frame.paste(label, place, label)
    return _seen_by_a_camera(frame)


def shelf() -> Image.Image:
    """What the photo of the demo shows: goods on a shelf, one box past its day."""
    frame = _wall()
    draw = ImageDraw.Draw(frame)
    colours = ("#8c4a3a", "#c9a227", "#3c6e71", "#d9d9d9", "#284b63", "#a3b18a")
    for row in range(3):
        top = 90 + row * 200
        draw.rectangle((60, top + 150, 1220, top + 172), fill="#6b4f3a")
        for number in range(11):
            left = 80 + number * 104
            height = 90 + (number * 37 + row * 23) % 50
            colour = colours[(number + row) % len(colours)]
            draw.rectangle((left, top + 150 - height, left + 78, top + 150), fill=colour)
            draw.rectangle((left + 12, top + 138 - height // 2, left + 66, top + 150), fill="#eee")
    draw.ellipse((560, 250, 700, 400), outline="#b3261e", width=8)
    return _seen_by_a_camera(frame)


def hold(picture: Image.Image, camera: Path, name: str) -> Path:
    """Put a picture before the camera, in place of what was there."""
    taken_away = list(camera.iterdir())
    path = camera / f"{name}.jpg"
    beside = camera.parent / f"{name}.part"
    picture.save(beside, "JPEG", quality=JPEG_QUALITY)
    beside.replace(path)
    for old in taken_away:
        if old != path:
            old.unlink()
    return path


def take_away(camera: Path) -> None:
    """Leave nothing before the camera."""
    for old in camera.iterdir():
        old.unlink()


def _sticker(text: str) -> Image.Image:
    drawn = io.BytesIO()
    made = segno.make(text, error="m", micro=False)
    made.save(drawn, kind="png", scale=8, border=4)
    label = Image.new("RGBA", (STICKER, STICKER), "white")
    with Image.open(drawn) as picture:
        inner = STICKER - 40
        nearest = Image.Resampling.NEAREST
        label.paste(picture.convert("RGBA").resize((inner, inner), nearest), (20, 20))
    ImageDraw.Draw(label).rectangle((2, 2, STICKER - 3, STICKER - 3), outline="#0b5f53", width=6)
    return label


def _wall() -> Image.Image:
    across = np.linspace(0.0, 1.0, FRAME[0])[None, :, None]
    left, right = (np.array(colour, dtype=float)[None, None, :] for colour in WALL)
    wall = np.broadcast_to(left * (1 - across) + right * across, (FRAME[1], FRAME[0], 3))
    return Image.fromarray(wall.astype(np.uint8))


def _seen_by_a_camera(frame: Image.Image) -> Image.Image:
    blurred = np.asarray(frame.filter(ImageFilter.GaussianBlur(0.8)), dtype=float)
    noise = np.random.default_rng(SEED).normal(0.0, NOISE, blurred.shape)
    return Image.fromarray(np.clip(blurred + noise, 0, 255).astype(np.uint8))
