"""Places around the tablet as points drawn to scale: no tiles, no network, nothing but the data.

Points too near each other to be told apart are one dot, at the first of them. Pure.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fieldapp.language import _
from shared import geo
from shared.geo import Point

NEAR = 1 / 6
"""Part of the reach within which two points are one dot: on a screen dots touch there."""
RINGS = 2
LEAST_REACH_M = 200.0
NICE = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Dot:
    """`x` east and `y` north of the middle, as parts of the reach, from -1 to 1."""

    x: float
    y: float
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`reach_m` is from the middle to the rim; `rings_m` are the circles drawn on the way."""

    dots: tuple[Dot, ...] = ()
    reach_m: float = 0.0
    rings_m: tuple[float, ...] = ()


def draw(origin: Point, places: Mapping[str, Point]) -> Chart:
    """The chart of places by key around an origin, the rim a round figure beyond the farthest.

    Of neighbours the first one gives the place, so the order of `places` counts.
    """
    if not places:
        return Chart()
    offsets = {key: geo.offset_m(origin, place) for key, place in places.items()}
    reach = round_up(max(LEAST_REACH_M, *(math.hypot(*offset) for offset in offsets.values())))
    dots: dict[tuple[float, float], list[str]] = {}
    for key, (east, north) in offsets.items():
        at = east / reach, north / reach
        near = next((dot for dot in dots if math.dist(dot, at) < NEAR), at)
        dots.setdefault(near, []).append(key)
    rings = tuple(reach * ring / RINGS for ring in range(1, RINGS + 1))
    drawn = tuple(Dot(x, y, tuple(keys)) for (x, y), keys in dots.items())
    return Chart(dots=drawn, reach_m=reach, rings_m=rings)


def round_up(metres: float) -> float:
    """The next of 1, 2, 5, 10 times a power of ten."""
    scale = 10.0 ** math.floor(math.log10(metres))
    return next(nice * scale for nice in NICE if nice * scale >= metres * (1 - 1e-9))


def middle(places: Iterable[Point]) -> Point | None:
    """The middle of all, where the tablet does not know its own place."""
    known = list(places)
    if not known:
        return None
    count = len(known)
    return Point(sum(p.lat for p in known) / count, sum(p.lon for p in known) / count)


def direction(origin: Point, place: Point) -> str:
    """Which of the eight winds a place lies in."""
    east, north = geo.offset_m(origin, place)
    eighth = round(math.degrees(math.atan2(east, north)) / 45) % 8
    names = (_("北"), _("东北"), _("东"), _("东南"), _("南"), _("西南"), _("西"), _("西北"))
    return names[eighth]
