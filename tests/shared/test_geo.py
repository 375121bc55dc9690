"""Distances and coordinate systems, against published points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import geo
from shared.geo import Crs, Fence, Point

JINAN = Point(36.6512, 117.1201)
SHANDONG = st.builds(Point, st.floats(34.3, 38.4), st.floats(114.8, 122.8))
SYSTEMS = st.sampled_from(list(Crs))


def near(point: Point, lat: float, lon: float) -> bool:
    return point.lat == pytest.approx(lat, abs=1e-9) and point.lon == pytest.approx(lon, abs=1e-9)


def test_the_published_example_points_come_out() -> None:
    """The results printed in the tests of the widely copied coordtransform library."""
    tiananmen = Point(39.915, 116.404)

    assert near(geo.bd09_to_gcj02(tiananmen), 39.90865673957631, 116.39762729119315)
    assert near(geo.gcj02_to_bd09(tiananmen), 39.92133699351021, 116.41036949371029)
    assert near(geo.wgs84_to_gcj02(tiananmen), 39.91640428150164, 116.41024449916938)


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        (Point(31.1774276, 121.5272106), Point(31.17530398364597, 121.531541859215)),
        (Point(22.543847, 113.912316), Point(22.540796131694766, 113.9171764808363)),
        (Point(39.911954, 116.377817), Point(39.91334545536069, 116.38404722455657)),
    ],
)
def test_the_published_points_of_three_cities_come_out(wgs84: Point, gcj02: Point) -> None:
    """Shanghai, Shenzhen and Beijing, in the tests of the eviltransform libraries."""
    assert near(geo.wgs84_to_gcj02(wgs84), gcj02.lat, gcj02.lon)
    assert near(geo.to_wgs84(gcj02, Crs.GCJ02), wgs84.lat, wgs84.lon)


def test_a_map_services_own_answer_is_met_within_a_metre() -> None:
    """What the service itself returned, as published in the tests of the R package geoChina."""
    answered = Point(39.90874539, 116.39713623)

    assert geo.haversine_m(geo.wgs84_to_gcj02(Point(39.90734, 116.39089)), answered) < 1


@pytest.mark.parametrize(
    ("bd09", "measured"),
    [
        (Point(29.199786, 120.019809), Point(29.196131605295484, 120.00877901149691)),
        (Point(29.210504, 120.036455), Point(29.206795749156136, 120.0253853970846)),
    ],
)
def test_baidus_published_points_come_out_within_a_fence(bd09: Point, measured: Point) -> None:
    """Pairs in the tests of eviltransform, measured on the map rather than computed."""
    assert geo.haversine_m(geo.to_wgs84(bd09, Crs.BD09), measured) < 50


def test_the_ellipsoid_of_cgcs2000_is_that_of_wgs84_to_a_tenth_of_a_millimetre() -> None:
    """Same axis, flattening 1/298.257222101 (GB/T 28588) against 1/298.257223563 (WGS-84)."""
    axis = 6_378_137.0
    poles = (axis * (1 - 1 / 298.257222101), axis * (1 - 1 / 298.257223563))

    assert abs(poles[0] - poles[1]) < 0.00011


@pytest.mark.parametrize(
    ("city", "shift"),
    [
        (JINAN, 549),
        (Point(36.0671, 120.3826), 462),  # Qingdao
        (Point(37.4638, 121.4479), 472),  # Yantai
        (Point(35.2333, 115.4807), 533),  # Heze
    ],
)
def test_mixing_systems_would_be_wrong_by_half_a_kilometre(city: Point, shift: float) -> None:
    assert geo.haversine_m(city, geo.wgs84_to_gcj02(city)) == pytest.approx(shift, abs=1)


@given(SHANDONG, SYSTEMS)
def test_there_and_back_again_is_within_a_metre(point: Point, crs: Crs) -> None:
    assert geo.haversine_m(point, geo.to_wgs84(geo.from_wgs84(point, crs), crs)) < 1


def test_cgcs2000_counts_as_wgs84() -> None:
    assert geo.to_wgs84(JINAN, Crs.CGCS2000) == geo.from_wgs84(JINAN, Crs.CGCS2000) == JINAN


def test_nothing_is_shifted_outside_china() -> None:
    greenwich = Point(51.4779, 0.0)

    assert geo.wgs84_to_gcj02(greenwich) == geo.gcj02_to_wgs84(greenwich) == greenwich


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Point(0, 0), Point(0, 180), 20_015_114),
        (Point(36, 117), Point(37, 117), 111_195),
        (Point(39.9042, 116.4074), Point(31.2304, 121.4737), 1_067_311),  # Beijing, Shanghai
        (JINAN, JINAN, 0),
    ],
)
def test_a_distance_is_that_of_the_great_circle(one: Point, other: Point, metres: float) -> None:
    assert geo.haversine_m(one, other) == pytest.approx(metres, rel=1e-4)


@given(SHANDONG, SHANDONG)
def test_a_distance_is_the_same_both_ways(one: Point, other: Point) -> None:
    assert geo.haversine_m(one, other) == pytest.approx(geo.haversine_m(other, one))


@pytest.mark.parametrize(
    ("metres_north", "accuracy", "outside"),
    [(0, 0, False), (299, 0, False), (301, 0, True), (340, 50, False), (360, 50, True)],
)
def test_a_fix_is_outside_only_beyond_radius_and_accuracy(
    metres_north: float, accuracy: float, *, outside: bool
) -> None:
    fix = Point(JINAN.lat + metres_north / 111_195.08, JINAN.lon)

    assert geo.outside_geofence(fix, accuracy, Fence(centre=JINAN, radius_m=300)) is outside


def test_a_measurement_keeps_what_it_was_made_from() -> None:
    measured = geo.measure(JINAN, -5, Fence(centre=JINAN, radius_m=300))

    assert (measured.distance_m, measured.accuracy_m, measured.outside) == (0, 0, False)
