"""Which frames the readers are tried on: drawn from frames.json, all of them, the same every time.

`frames.json` holds a seed and, for each family, how many frames and the range of every
distortion. A frame's own seed is the hash of that seed, the family and the number, so that no
frame depends on another and none can be left out unseen.
"""

import hashlib
import json
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("frames.json")
_BASE64URL = string.ascii_letters + string.digits + "-_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distortion:
    """Angles in degrees, `module`, `blur`, `smear` and `spread` in pixels, the rest in grey levels.

    `module` is the width of one module before it leans; `lean` the angle away from the camera.
    """

    turn: float
    lean: float
    module: float
    blur: float
    noise: float
    paper: float
    ink: float
    shade: float
    smear: float = 0
    glare: float = 0
    spread: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that is needed to draw one frame again."""

    family: str
    number: int
    seed: int
    size: tuple[int, int]
    text: str
    error: str
    distortion: Distortion


def recipes() -> Iterator[Recipe]:
    """Every frame of the table, family by family."""
    table = json.loads(TABLE.read_text("utf-8"))
    for family in table["families"]:
        ranges = {**table["always"], **family}
        for number in range(family["count"]):
            yield _recipe(table, ranges, number)


def _recipe(table: dict, ranges: dict, number: int) -> Recipe:
    name = ranges["name"]
    key = f"{table['seed']}/{name}/{number}".encode()
    seed = int.from_bytes(hashlib.sha256(key).digest()[:4], "big")
    draw = random.Random(seed)
    text, error = _code(draw, number)
    chosen = {
        field: draw.uniform(*ranges[field])
        for field in Distortion.__dataclass_fields__
        if field in ranges
    }
    return Recipe(
        family=name,
        number=number,
        seed=seed,
        size=tuple(table["size"]),
        text=text,
        error=error,
        distortion=Distortion(**chosen),
    )


def _code(draw: random.Random, number: int) -> tuple[str, str]:
    """A text as long as those in use, and the error correction it is printed with."""
    tail = "".join(draw.choices(_BASE64URL, k=290))
    return (
        (f"https://jc.sd.example/q/e/{tail[:268]}", "m"),  # the card on an enterprise's wall
        (f"https://jc.sd.example/q/o/{tail[:284]}", "l"),  # an officer's, on another screen
        (f"https://jc.sd.example/q/e/{tail[:268]}", "m"),
        (f"https://licence.example/{tail[:40]}", "m"),  # a business licence
    )[number % 4]
