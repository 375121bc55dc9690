"""The week: what is due, where it lies, how far it is, and what a word finds."""

import math
from itertools import combinations

import pytest

from fieldapp import language
from fieldapp.screens.widgets.chart import said
from fieldapp.viewmodels import charting
from fieldapp.viewmodels.week import WeekState, WeekViewModel
from shared import geo
from shared.geo import Point
from shared.text import Language
from tests.fieldapp import visiting
from tests.fieldapp.viewmodels.conftest import Office
from tests.world import TASK, objects

HERE = Point(36.6684, 117.0208)
NORTH, EAST = Point(36.6774, 117.0208), Point(36.6684, 117.0432)


def test_a_point_stands_to_scale_and_in_its_direction() -> None:
    language.use(Language.ZH)
    chart = charting.draw(HERE, {"north": NORTH, "east": EAST})
    assert (chart.reach_m, chart.rings_m) == (2000.0, (1000.0, 2000.0))
    by_key = {dot.keys: (dot.x, dot.y) for dot in chart.dots}
    assert by_key[("north",)] == pytest.approx((0, 0.5), abs=0.01)
    assert by_key[("east",)] == pytest.approx((1.0, 0), abs=0.01)
    assert [charting.direction(HERE, place) for place in (NORTH, EAST)] == ["北", "东"]


def test_neighbours_are_one_dot_with_their_count() -> None:
    near = Point(NORTH.lat + 0.0002, NORTH.lon)
    chart = charting.draw(HERE, {"a": NORTH, "b": near, "far": EAST})
    assert [dot.keys for dot in chart.dots] == [("a", "b"), ("far",)]
    assert [said(dot) for dot in chart.dots] == ["a+", "far"]
    assert chart.dots[0] == charting.Dot(*at(chart, NORTH), ("a", "b")), "at the first of them"


def at(chart: charting.Chart, place: Point) -> tuple[float, float]:
    east, north = geo.offset_m(HERE, place)
    return east / chart.reach_m, north / chart.reach_m


def test_no_two_dots_cover_each_other() -> None:
    many = {
        str(n): Point(HERE.lat + n % 17 * 0.0011, HERE.lon + n % 23 * 0.0007) for n in range(90)
    }
    dots = charting.draw(HERE, many).dots
    assert sum(len(dot.keys) for dot in dots) == len(many)
    apart = [math.dist((a.x, a.y), (b.x, b.y)) for a, b in combinations(dots, 2)]
    assert min(apart) >= charting.NEAR


def test_the_week_names_distance_and_direction_and_opens_the_task(office: Office) -> None:
    plain = next(each for each in objects() if each.kind == "task")
    later = {**plain.data, "id": "later", "window_from": "2026-12-20", "window_to": "2026-12-30"}
    office.field.platform.publish(plain._replace(id="later", data=later))
    assert office.field.sync().problem is None
    office.duty.officer_id = "officer-wang"
    seen: list[WeekState] = []
    model = WeekViewModel(office.duty, seen.append)
    model.enter()
    (row,) = seen[-1].rows
    assert (row.key, row.due, row.away) == (TASK, "11月30日 到期", "西南 14 m")
    (dot,) = seen[-1].chart.dots
    assert (dot.keys, row.number) == (("1",), "1"), "the dot bears the number of its row"
    model.search("海风")
    assert (seen[-1].rows, seen[-1].chart) == ((), charting.Chart())
    model.search("泉城")
    assert [one.key for one in seen[-1].rows] == [TASK]
    office.field.ports.location.position = None
    model.refresh()
    assert seen[-1].origin == "没有定位：中心是各点的中间"
    model.open(TASK)
    assert office.duty.visit is not None
    visiting.finish(office.field.visit())
    model.enter()
    assert seen[-1].rows == (), "what has been inspected is not due"
