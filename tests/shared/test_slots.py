from datetime import date

import pytest

from shared import slots
from shared.errors import BadInput
from shared.slots import Half, Slot
from shared.workdays import Calendar, HolidayYear

WORKED = date(2026, 10, 10)  # a Saturday worked for the holidays
CALENDAR = Calendar.of(
    [
        HolidayYear(
            year=2026,
            off=frozenset(date(2026, 10, n) for n in range(1, 8)),
            work=frozenset({WORKED}),
        )
    ]
)


def test_both_halves_of_every_working_day_are_offered() -> None:
    found = list(slots.between(date(2026, 10, 6), date(2026, 10, 12), CALENDAR))
    assert [slot.code for slot in found] == [
        f"2026-10-{n:02} {half}" for n in (8, 9, 10, 12) for half in ("am", "pm")
    ]
    assert found == sorted(found)


def test_no_day_is_offered_after_the_last() -> None:
    assert list(slots.between(date(2026, 10, 12), date(2026, 10, 11), CALENDAR)) == []


def test_a_code_is_read_back() -> None:
    slot = Slot(day=WORKED, half=Half.AFTERNOON)
    assert slots.read(slot.code) == slot


@pytest.mark.parametrize("wrong", ["", "2026-10-10", "2026-10-10 noon", "10.10. am", "am"])
def test_anything_else_is_no_half_day(wrong: str) -> None:
    with pytest.raises(BadInput):
        slots.read(wrong)
