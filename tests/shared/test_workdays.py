"""Working days by announced holidays, and honestly provisional where none are announced."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import workdays
from shared.workdays import Calendar, Certainty, HolidayYear

KNOWN = [year for year in map(workdays.seed, (2025, 2026)) if year]
CALENDAR = Calendar.of(KNOWN)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 10, 1), False),  # National Day, a Thursday
        (date(2026, 10, 10), True),  # a Saturday worked for it
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
    ],
)
def test_holidays_and_worked_weekends_are_those_announced(day: date, *, worked: bool) -> None:
    assert CALENDAR.is_workday(day) is worked


def test_seven_working_days_over_a_long_holiday() -> None:
    assert CALENDAR.add_workdays(date(2026, 9, 29), 7) == (date(2026, 10, 14), Certainty.FINAL)


def test_the_first_day_is_not_counted_itself() -> None:
    friday = date(2026, 11, 20)

    assert CALENDAR.add_workdays(friday, 1) == (date(2026, 11, 23), Certainty.FINAL)
    assert CALENDAR.add_workdays(friday, 0) == (friday, Certainty.FINAL)
    assert CALENDAR.add_workdays(date(2026, 11, 23), -1) == (friday, Certainty.FINAL)


def test_a_year_nobody_announced_has_weekends_only_and_says_so() -> None:
    assert CALENDAR.add_workdays(date(2026, 12, 31), 1) == (
        date(2027, 1, 1),
        Certainty.PROVISIONAL,
    )
    assert workdays.seed(2099) is None
    assert Calendar.of([]).add_workdays(date(2026, 10, 1), 1) == (
        date(2026, 10, 2),
        Certainty.PROVISIONAL,
    )


def test_an_import_replaces_what_the_library_knows() -> None:
    strike = HolidayYear(year=2026, off=frozenset({date(2026, 11, 23)}), work=frozenset())
    calendar = Calendar.of([*KNOWN, strike])

    assert calendar.add_workdays(date(2026, 11, 20), 1)[0] == date(2026, 11, 24)


def test_a_year_travels_as_reference_data() -> None:
    year = KNOWN[1]

    assert HolidayYear.from_object(year.as_object()) == year
    assert year.as_object()["id"] == "2026"


@given(DAYS, st.integers(min_value=1, max_value=60))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    end, certainty = CALENDAR.add_workdays(day, count)

    assert CALENDAR.workdays_between(day, end) == (count, certainty)
    assert CALENDAR.is_workday(end)
    assert end > day


@given(DAYS, st.integers(min_value=1, max_value=60))
def test_back_and_forth_ends_on_the_first_working_day_before(day: date, count: int) -> None:
    end, _ = CALENDAR.add_workdays(day, count)
    back, _ = CALENDAR.add_workdays(end, -count)
    between = [back + timedelta(days=n) for n in range(1, (day - back).days + 1)]

    assert back <= day
    assert not any(map(CALENDAR.is_workday, between))


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert CALENDAR.workdays_between(date(2026, 11, 20), date(2026, 11, 1))[0] == 0
