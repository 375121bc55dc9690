"""Unified social credit codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import uscc
from shared.errors import BadInput
from shared.uscc import Caution, Problem

# The standard's own example, published companies, and made ones.
VALID = (
    "91350100M000100Y43",
    "914403001922038216",
    "9144030071526726XG",
    "91110000802100433B",
    "91330100799655058B",
    "91370200264574251E",
    "91370100MA37XJ385W",
    "91370200MA32MTH01U",
    "92371500MA3U7T9G58",
    "91371200MA3B00H94K",
    "93370600MA3BHAAB62",
)
BASES = st.builds(
    "{}{}{}".format,
    st.text(uscc.LETTERS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(uscc.LETTERS, min_size=9, max_size=9),
)


def weighted_sum(base: str) -> int:
    """GB 32100-2015, written out again: the weight of position i is 3^(i-1) mod 31."""
    return sum(uscc.LETTERS.index(each) * pow(3, at, 31) for at, each in enumerate(base))


@pytest.mark.parametrize("code", VALID)
def test_a_right_code_is_read_without_a_word(code: str) -> None:
    assert uscc.read(code) == uscc.Reading(code=code)
    assert uscc.require(code) == code


def test_a_sum_that_is_a_multiple_of_31_gives_a_zero() -> None:
    code = "91370100MA3255YCX0"

    assert weighted_sum(code[:17]) % 31 == 0
    assert uscc.make(code[:17]) == code
    assert uscc.is_valid(code)


@given(BASES)
def test_every_check_character_is_that_of_the_standard(base: str) -> None:
    code = uscc.make(base)

    assert (weighted_sum(base) + uscc.LETTERS.index(code[-1])) % 31 == 0
    assert uscc.is_valid(code)


@given(BASES, st.integers(0, 17), st.sampled_from(uscc.LETTERS))
def test_one_wrong_character_is_always_noticed(base: str, at: int, letter: str) -> None:
    code = uscc.make(base)
    changed = code[:at] + letter + code[at + 1 :]
    assert uscc.is_valid(changed) is (changed == code)


@given(BASES, st.integers(0, 16))
def test_two_neighbours_changing_places_are_noticed(base: str, at: int) -> None:
    code = uscc.make(base)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert uscc.is_valid(swapped) is (swapped == code)


def test_the_naive_check_character_of_the_standards_example_is_refused() -> None:
    assert uscc.read("91350100M000100Y4Z").problem is Problem.LETTERS
    assert uscc.read("91350100M000100Y44").problem is Problem.CHECK


@pytest.mark.parametrize(
    "text",
    [
        " 91370100ma37xj385w\n",
        "\uff19\uff11370100\uff2d\uff2137XJ385\uff37",
        "\u300091370100MA37XJ385W",
    ],
)
def test_case_width_and_surroundings_do_not_matter(text: str) -> None:
    assert uscc.read(text) == uscc.Reading(code="91370100MA37XJ385W")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.LENGTH),
        ("91370100MA37XJ385", Problem.LENGTH),
        ("91370100MA37XJ385WW", Problem.LENGTH),
        ("91370A00MA37XJ385W", Problem.LETTERS),
        ("91370100MA37XJ38-W", Problem.LETTERS),
        ("91370100MA37XJ385X", Problem.CHECK),
        ("9137010\u0660MA37XJ385W", Problem.LETTERS),
    ],
)
def test_a_wrong_code_says_in_which_way(text: str, problem: Problem) -> None:
    assert uscc.read(text).problem is problem
    with pytest.raises(BadInput) as caught:
        uscc.require(text)
    assert caught.value.errors == {"": problem}


def test_letters_read_for_digits_are_suggested_and_never_exchanged() -> None:
    found = uscc.read("9I37O1OOMA37XJ385W")

    assert (found.code, found.problem) == ("9I37O1OOMA37XJ385W", Problem.LETTERS)
    assert found.suggestion == "91370100MA37XJ385W"


def test_nothing_is_suggested_that_would_be_wrong_too() -> None:
    assert uscc.read("9I37O1OOMA37XJ385X").suggestion is None
    assert uscc.read("91370100MA37XJ385X").suggestion is None


def test_an_odd_seventeenth_character_is_a_caution_and_no_problem() -> None:
    odd = uscc.make("91370100MA37XJ380")

    assert uscc.read(odd) == uscc.Reading(code=odd, cautions=(Caution.BODY_CHECK,))
    assert uscc.is_valid(odd)


def test_a_retired_region_keeps_its_codes() -> None:
    assert uscc.is_valid("91371200MA3B00H94K")


@pytest.mark.parametrize("base", ["", "91370100MA37XJ38", "91370100MA37XJ38O", "9137010AMA37XJ385"])
def test_nothing_is_made_of_a_malformed_base(base: str) -> None:
    with pytest.raises(BadInput):
        uscc.make(base)
