"""Draws a recipe as the camera of a tablet would have seen it. Uses none of the readers.

A card lies in space before a pinhole camera; light, glare, blur and noise are put on afterwards.
"""

import math

import numpy as np
import numpy.typing as npt
import segno
from PIL import Image, ImageDraw, ImageFilter

from tests.benchmarks.decoder.frames import Recipe

Grey = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]

FOCAL_PX = 1150.0  # a tablet's main camera at 1280 × 720
QUIET_ZONE = 4
_DRAWN = 10  # pixels to a module on the card, before the camera
_CARD_MARGIN = 5  # modules around the quiet zone
_CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
_WARM = (1.0, 0.985, 0.95)  # red, green and blue of a warm lamp


def draw(recipe: Recipe) -> npt.NDArray[np.uint8]:
    """The frame of a recipe: uint8, (height, width, 3), RGB, top row first."""
    chance = np.random.RandomState(recipe.seed)  # the generator whose stream never changes
    card = _card(recipe)
    look = _look(recipe, card.width / _DRAWN / 2, chance)
    frame = _lay(_desk(recipe, chance), card, look)
    frame = _blurred(_lit(frame, recipe, look, chance), recipe, chance)
    frame += chance.normal(0, recipe.distortion.noise, frame.shape)
    return np.stack([np.clip(frame * tint, 0, 255).astype(np.uint8) for tint in _WARM], axis=2)


def _card(recipe: Recipe) -> Image.Image:
    """A printed card: the code, its quiet zone, and lines of print above and below."""
    code = segno.make(recipe.text, error=recipe.error, micro=False, boost_error=False)
    modules = np.array([list(row) for row in code.matrix_iter(border=QUIET_ZONE)], dtype=np.uint8)
    side = (len(modules) + 2 * _CARD_MARGIN) * _DRAWN
    paper, ink = round(recipe.distortion.paper), round(recipe.distortion.ink)
    card = Image.new("L", (side, side), paper)
    grey = np.where(modules > 0, ink, paper).astype(np.uint8)
    symbol = Image.fromarray(grey).resize((len(modules) * _DRAWN,) * 2, Image.Resampling.NEAREST)
    card.paste(symbol, (_CARD_MARGIN * _DRAWN,) * 2)
    pen = ImageDraw.Draw(card)
    for top in (1.2, 2.9, side / _DRAWN - 3.4):
        for left in range(60, side - 90, 34):
            pen.rectangle((left, top * _DRAWN, left + 22, top * _DRAWN + 11), fill=ink)
    return card


def _look(recipe: Recipe, half: float, chance: np.random.RandomState) -> Matrix:
    """The homography from the card, in modules from its middle, to pixels of the frame."""
    bent = recipe.distortion
    width, height = recipe.size
    turn = math.radians(bent.turn)
    lean, way = math.radians(bent.lean), chance.uniform(0, 2 * math.pi)
    flat = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)], [0, 0]])
    axis = np.array([math.cos(way), math.sin(way), 0.0])
    tilted = _around(axis, lean) @ flat
    fit = min(bent.module, 0.94 * height / _reach(tilted, half))
    distance = FOCAL_PX / fit
    pinhole = np.array([[FOCAL_PX, 0, width / 2], [0, FOCAL_PX, height / 2], [0, 0, 1]])
    centred = pinhole @ np.column_stack([tilted, [0, 0, distance]])
    corners = _apply(centred, half * _CORNERS)
    low, high = corners.min(axis=0), corners.max(axis=0)
    room = np.maximum(0, np.minimum(low, np.array(recipe.size) - high))
    dx, dy = chance.uniform(-1, 1, 2) * room
    return np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]]) @ centred


def _around(axis: Matrix, angle: float) -> Matrix:
    """The rotation about a unit axis (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


def _reach(tilted: Matrix, half: float) -> float:
    """How many modules high the card stands, turned and leant, from its lowest to highest."""
    return float(2 * half * (np.abs(tilted[:2]).sum(axis=1)).max())


def _apply(homography: Matrix, points: Matrix) -> Matrix:
    moved = np.column_stack([points, np.ones(len(points))]) @ homography.T
    return moved[:, :2] / moved[:, 2:]


def _lay(desk: Image.Image, card: Image.Image, look: Matrix) -> Grey:
    """The card on the desk, drawn twice as large and halved so that edges are true greys."""
    half = card.width / 2 / _DRAWN
    corners = _apply(look, half * _CORNERS)
    left, top = np.maximum(0, np.floor(corners.min(axis=0))).astype(int).tolist()
    right, low = np.minimum(desk.size, np.ceil(corners.max(axis=0))).astype(int).tolist()
    box = (left, top, right, low)
    to_modules = np.array([[1 / _DRAWN, 0, -half], [0, 1 / _DRAWN, -half], [0, 0, 1]])
    to_large = np.array([[2, 0, -2 * left], [0, 2, -2 * top], [0, 0, 1]])
    back = np.linalg.inv(to_large @ look @ to_modules)
    large = (2 * (right - left), 2 * (low - top))
    how = Image.Transform.PERSPECTIVE, tuple((back / back[2, 2]).ravel()[:8])
    shown = card.transform(large, *how, resample=Image.Resampling.BILINEAR)
    where = Image.new("L", card.size, 255).transform(large, *how)
    part = desk.crop(box).resize(large)
    part.paste(shown, mask=where)
    desk.paste(part.reduce(2), box)
    return np.asarray(desk, dtype=np.float32)


def _desk(recipe: Recipe, chance: np.random.RandomState) -> Image.Image:
    """Something uneven behind the card, with edges and stripes that are no code."""
    width, height = recipe.size
    rough = Image.fromarray(chance.randint(60, 150, (9, 16)).astype(np.uint8))
    desk = rough.resize((width, height), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(desk)
    for _ in range(12):
        x, y = chance.randint(0, width), chance.randint(0, height)
        far = (x + chance.randint(20, 300), y + chance.randint(10, 120))
        pen.rectangle((x, y, *far), fill=int(chance.randint(20, 230)))
    for line in range(chance.randint(4, 14)):
        top = 30 + line * 46
        for left in range(chance.randint(0, 60), width, chance.randint(18, 40)):
            pen.rectangle((left, top, left + 9, top + 14), fill=int(chance.randint(20, 80)))
    return desk


def _lit(frame: Grey, recipe: Recipe, look: Matrix, chance: np.random.RandomState) -> Grey:
    """Light that falls off to one side, and a lamp mirrored on the card."""
    height, width = frame.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    way = chance.uniform(0, 2 * math.pi)
    slope = (x / width - 0.5) * math.cos(way) + (y / height - 0.5) * math.sin(way)
    lit = frame + recipe.distortion.shade * slope.astype(np.float32)
    aside = _apply(look, chance.uniform(-25, 25, (1, 2)))[0]
    far = ((x - aside[0]) ** 2 + (y - aside[1]) ** 2) / (2 * recipe.distortion.spread**2)
    return np.asarray(lit + recipe.distortion.glare * np.exp(-far), dtype=np.float32)


def _blurred(frame: Grey, recipe: Recipe, chance: np.random.RandomState) -> Grey:
    """Out of focus, and smeared by a moving hand."""
    way = chance.uniform(0, math.pi)
    picture = Image.fromarray(np.clip(frame, 0, 255).astype(np.uint8))
    steps = round(recipe.distortion.smear * 2)
    if steps > 1:
        reach = np.linspace(-0.5, 0.5, steps) * recipe.distortion.smear
        moved = [_shifted(picture, d * math.cos(way), d * math.sin(way)) for d in reach]
        picture = Image.fromarray(np.mean(moved, axis=0).astype(np.uint8))
    soft = picture.filter(ImageFilter.GaussianBlur(recipe.distortion.blur))
    return np.asarray(soft, dtype=np.float32)


def _shifted(picture: Image.Image, dx: float, dy: float) -> Grey:
    moved = picture.transform(
        picture.size, Image.Transform.AFFINE, (1, 0, dx, 0, 1, dy), Image.Resampling.BILINEAR
    )
    return np.asarray(moved, dtype=np.float32)
