"""A visit's state, and what it is made of, as JSON.

Pure. Values go by name, times as RFC 3339 in UTC, keys of several parts joined by `|`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any

from shared.flow.state import VisitState

Row = dict[str, Any]
PLAIN = frozenset({str, int, float, bool, type(None)})


def as_json(value: Any) -> Any:
    """Any value that a state is made of."""
    kind = type(value)
    return value if kind in PLAIN else _writer(kind)(value)


Write = Callable[[Any], Any]


def _writer_of(kind: type) -> Write:
    """How values of this very class are written."""
    if issubclass(kind, Enum):
        return _value
    if issubclass(kind, datetime):
        return _moment
    if issubclass(kind, date):
        return date.isoformat
    if is_dataclass(kind):
        return _by_name(tuple(one.name for one in fields(kind)))
    if issubclass(kind, Mapping):
        return _mapping
    return _several if issubclass(kind, tuple | list | set | frozenset) else _as_it_is


_writer: Callable[[type], Write] = cache(_writer_of)


def _value(value: Enum) -> Any:
    return value.value


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()  # a tablet's own offset is no difference


def _by_name(names: tuple[str, ...]) -> Write:
    ask = attrgetter(*names, names[0])  # one name more: of a single one no tuple is given

    def write(value: Any) -> Row:
        told = zip(names, ask(value), strict=False)
        return {n: one if type(one) in PLAIN else as_json(one) for n, one in told}

    return write


def _mapping(value: Mapping[Any, Any]) -> Row:
    return {
        key if type(key) is str else _key(key): one if type(one) in PLAIN else as_json(one)
        for key, one in value.items()
    }


def _several(value: Iterable[Any]) -> list[Any]:
    return [one if type(one) in PLAIN else as_json(one) for one in value]


def _as_it_is(value: Any) -> Any:
    return value


def _key(key: object) -> str:
    return "|".join(map(str, key)) if isinstance(key, tuple) else str(key)


def of_state(state: VisitState, before: VisitState, written: Mapping[str, Any]) -> Row:
    """`as_json` of a state that came of `before`, which is `written` so.

    What an event leaves alone is the very same value in both; it is not written again, and shares
    its JSON.
    """
    were = before.__dict__
    return {
        name: written[name] if value is were[name] else _after(value, were[name], written[name])
        for name, value in state.__dict__.items()
        if name in written
    }


def _after(value: Any, before: Any, written: Any) -> Any:
    kind = type(value)
    if kind is dict and type(before) is dict:
        found = {}
        for key, one in value.items():
            name = key if type(key) is str else _key(key)
            known = one is before.get(key, written)
            found[name] = written[name] if known else as_json(one)
        return found
    if kind is tuple and type(before) is tuple:
        room = len(before)
        return [
            written[place] if place < room and one is before[place] else as_json(one)
            for place, one in enumerate(value)
        ]
    return as_json(value)
