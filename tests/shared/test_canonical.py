"""Canonical JSON: RFC 8785 out, strict JSON in, and nothing hostile gets further."""

import json
import math
import time as clock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared import canonical as module
from shared.canonical import MAX_DEPTH, MAX_NUMBER, canonical, parse, parse_object
from shared.errors import BadJson

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
NUMBER = st.floats(min_value=-MAX_NUMBER, max_value=MAX_NUMBER) | st.integers(
    min_value=-MAX_NUMBER, max_value=MAX_NUMBER
)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@dataclass
class Fix:
    lat: float
    lon: float


class Weekday(Enum):
    MONDAY = (1,)


WRITERS = (module._of_orjson, module._of_python)
"""Whoever writes, the bytes are the same."""


@contextmanager
def written_by(writer: Callable[[], Callable[[Any], bytes]]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_write", writer())
        yield


@given(JSON)
def test_what_is_written_is_read_back_and_written_the_same(value: Any) -> None:
    raw = canonical(value)

    assert parse(raw) == value
    assert canonical(parse(raw)) == raw


ODD = st.sampled_from(
    [
        *(1.0, -1.0, 1e15, 123456789012345.0, 1e-5, 1e-7, 5e-324, 0.05, 1.05, -0.0),
        *(2**53 - 1, -(2**53) + 1, 999999999999999, 10.01, 0.1234567890123456, 1.5e-9),
    ]
)
ODD_TEXT = st.sampled_from(
    [
        "1e5",
        ":1.0,",
        ",-",
        "[-1e",
        "\\u0000",
        "[2e3]",
        "\U0001f600",
        "\ufb33",
        "\x7f\u2028\x1f",
        "00:00:01.0",
        "9" * 16,
    ]
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT | ODD | ODD_TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXT | ODD_TEXT, inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("writer", WRITERS)
@given(value=ANY_JSON)
def test_the_quick_way_writes_what_the_slow_one_does(
    writer: Callable[[], Callable[[Any], bytes]], value: Any
) -> None:
    with written_by(writer):
        assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(
    "value",
    [
        {"ab": "1", "c": [0.5, 7, {"d": None}]},
        *([], {}, "明察", 3, -0.25),
        {"hash": "0123456789012345" * 4, "size": 999999999999999, "lat": 0.1234567890123456},
    ],
)
def test_plain_things_are_written_the_quick_way(
    value: Any, writer: Callable[[], Callable[[Any], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(_value: Any) -> bytes:
        raise AssertionError("the slow way")

    monkeypatch.setattr(rfc8785, "dumps", slowly)
    with written_by(writer):
        assert json.loads(canonical(value)) == value


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(
    "value", [1.0, -0.0, 1e-7, {"\U0001f600": 1, "\ufb33": 2}, [2.0], {"a": 3.0}]
)
def test_what_is_written_otherwise_is_written_the_slow_way(
    value: Any, writer: Callable[[], Callable[[Any], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rfc8785, "dumps", lambda _value: b"slowly")
    with written_by(writer):
        assert canonical(value) == b"slowly"


@given(JSON)
def test_another_spelling_has_the_same_canonical_bytes(value: Any) -> None:
    assert canonical(parse(json.dumps(value, indent=2))) == canonical(value)


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        # RFC 8785 §3.2.2 and §3.2.3; numbers of appendix B that lie within 2^53.
        (
            {"literals": [None, True, False], "string": '€$\u000f\nA\'B"\\\\"/'},
            '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
        ),
        (
            {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5},
            '{"\\r":2,"1":4,"€":1,"😀":5,"\ufb33":3}',
        ),
        (333333333.33333329, "333333333.3333333"),
        (-0.0, "0"),
        (4.50, "4.5"),
        (2e-3, "0.002"),
        (1e-27, "1e-27"),
        (5e-324, "5e-324"),
        (0.000001, "0.000001"),
        (1e-7, "1e-7"),
        (9007199254740991, "9007199254740991"),
    ],
)
def test_the_examples_of_the_rfc_come_out(value: Any, raw: str) -> None:
    assert canonical(value) == raw.encode()


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        2**53,
        float(2**53),
        1e20,
        1e300,
        "\ud800",
        "\0",
        {"\0": 1},
        {"\udfff": 1},
        {1: 2},
        b"bytes",
        {"set": {1}},
        {"nested": [{"deep": math.nan}]},
        UUID(int=7),
        date(2026, 3, 2),
        datetime(2026, 3, 2, tzinfo=UTC),
        [time(9, 30)],
        Fix(lat=36.6, lon=117.0),
        {"kind": Weekday.MONDAY},
    ],
    ids=repr,
)
@pytest.mark.parametrize("writer", WRITERS)
def test_what_could_not_be_read_back_is_not_written(
    value: Any, writer: Callable[[], Callable[[Any], bytes]]
) -> None:
    with written_by(writer), pytest.raises(BadJson):
        canonical(value)


def test_what_holds_itself_is_not_written() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(BadJson):
        canonical(value)


def test_a_backslash_before_u0000_is_plain_text() -> None:
    assert parse(canonical("\\u0000")) == "\\u0000"


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b"1e400",
        b"-1e400",
        b"1e20",
        b"9007199254740992",
        b"-9007199254740992",
        b"9" * 5_000,
        b"0." + b"1" * 500_000,
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b'"\\ud800"',
        b'{"\\udc00":1}',
        b'"\xed\xa0\x80"',
        b'"\\u0000"',
        b'"\x00"',
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"\\u0062":2}}',
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"",
        b" ",
        b"{}{}",
        b"{'a':1}",
        b"[1,]",
        b'"never ends',
        b'"' + b"\\" * 1_000_000,
        b'"' + b"x" * 10 * 1024 * 1024 + b'"',
        b"\x1f\x8b\x08" + b"\x00" * 1000,
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_hostile_json_is_refused_soon_and_as_bad_json(raw: bytes) -> None:
    began = clock.process_time()
    with pytest.raises(BadJson):
        parse(raw)
    assert clock.process_time() - began < 2


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_whatever_comes_is_a_value_or_bad_json(raw: bytes | str) -> None:
    try:
        value = parse(raw)
    except BadJson:
        return
    canonical(value)


def test_brackets_inside_strings_are_no_depth() -> None:
    text = '"' + "[" * 500 + '\\"' + "{" * 500 + '"'

    assert parse(f"[{text}]") == ["[" * 500 + '"' + "{" * 500]


def _one_by_one(text: str) -> Any:
    """What `parse` promises, letter by letter and number by number: the slow way."""
    depth = deepest = 0
    quoted = escaped = False
    for letter in text:
        if escaped:
            escaped = False
        elif letter == "\\" and quoted:
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif not quoted:
            depth += (letter in "[{") - (letter in "]}")
            deepest = max(depth, deepest)
    if deepest > 3:
        raise BadJson("Too deep.")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise BadJson("A key is given twice.")
        return dict(pairs)

    def number(digits: str) -> Any:
        if digits.strip("-0123456789"):
            value: Any = float(digits)
        else:
            value = int(digits)
        if not abs(value) <= MAX_NUMBER:  # NaN is no number
            raise BadJson("A number beyond 2^53-1.")
        return value

    def leaves(value: Any) -> None:
        if isinstance(value, str) and any(
            one == "\0" or "\ud800" <= one <= "\udfff" for one in value
        ):
            raise BadJson("Not to be written.")
        if isinstance(value, dict):
            value = [*value, *value.values()]
        for inner in value if isinstance(value, list) else ():
            leaves(inner)

    try:
        found = json.loads(
            text,
            object_pairs_hook=once,
            parse_int=number,
            parse_float=number,
            parse_constant=number,
        )
    except ValueError as error:
        raise BadJson("Not JSON.") from error
    leaves(found)
    return found


PIECES = st.sampled_from(
    [
        *('"', "\\", '\\"', "\\\\", "[", "]", "{", "}", ",", ":", '"a":', '"\\u0061":', '"b"', " "),
        *(
            "1",
            "-",
            "0.5",
            "e5",
            "E-3",
            "e400",
            "123456789012345",
            "9007199254740991",
            "NaN",
            "true",
        ),
        *(
            "9007199254740992",
            "9007199254740991.0",
            "9007199254740993.5",
            "-Infinity",
            "1e15",
            "\u4e00",
        ),
        *(
            '"\\ud83d\\ude00"',
            '"\\ud800"',
            '"\\u0000"',
            '"\\\\"',
            '"[[["',
            '"\\\\\\"]"',
            "[[[[",
            "]]]]",
        ),
    ]
)
WHOLE = st.recursive(
    PIECES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda them: f"[{','.join(them)}]")
        | st.lists(
            st.tuples(st.sampled_from(["a", "b", "\\u0061", '[\\"']), inner), max_size=3
        ).map(lambda them: "{" + ",".join(f'"{key}":{one}' for key, one in them) + "}")
    ),
    max_leaves=6,
)


@given(WHOLE | st.lists(PIECES, max_size=12).map("".join))
def test_what_is_read_at_once_is_read_as_letter_by_letter(text: str) -> None:
    def told(read: Callable[[], Any]) -> str:
        try:
            return repr(read())
        except BadJson:
            return "bad"

    assert told(lambda: parse(text, max_depth=3)) == told(lambda: _one_by_one(text))


def test_the_deepest_allowed_is_read() -> None:
    assert parse("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None


def test_many_shallow_objects_are_not_deep() -> None:
    assert len(parse(b"[" + b",".join([b"{}"] * 1000) + b"]")) == 1000


def test_the_size_limit_is_an_argument() -> None:
    assert parse('"12345678"', max_bytes=10) == "12345678"
    with pytest.raises(BadJson):
        parse('"123456789"', max_bytes=10)


def test_a_pair_of_surrogates_is_one_letter() -> None:
    assert parse('"\\ud83d\\ude00"') == "😀"


@pytest.mark.parametrize("raw", ["[]", "1", '"{}"', "null"])
def test_an_object_is_asked_for_and_nothing_else_will_do(raw: str) -> None:
    with pytest.raises(BadJson):
        parse_object(raw)
    assert parse_object('{"a":1}') == {"a": 1}
