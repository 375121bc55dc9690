import pytest

from server.services import typed_words
from shared.errors import BadInput


def test_words_that_fit_pass() -> None:
    typed_words.require(name=("钱进", 2), unit=("大队", 10))


@pytest.mark.parametrize("text", ["", " \t", "三个字"])
def test_a_field_left_out_or_too_long_is_pointed_at(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        typed_words.require(name=(text, 2), unit=("大队", 10))
    assert list(refused.value.errors) == ["/name"]
