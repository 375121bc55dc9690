"""行政区划 (GB/T 2260) of Shandong as dated data, and which region lies in which.

Codes have 6 digits, or 12 where a town or village agency is meant. Whether one region lies in
another is read from the code alone, so it works for regions this table does not name. A business
code's region is that of its day of issue: never check one against this table.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from shared.errors import BadInput

_CODE = re.compile(r"[1-9]\d(?:\d{4}|\d{10})", re.ASCII)


class Level(IntEnum):
    """How far down a region is; the value is how many digits of its code say so."""

    PROVINCE = 2
    CITY = 4
    COUNTY = 6
    TOWN = 9
    VILLAGE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region under one name; in the year of a change both the old and the new one hold."""

    code: str
    name: str
    since: int | None = None
    until: int | None = None

    def held_in(self, year: int) -> bool:
        return (self.since or year) <= year <= (self.until or year)


def significant(code: str) -> str:
    """The digits of a code that say something: `370100` → `3701`; `BadInput` for no code."""
    if not _CODE.fullmatch(code):
        raise BadInput("Not a region code.", code=code)
    for upper, lower in reversed(tuple(pairwise(Level))):
        if code[upper:].strip("0"):
            return code[:lower]
    return code[: Level.PROVINCE]


def level(code: str) -> Level:
    """How far down the region of `code` is; `BadInput` for no code."""
    return Level(len(significant(code)))


def contains(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies in it; `BadInput` if either is no code."""
    return significant(inner).startswith(significant(outer))


def parent(code: str) -> str | None:
    """The 6-digit (above towns) or 12-digit code one level up; None for a province."""
    digits = significant(code)
    above = [each for each in Level if each < len(digits)]
    if not above:
        return None
    width = 12 if above[-1] > Level.COUNTY else 6
    return digits[: above[-1]].ljust(width, "0")


def find(code: str, year: int) -> Region | None:
    """The region of a code as it was called in `year`; None if this table does not name it."""
    wanted = significant(code).ljust(6, "0")
    return next((each for each in _BY_CODE.get(wanted, ()) if each.held_in(year)), None)


def full_name(code: str, year: int) -> str:
    """`370102` → `山东省济南市历下区`; parts that are not named here are left out."""
    codes = [code]
    while (above := parent(codes[0])) is not None:
        codes.insert(0, above)
    found = (find(each, year) for each in codes)
    return "".join(each.name for each in found if each is not None)


def below(code: str, year: int) -> tuple[Region, ...]:
    """The named regions directly below `code`, in the order of their codes."""
    every = (each for regions in _BY_CODE.values() for each in regions if each.held_in(year))
    whole = significant(code).ljust(6, "0")
    return tuple(sorted((r for r in every if parent(r.code) == whole), key=lambda r: r.code))


# One line per city, counties by their last two digits, with the years a code began or ended.
# Codes that ended before 2015, when the first business codes were given out, are left out.
_SHANDONG = """
3701 济南市: 02历下区 03市中区 04槐荫区 05天桥区 12历城区 13长清区 14章丘区(2016-)
    15济阳区(2018-) 16莱芜区(2018-) 17钢城区(2018-) 24平阴县 25济阳县(-2018) 26商河县
    81章丘市(-2016)
3702 青岛市: 02市南区 03市北区 11黄岛区 12崂山区 13李沧区 14城阳区 15即墨区(2017-) 81胶州市
    82即墨市(-2017) 83平度市 85莱西市
3703 淄博市: 02淄川区 03张店区 04博山区 05临淄区 06周村区 21桓台县 22高青县 23沂源县
3704 枣庄市: 02市中区 03薛城区 04峄城区 05台儿庄区 06山亭区 81滕州市
3705 东营市: 02东营区 03河口区 05垦利区(2016-) 21垦利县(-2016) 22利津县 23广饶县
3706 烟台市: 02芝罘区 11福山区 12牟平区 13莱山区 14蓬莱区(2020-) 34长岛县(-2020) 81龙口市
    82莱阳市 83莱州市 84蓬莱市(-2020) 85招远市 86栖霞市 87海阳市
3707 潍坊市: 02潍城区 03寒亭区 04坊子区 05奎文区 24临朐县 25昌乐县 81青州市 82诸城市 83寿光市
    84安丘市 85高密市 86昌邑市
3708 济宁市: 11任城区 12兖州区 26微山县 27鱼台县 28金乡县 29嘉祥县 30汶上县 31泗水县 32梁山县
    81曲阜市 83邹城市
3709 泰安市: 02泰山区 11岱岳区 21宁阳县 23东平县 82新泰市 83肥城市
3710 威海市: 02环翠区 03文登区 82荣成市 83乳山市
3711 日照市: 02东港区 03岚山区 21五莲县 22莒县
3712 莱芜市(-2018): 02莱城区(-2018) 03钢城区(-2018)
3713 临沂市: 02兰山区 11罗庄区 12河东区 21沂南县 22郯城县 23沂水县 24兰陵县 25费县 26平邑县
    27莒南县 28蒙阴县 29临沭县
3714 德州市: 02德城区 03陵城区 22宁津县 23庆云县 24临邑县 25齐河县 26平原县 27夏津县 28武城县
    81乐陵市 82禹城市
3715 聊城市: 02东昌府区 03茌平区(2019-) 21阳谷县 22莘县 23茌平县(-2019) 24东阿县 25冠县 26高唐县
    81临清市
3716 滨州市: 02滨城区 03沾化区 21惠民县 22阳信县 23无棣县 25博兴县 26邹平县(-2018)
    81邹平市(2018-)
3717 菏泽市: 02牡丹区 03定陶区(2016-) 21曹县 22单县 23成武县 24巨野县 25郓城县 26鄄城县
    27定陶县(-2016) 28东明县
"""
_NAMED = r"(?P<name>[^\s\d(:]+)(?:\((?P<since>\d*)-(?P<until>\d*)\))?"
_CITY = re.compile(r"(?P<code>\d{4}) " + _NAMED + ":")
_COUNTY = re.compile(r"(?P<code>\d\d)" + _NAMED)


def _shandong() -> Iterator[Region]:
    yield Region(code="370000", name="山东省")
    for line in _SHANDONG.replace("\n    ", " ").strip().splitlines():
        city = _CITY.match(line)
        if city is None:
            raise ValueError(line)
        yield _region(city["code"] + "00", city)
        for county in _COUNTY.finditer(line, city.end()):
            yield _region(city["code"] + county["code"], county)


def _region(code: str, found: re.Match[str]) -> Region:
    since, until = found["since"], found["until"]
    return Region(
        code=code,
        name=found["name"],
        since=int(since) if since else None,
        until=int(until) if until else None,
    )


def _by_code(regions: Iterator[Region]) -> Mapping[str, tuple[Region, ...]]:
    found: dict[str, tuple[Region, ...]] = {}
    for region in regions:
        found[region.code] = (*found.get(region.code, ()), region)
    return found


_BY_CODE = _by_code(_shandong())
