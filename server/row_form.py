"""Values in PostgreSQL's own form, as the database itself sends them: rows of a table, and lists.

As JSON the same rows would be read three times there, letter by letter, which was half of all that
a push asks of it. A row's values stand in the order that the columns have in this very database,
which is asked for once. The forms are those of `array_recv`, `record_recv` and of each type.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain, repeat
from operator import itemgetter
from struct import Struct
from typing import Any
from weakref import WeakKeyDictionary

import orjson
import psycopg
from sqlalchemy import Connection, Dialect

Row = Mapping[str, Any]
Puts = Mapping[str, Callable[[Any], Any]]
Slots = Sequence[bytes | tuple[str, int]]
"""Of a row, in its order: bytes that are the same in each, or a column and the type of it."""


class OwnForm(bytes):
    """A value in this form; the statement says of which type."""


class Shape:
    """A table's row type: its number, and those of the types of its columns, in their order."""

    def __init__(self, number: int, columns: Mapping[str, int]) -> None:
        self.number = number
        self._columns = columns
        self._slots: dict[tuple[str, ...], Slots] = {}

    def slots(self, named: tuple[str, ...]) -> Slots:
        """How a row is put together that has these columns; the others are null."""
        if named not in self._slots:
            self._slots[named] = self._put_together(named)
        return self._slots[named]

    def _put_together(self, named: tuple[str, ...]) -> Slots:
        slots: list[bytes | tuple[str, int]] = [_NUMBER.pack(len(self._columns))]
        for name, number in self._columns.items():
            before, null = slots[-1], _HEAD.pack(number, _NULL)
            if name in named:
                slots.append((name, number))
            elif isinstance(before, bytes):
                slots[-1] = before + null
            else:
                slots.append(null)
        return slots


def shape_of(connection: Connection, table: str) -> Shape:
    """The row type of a table, by its name in SQL."""
    known = _shapes.setdefault(connection.dialect, {})
    if table not in known:
        known[table] = _ask(connection, table)
    return known[table]


def forget_shapes(connection: Connection) -> None:
    """Ask for them anew: tables were changed since."""
    _shapes.pop(connection.dialect, None)


# An engine has its dialect for itself, and shares it with those that only have other options.
_shapes: WeakKeyDictionary[Dialect, dict[str, Shape]] = WeakKeyDictionary()
_ASK = """
    SELECT kind.oid, one.attname, one.atttypid
    FROM pg_type AS kind JOIN pg_attribute AS one ON one.attrelid = kind.typrelid
    WHERE kind.typrelid = $1::regclass AND one.attnum > 0 AND NOT one.attisdropped
    ORDER BY one.attnum
"""


def _ask(connection: Connection, table: str) -> Shape:
    driver: Any = connection.connection.driver_connection
    rows = psycopg.RawCursor(driver).execute(_ASK, [table]).fetchall()
    return Shape(rows[0][0], {name: kind for _, name, kind in rows})


def array(shape: Shape, rows: Sequence[Row], put: Puts) -> OwnForm:
    """Rows that all name the same columns, as one value.

    `put` makes of a column's values what its type in the database takes.
    """
    slots: list[Iterable[bytes]] = [
        repeat(one) if isinstance(one, bytes) else _column(*one, rows, put)
        for one in shape.slots(tuple(rows[0]))
    ]
    records = list(map(b"".join, zip(*slots, strict=False)))
    return _array(shape.number, records)


def texts(values: Iterable[str]) -> OwnForm:
    """A value of the type text[]."""
    return _array(_TEXT, list(map(str.encode, values)))


def numbers(values: Iterable[int]) -> OwnForm:
    """A value of the type integer[]."""
    return _array(_INTEGER, list(map(_NUMBER.pack, values)))


def _array(number: int, forms: Sequence[bytes]) -> OwnForm:
    """An array of this type, whose elements are there in their form."""
    if not forms:
        return OwnForm(_NO_ARRAY.pack(0, 0, number))
    said = chain.from_iterable(zip(map(_NUMBER.pack, map(len, forms)), forms, strict=True))
    return OwnForm(_ARRAY.pack(1, 0, number, len(forms), 1) + b"".join(said))


def _column(name: str, number: int, rows: Sequence[Row], put: Puts) -> Iterator[bytes]:
    if number not in _SAID:
        raise TypeError(f"No form is known of the column {name}, type {number} of PostgreSQL.")
    values = map(itemgetter(name), rows)
    return map(_SAID[number], map(put[name], values) if name in put else values)


def json_of(value: Any) -> bytes:
    """A value as JSON; moments, days and bytes are written as PostgreSQL reads them."""
    return orjson.dumps(value, _as_text, _OPTIONS)


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return rf"\x{value.hex()}"
    if isinstance(value, date):
        return str(_zoned(value).isoformat())
    raise TypeError(f"No value of a column: {type(value).__name__}")


def _zoned(value: Any) -> Any:
    """The value, unless it is a moment without a time zone."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be stored.")
    return value


def _words(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _moment(value: datetime) -> bytes:
    since = _zoned(value) - _BEGINNING
    return _LONG.pack((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _day(value: date) -> bytes:
    return _NUMBER.pack(value.toordinal() - _BEGINNING.toordinal())


def _truth(value: bool) -> bytes:  # noqa: FBT001 -- a value
    return b"\x01" if value else b"\x00"


def _jsonb(value: Any) -> bytes:
    return b"\x01" + json_of(value)


class _Said(dict[Any, bytes]):
    """Values of one type, each with the number of the type and its length before it.

    What comes again and again, as words and small numbers do, is made once.
    """

    def __init__(self, number: int, form: Callable[[Any], bytes]) -> None:
        super().__init__()
        self.number, self._form = number, form

    def __missing__(self, value: Any) -> bytes:
        said = self.anew(value)
        if len(self) >= KEPT:
            self.clear()
        self[value] = said
        return said

    def anew(self, value: Any) -> bytes:
        if value is None:
            return _HEAD.pack(self.number, _NULL)
        form = self._form(value)
        return _HEAD.pack(self.number, len(form)) + form


KEPT = 4096
"""So many values of a type are known again."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""From which PostgreSQL counts moments and days."""
_NULL = -1
_NUMBER, _LONG, _DOUBLE = Struct("!i"), Struct("!q"), Struct("!d")
_HEAD, _NO_ARRAY, _ARRAY = Struct("!Ii"), Struct("!iiI"), Struct("!iiIii")
_TEXT, _INTEGER = (psycopg.adapters.types[name].oid for name in ("text", "int4"))
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


def _said(forms: Mapping[str, Callable[[Any], bytes]]) -> Iterator[_Said]:
    return (_Said(psycopg.adapters.types[name].oid, form) for name, form in forms.items())


_SHORT: Mapping[str, Callable[[Any], bytes]] = {
    "varchar": str.encode,
    "timestamptz": _moment,
    "date": _day,
    "bool": _truth,
    "int4": _NUMBER.pack,
    "int8": _LONG.pack,
}
_OTHERS: Mapping[str, Callable[[Any], bytes]] = {
    "text": _words,
    "float8": _DOUBLE.pack,  # of two zeros that are equal each has its own form
    "jsonb": _jsonb,
    "bytea": bytes,
}
_SAID: Mapping[int, Callable[[Any], bytes]] = {
    **{kind.number: kind.__getitem__ for kind in _said(_SHORT)},
    **{kind.number: kind.anew for kind in _said(_OTHERS)},
}
"""What says a value, by the number of its type."""
