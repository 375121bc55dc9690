"""Regions: which lies in which, and what they were called when."""

import pytest

from shared import regions
from shared.errors import BadInput
from shared.regions import Level

SHANDONG, JINAN, LIXIA, WEIHAI = "370000", "370100", "370102", "371000"
STREET = "370102001000"


@pytest.mark.parametrize(
    ("code", "level"),
    [
        (SHANDONG, Level.PROVINCE),
        ("370000000000", Level.PROVINCE),
        (JINAN, Level.CITY),
        (WEIHAI, Level.CITY),
        (LIXIA, Level.COUNTY),
        ("370102000000", Level.COUNTY),
        (STREET, Level.TOWN),
        ("370100001000", Level.TOWN),
        ("370102001002", Level.VILLAGE),
    ],
)
def test_a_code_says_how_far_down_it_is(code: str, level: Level) -> None:
    assert regions.level(code) is level


@pytest.mark.parametrize(
    ("outer", "inner", "holds"),
    [
        (SHANDONG, LIXIA, True),
        (JINAN, LIXIA, True),
        (LIXIA, STREET, True),
        (LIXIA, "370102000000", True),
        (LIXIA, LIXIA, True),
        (LIXIA, JINAN, False),
        (JINAN, WEIHAI, False),
        ("370200", LIXIA, False),
        ("410000", LIXIA, False),
        ("110000", "110105", True),
    ],
)
def test_what_lies_in_what_is_read_from_the_codes(outer: str, inner: str, *, holds: bool) -> None:
    assert regions.contains(outer, inner) is holds


def test_every_level_has_the_one_above() -> None:
    chain = ["370102001002", STREET, LIXIA, JINAN, SHANDONG]

    assert [regions.parent(code) for code in chain] == [*chain[1:], None]


def test_the_province_has_its_sixteen_cities_and_136_counties() -> None:
    """The Ministry of Civil Affairs' count since 2020: 58 districts, 26 cities, 52 counties."""
    cities = regions.below(SHANDONG, 2026)
    counties = [county for city in cities for county in regions.below(city.code, 2026)]

    assert len(cities) == 16
    assert len(counties) == 136
    kinds = [county.name[-1] for county in counties]
    assert (kinds.count("区"), kinds.count("市"), kinds.count("县")) == (58, 26, 52)


def test_names_are_those_of_the_year() -> None:
    assert regions.full_name(LIXIA, 2026) == "山东省济南市历下区"
    assert regions.full_name("371202", 2017) == "山东省莱芜市莱城区"
    assert regions.find("371200", 2020) is None
    assert {r.name for r in regions.below("371600", 2017)} >= {"邹平县"}
    assert {r.name for r in regions.below("371600", 2021)} >= {"邹平市"}


def test_in_the_year_of_a_change_both_names_hold() -> None:
    names = {r.name for r in regions.below("371600", 2018)}

    assert {"邹平县", "邹平市"} <= names


def test_a_town_is_named_by_its_county_and_strangers_not_at_all() -> None:
    assert regions.full_name(STREET, 2026) == "山东省济南市历下区"
    assert regions.full_name("440305", 2026) == ""
    assert regions.find("440305", 2026) is None


@pytest.mark.parametrize(
    "code", ["", "37", "3701", "37010", "3701021", "abcdef", "037010", "\uff137\uff1002"]
)
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(BadInput):
        regions.significant(code)
