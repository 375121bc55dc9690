"""Distances on the ground and the three coordinate systems in use, so they are never mixed.

Positions are stored as WGS-84, as measured. GCJ-02 (AMap, Tencent) and BD-09 (Baidu) lie about
half a kilometre off in Shandong; they are converted to for a map and from for an imported
address, never compared with a fix. The shift is the public approximation, good to a few metres.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
_GCJ_AXIS = 6_378_245.0  # Krasovsky 1940, which the approximation is made for
_GCJ_ECCENTRICITY = 0.00669342162296594323
_BD_TURN = math.pi * 3000.0 / 180.0
_BD_LAT, _BD_LON = 0.006, 0.0065


class Crs(StrEnum):
    """A coordinate reference system as written beside a position."""

    WGS84 = "WGS84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ02"
    BD09 = "BD09"


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees north and east."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """Where a premise is: a WGS-84 point and a radius in metres."""

    centre: Point
    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How far a fix lies from a premise, and how sure the fix is, in metres."""

    distance_m: float
    accuracy_m: float
    radius_m: float

    @property
    def outside(self) -> bool:
        """Whether even the fix's own uncertainty does not reach the fence (domain §4.5)."""
        return self.distance_m > self.radius_m + self.accuracy_m


def haversine_m(one: Point, other: Point) -> float:
    """Metres along the ground between two points of one system (haversine)."""
    lat_1, lat_2 = math.radians(one.lat), math.radians(other.lat)
    half_lat = (lat_2 - lat_1) / 2
    half_lon = math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def offset_m(origin: Point, point: Point) -> tuple[float, float]:
    """Metres to the east and to the north of `origin`, flat: good within a county or a city."""
    narrower = math.cos(math.radians(origin.lat))
    north = math.radians(point.lat - origin.lat) * EARTH_RADIUS_M
    east = math.radians(point.lon - origin.lon) * EARTH_RADIUS_M * narrower
    return east, north


def measure(fix: Point, accuracy_m: float, fence: Fence) -> Measured:
    """The distance of a WGS-84 fix from a premise; an unknown accuracy is 0."""
    return Measured(
        distance_m=haversine_m(fix, fence.centre),
        accuracy_m=max(0.0, accuracy_m),
        radius_m=fence.radius_m,
    )


def outside_geofence(fix: Point, accuracy_m: float, fence: Fence) -> bool:
    """Whether distance > radius + accuracy: a reason to explain, never to block."""
    return measure(fix, accuracy_m, fence).outside


def to_wgs84(point: Point, crs: Crs) -> Point:
    """`point` of `crs` in WGS-84. CGCS2000 is taken as equal: it differs by less than a metre."""
    match crs:
        case Crs.WGS84 | Crs.CGCS2000:
            return point
        case Crs.GCJ02:
            return gcj02_to_wgs84(point)
        case Crs.BD09:
            return gcj02_to_wgs84(bd09_to_gcj02(point))


def from_wgs84(point: Point, crs: Crs) -> Point:
    """A WGS-84 `point` in `crs`, to draw it on a map of that system."""
    match crs:
        case Crs.WGS84 | Crs.CGCS2000:
            return point
        case Crs.GCJ02:
            return wgs84_to_gcj02(point)
        case Crs.BD09:
            return gcj02_to_bd09(wgs84_to_gcj02(point))


def in_china(point: Point) -> bool:
    """Whether the shift applies; a rough rectangle, as in the approximation itself."""
    return 0.8293 <= point.lat <= 55.8271 and 72.004 <= point.lon <= 137.8347


def wgs84_to_gcj02(point: Point) -> Point:
    if not in_china(point):
        return point
    north, east = _gcj_shift(point)
    return Point(point.lat + north, point.lon + east)


def gcj02_to_wgs84(point: Point) -> Point:
    """The point that `wgs84_to_gcj02` moves to `point`, by iteration, to about a millimetre."""
    if not in_china(point):
        return point
    guess = point
    for _ in range(6):
        moved = wgs84_to_gcj02(guess)
        guess = Point(guess.lat + point.lat - moved.lat, guess.lon + point.lon - moved.lon)
    return guess


def gcj02_to_bd09(point: Point) -> Point:
    x, y = point.lon, point.lat
    radius = math.hypot(x, y) + 0.00002 * math.sin(y * _BD_TURN)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * _BD_TURN)
    return Point(radius * math.sin(angle) + _BD_LAT, radius * math.cos(angle) + _BD_LON)


def bd09_to_gcj02(point: Point) -> Point:
    x, y = point.lon - _BD_LON, point.lat - _BD_LAT
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * _BD_TURN)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BD_TURN)
    return Point(radius * math.sin(angle), radius * math.cos(angle))


def _gcj_shift(point: Point) -> tuple[float, float]:
    """Degrees (north, east) by which GCJ-02 lies off at a WGS-84 point."""
    x, y = point.lon - 105.0, point.lat - 35.0
    lat = math.radians(point.lat)
    magic = 1 - _GCJ_ECCENTRICITY * math.sin(lat) ** 2
    root = math.sqrt(magic)
    metres_north = _GCJ_AXIS * (1 - _GCJ_ECCENTRICITY) / (magic * root) * math.pi / 180.0
    metres_east = _GCJ_AXIS / root * math.cos(lat) * math.pi / 180.0
    return _north_m(x, y) / metres_north, _east_m(x, y) / metres_east


def _north_m(x: float, y: float) -> float:
    trend = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    return (
        trend + _ripple(x) + _waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    )


def _east_m(x: float, y: float) -> float:
    trend = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    return (
        trend + _ripple(x) + _waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    )


def _ripple(x: float) -> float:
    return _waves(x, (20.0, 6.0), (20.0, 2.0))


def _waves(value: float, *waves: tuple[float, float]) -> float:
    """Two thirds of the sum of sines; each wave is (metres, times π)."""
    return sum(high * math.sin(value * math.pi * rate) for high, rate in waves) * 2.0 / 3.0
