"""What an agency is shown of its ratings tells of nobody, however it is combined."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ratings import LEAST, Rated, quarter_of, release

FIRMS = [f"firm-{n:02d}" for n in range(30)]
RATED = st.lists(
    st.builds(
        Rated,
        level=st.sampled_from([5, 5, 5, 4, 3, 2, 1]),
        kind=st.sampled_from(["daily", "daily", "special"]),
        firm=st.sampled_from(FIRMS),
    ),
    max_size=80,
)


def many(levels: dict[int, int]) -> list[Rated]:
    """So many ratings of each level, each by another enterprise."""
    spread = [level for level, count in levels.items() for _ in range(count)]
    return [Rated(level=level, kind="daily", firm=f"f{n}") for n, level in enumerate(spread)]


def told(rated: list[Rated], others: int = LEAST) -> set[str]:
    return {one.firm for one in rated} | {f"other-{n}" for n in range(others)}


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026Q1"),
        (date(2026, 3, 31), "2026Q1"),
        (date(2026, 4, 1), "2026Q2"),
        (date(2026, 12, 31), "2026Q4"),
    ],
)
def test_a_day_is_of_a_quarter(day: date, quarter: str) -> None:
    assert quarter_of(day) == quarter


def test_enough_of_each_level_is_shown_by_level() -> None:
    rated = many({5: 50, 4: 9, 3: 5, 2: 6, 1: 5})
    shown = release(rated, told(rated))
    assert shown["count"] == 75
    assert [cell["count"] for cell in shown["levels"]] == [50, 9, 5, 6, 5]


@pytest.mark.parametrize(
    ("levels", "lines"), [({5: 50, 3: 5, 2: 3, 1: 2}, 3), ({5: 50, 3: 3, 1: 2}, 2)]
)
def test_too_few_of_one_level_are_shown_together_with_the_next(
    levels: dict[int, int], lines: int
) -> None:
    rated = many(levels)
    assert len(release(rated, told(rated))["levels"]) == lines


def test_that_nobody_was_unhappy_is_not_told_either() -> None:
    """Else the agency would know of each of them that it was content."""
    rated = many({5: 60})
    shown = release(rated, told(rated))
    assert (shown["count"], shown["levels"]) == (60, None)


def test_that_everybody_rated_is_not_told() -> None:
    rated = many({5: 60, 1: 20})
    assert release(rated, told(rated, LEAST - 1))["count"] is None
    assert release(many({5: 2, 1: 2}), told([], 99))["count"] is None


def test_five_who_each_rated_both_ways_are_not_told() -> None:
    """Every cell has five enterprises, and yet everybody's would be known."""
    both = [Rated(level=level, kind="daily", firm=f"f{n}") for n in range(5) for level in (5, 1)]
    assert release(both, told(both))["levels"] is None


@given(rated=RATED, others=st.integers(0, 12))
@settings(max_examples=150, derandomize=True, database=None, deadline=None)
def test_no_cell_and_no_sum_or_difference_of_cells_tells_of_fewer_than_five(
    rated: list[Rated], others: int
) -> None:
    everybody = told(rated, others)
    shown = release(rated, everybody)
    raters = {one.firm for one in rated}
    if shown["count"] is not None:
        assert len(raters) >= LEAST <= len(everybody - raters)
    for table, of in (
        (shown["levels"], lambda cell: {r.firm for r in rated if r.level in cell["levels"]}),
        (shown["kinds"], lambda cell: {r.firm for r in rated if r.kind == cell["kind"]}),
    ):
        assert table is None or shown["count"] is not None
        cells = [of(cell) for cell in table or ()]
        for size in range(1, len(cells)):
            for some in combinations(cells, size):
                rest = [cell for cell in cells if not any(cell is each for each in some)]
                assert len(set().union(*some)) >= LEAST
                assert len(set().union(*rest)) >= LEAST
        assert all(len(raters - cell) >= LEAST for cell in cells)


@given(rated=RATED, n=st.integers(0, 79))
@settings(max_examples=60, derandomize=True, database=None, deadline=None)
def test_what_is_left_out_stays_out_whoever_rated_otherwise(rated: list[Rated], n: int) -> None:
    """Where no levels are shown, one rating more or less good changes nothing that is seen."""
    if not rated:
        return
    at = n % len(rated)
    worse = Rated(level=1, kind=rated[at].kind, firm=rated[at].firm)
    other = [*rated[:at], worse, *rated[at + 1 :]]
    first, second = (release(each, told(rated)) for each in (rated, other))
    if first["levels"] is None and second["levels"] is None:
        assert first == second
