from dataclasses import dataclass, field, replace

import pytest

from shared.values import changed


@dataclass(frozen=True, kw_only=True)
class Value:
    number: int = 0
    words: tuple[str, ...] = ()
    more: dict[str, int] = field(default_factory=dict)


def test_a_changed_value_is_what_replace_makes() -> None:
    value = Value(number=1, more={"a": 1})

    assert (
        changed(value, words=("x",))
        == replace(value, words=("x",))
        == Value(number=1, words=("x",), more={"a": 1})
    )
    assert value == Value(number=1, more={"a": 1})


def test_a_field_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        changed(Value(), nummer=1)
