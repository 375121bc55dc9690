from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.screens.widgets.wrapping import NEVER_FIRST, NEVER_LAST, wrap


def measure(piece: str) -> float:
    """A Chinese character is two wide, everything else one."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in piece)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("检查通知书", 10, ["检查通知书"]),
        ("检查通知书", 6, ["检查通", "知书"]),
        ("第 12 项 checklist", 9, ["第 12 项", "checklist"]),
        ("检查，通知", 6, ["检查，", "通知"]),
        ("检查通，知", 6, ["检查", "通，知"]),
        ("检查《通知》", 8, ["检查《通", "知》"]),
        ("一行\n二行", 20, ["一行", "二行"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("校验值 0123456789", 8, ["校验值", "01234567", "89"]),
    ],
)
def test_lines_break_where_they_may(text: str, width: float, lines: list[str]) -> None:
    assert wrap(text, width, measure) == lines


@given(
    st.text(alphabet="检查通知书，。（）《》 abc12", max_size=60),
    st.integers(min_value=8, max_value=40),
)
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = wrap(text, width, measure)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    # A run of marks that may not be parted is cut, rather than left to run out of the page.
    assert all(measure(line) <= width for line in lines)


@given(st.lists(st.sampled_from(["检查", "通知", "，", "（", "）", "。"]), max_size=30))
def test_no_line_begins_with_a_stop_or_ends_with_an_opening_bracket(parts: list[str]) -> None:
    text = "".join(parts)
    crowded = any(one in NEVER_FIRST | NEVER_LAST for one in text[:1]) or any(
        one in NEVER_FIRST | NEVER_LAST and other in NEVER_FIRST | NEVER_LAST
        for one, other in pairwise(text)
    )
    if crowded:
        return
    lines = wrap(text, 12, measure)
    assert not any(line[:1] in NEVER_FIRST for line in lines[1:] if line)
    assert not any(line[-1:] in NEVER_LAST for line in lines[:-1] if line)
