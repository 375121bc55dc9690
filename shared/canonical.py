"""The one way a value becomes bytes before it is hashed or signed, and the one way back.

Changing this file changes every hash ever made: the vectors in tests/vectors may only be added
to. `parse` never raises anything but `BadJson`, whatever it is given; what it returns can always
be written by `canonical` again, and means the same to every reader of JSON.
"""

import json
import json.encoder
import math
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate
from typing import Any, NoReturn

import rfc8785

from shared.errors import BadJson

try:
    import orjson
except ImportError:  # a tablet has none, and few events at a time
    orjson = None  # type: ignore[assignment]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_NUMBER = 2**53 - 1
LEAST_PLAIN = 0.0001
"""Python writes a smaller double with an exponent."""

_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
# A number of fewer digits in a row, without exponent, is below 2^53. In this alphabet digits are 0.
_SORTS = bytes.maketrans(b"123456789E", b"000000000e")
_PERHAPS_TOO_LARGE = b"0" * 16, b"0e"
_DOUBTFUL_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_LONGEST_INTEGER = len(str(-MAX_NUMBER))
_LONGEST_NUMBER = 1000  # every double can be told from every other in 767 digits

# What Python's own encoder and orjson write as RFC 8785 does, but for some numbers: a whole double,
# one with an exponent, and any that may be too large. Each follows a bracket, a comma or a colon.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,  # what holds itself is too deep
    sort_keys=True,
    separators=(",", ":"),
)
_PERHAPS_OTHERWISE = re.compile(rb"[:,\[][-\d]\d*+(?:(?<=\d{16})|e|\.0(?!\d)|\.\d++e)")
_NUL = rb"\u0000"
_FIRST_SURROGATE = "\ud800"
_LEAF = frozenset({str, int, float, bool, type(None)})


def canonical(value: Any) -> bytes:
    """`value` as RFC 8785 bytes.

    Takes what JSON can say: None, bool, int, float, str, list or tuple, dict with str keys.
    Raises `BadJson` for anything else, and for what `parse` would refuse to read back: numbers
    beyond 2^53-1, NaN, infinities, lone surrogates and U+0000.
    """
    return _quickly(value) or _slowly(value)


def _of_python() -> Callable[[Any], bytes]:
    """`_ENCODER.encode`, which makes an encoder in C for each value, with one that is kept."""
    in_c = getattr(json.encoder, "c_make_encoder", None)
    as_text = getattr(json.encoder, "c_encode_basestring", None)
    if in_c is None or as_text is None:
        return lambda value: _ENCODER.encode(value).encode()
    pieces = in_c(None, _ENCODER.default, as_text, None, ":", ",", True, False, False)  # noqa: FBT003
    return lambda value: "".join(pieces(value, 0)).encode()


def _of_orjson() -> Callable[[Any], bytes]:
    """An eighth of the time; what is no JSON it must not make any of."""
    option = (
        orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
    )
    return partial(orjson.dumps, option=option)


_write = _of_python() if orjson is None else _of_orjson()


def plainly(value: Any) -> bytes | None:
    """What `canonical` writes where it is known that all keys are ASCII and all numbers plain.

    Plain are whole numbers up to 2^53-1, not as doubles, and others not below `LEAST_PLAIN`; None
    where the text wants a closer look.
    """
    try:
        raw = _write(value)
    except (TypeError, ValueError, RecursionError):
        return None
    return None if _NUL in raw else raw


def _quickly(value: Any) -> bytes | None:
    """What is written at once; None where RFC 8785 might have it otherwise."""
    whole = (value,)  # in a list: each number then follows a bracket, a comma or a colon
    raw = plainly(whole)
    if raw is None or _PERHAPS_OTHERWISE.search(raw) or not _is_plain(whole):
        return None
    return raw[1:-1]


def _is_plain(whole: Any) -> bool:
    """Whether it is nothing but JSON, with keys whose order by code point is that by UTF-16."""
    keys: list[Any] = []
    waiting = [whole]
    for item in waiting:
        inner = item
        if isinstance(item, dict):
            keys += item
            inner = item.values()
        elif not isinstance(item, (list, tuple)):
            if isinstance(item, str):
                continue
            return False
        kinds = set(map(type, inner))
        if float in kinds and not all(math.isfinite(one) for one in inner if type(one) is float):
            return False
        if not kinds <= _LEAF:
            waiting += [one for one in inner if type(one) not in _LEAF]
    try:
        names = "".join(keys)
    except TypeError:
        return False
    return names.isascii() or max(names) < _FIRST_SURROGATE


def _slowly(value: Any) -> bytes:
    try:
        raw = rfc8785.dumps(value)
    except (ValueError, RecursionError) as error:
        raise BadJson("This value has no canonical form.") from error
    if b"\\u0000" in raw or b"e+" in raw or _has_large_float(raw):
        _refuse_unreadable(value)
    return raw


def parse(raw: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """The value of strict JSON text (RFC 8259, I-JSON of RFC 7493), or `BadJson`.

    Refused: more than `max_bytes`, brackets deeper than `max_depth`, text that is not UTF-8, a
    byte order mark, a key given twice, NaN and infinities by name or by size (1e400), numbers
    beyond 2^53-1, lone surrogates, U+0000.
    """
    data = _bytes(raw, max_bytes)
    try:
        text = data.decode("utf-8")
    except UnicodeError as error:
        raise BadJson("Not UTF-8.") from error
    outside = _outside_strings(data)
    _refuse_deep(outside, max_depth)
    read = _CAREFUL if any(one in outside for one in _PERHAPS_TOO_LARGE) else _PLAIN
    try:
        value = read.decode(text)
    except (ValueError, RecursionError) as error:
        raise BadJson("Not JSON.", reason=_reason(error)) from error
    if "\\" in text and _DOUBTFUL_ESCAPE.search(text):
        _refuse_unreadable(value)
    return value


def parse_object(raw: bytes | str, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Like `parse`, and `BadJson` unless the value is a JSON object."""
    value = parse(raw, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise BadJson("A JSON object is expected.")
    return value


def _bytes(raw: bytes | str, max_bytes: int) -> bytes:
    try:
        data = raw.encode("utf-8") if isinstance(raw, str) else raw
    except UnicodeError as error:
        raise BadJson("Not UTF-8.") from error
    if len(data) > max_bytes:
        raise BadJson("Too long.", max_bytes=max_bytes)
    return data


def _outside_strings(data: bytes) -> bytes:
    """What of JSON stands in no string, every digit of it as 0. Of what is no JSON, anything.

    Where neither a backslash nor a quote is escaped any more, quotes open and close in turn.
    """
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(data.split(b'"')[::2]).translate(_SORTS)


def _refuse_deep(outside: bytes, max_depth: int) -> None:
    """Count brackets before they are read, which recurses."""
    if outside.count(b"[") + outside.count(b"{") <= max_depth:
        return
    brackets = outside.translate(None, _NO_BRACKETS)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > max_depth:
        raise BadJson("Too deep.", max_depth=max_depth)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("A key is given twice.")
    return found


def _integer(digits: str) -> int:
    # Checked by length first: int() of a million digits is slow, and of 4,301 it raises.
    if len(digits) > _LONGEST_INTEGER or abs(int(digits)) > MAX_NUMBER:
        raise BadJson("A number beyond 2^53-1.")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits) if len(digits) <= _LONGEST_NUMBER else math.inf
    if not math.isfinite(value) or abs(value) > MAX_NUMBER:
        raise BadJson("A number beyond 2^53-1.")
    return value


def _constant(name: str) -> NoReturn:
    raise BadJson("JSON has no such number.", name=name)


_CAREFUL = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant
)
_PLAIN = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
"""The same for numbers that are none too large: these are made in C."""


def _has_large_float(raw: bytes) -> bool:
    return re.search(rb"\d{16}", raw) is not None


def _refuse_unreadable(value: Any) -> None:
    for leaf in _leaves(value):
        if isinstance(leaf, str):
            if "\0" in leaf:
                raise BadJson("U+0000 in a string.")
            if any("\ud800" <= letter <= "\udfff" for letter in leaf):
                raise BadJson("A lone surrogate in a string.")
        elif isinstance(leaf, float) and abs(leaf) > MAX_NUMBER:
            raise BadJson("A number beyond 2^53-1.")


def _leaves(value: Any) -> Iterator[object]:
    """Every key and scalar of `value`, without recursion."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, (list, tuple)):
            waiting.extend(item)
        else:
            yield item


def _reason(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
