"""Base64url: one text for one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import base64url
from shared.errors import BadInput


@given(st.binary(max_size=200))
def test_what_was_encoded_comes_back(data: bytes) -> None:
    assert base64url.decode(base64url.encode(data)) == data


@pytest.mark.parametrize(
    "text",
    ["AA==", "AB", "AAB", "A", "A+A/", "AA AA", "AAAA\n", "测试", "AA=A", "\x00AAA", "====="],
)
def test_a_second_spelling_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        base64url.decode(text)


@given(st.text(max_size=40))
def test_any_text_is_either_the_one_spelling_or_refused(text: str) -> None:
    try:
        data = base64url.decode(text)
    except BadInput:
        return
    assert base64url.encode(data) == text
