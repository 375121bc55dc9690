"""A frozen value with some of its fields said anew, at the price of those fields alone."""

from typing import Any, TypeVar

T = TypeVar("T")


def changed(value: T, **news: Any) -> T:
    """What `dataclasses.replace` makes, of a value that keeps its fields in its `__dict__`.

    For classes without slots, `__post_init__` and fields that no one may say. `replace` asks for
    every field by name and builds the value through its class, which folding an event does twice.
    """
    said = value.__dict__
    if not news.keys() <= said.keys():
        raise TypeError(f"{type(value).__name__} has no {', '.join(news.keys() - said.keys())}.")
    made: T = object.__new__(type(value))
    object.__setattr__(made, "__dict__", {**said, **news})
    return made
