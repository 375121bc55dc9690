"""What nobody should send, for tests that send it everywhere (protocol §6)."""

import ast
import gzip
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import server
from server.config import MIB

# In place of a value, as raw JSON.
VALUES: Mapping[str, str] = {
    "lone surrogate": r'"\ud800"',
    "NUL": r'"a\u0000b"',
    "1e400": "1e400",
    "NaN": "NaN",
    "beyond 2^53": "9007199254740993",
    "duplicate key": '{"a": 1, "a": 2}',
}
# In place of a whole body: what is sent, and under which headers.
JSON = {"Content-Type": "application/json"}
PACKED = {**JSON, "Content-Encoding": "gzip"}
NESTED = b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BODIES: Mapping[str, tuple[bytes, Mapping[str, str]]] = {
    "nothing": (b"", JSON),
    "no JSON": (b"\xff\xfe{", JSON),
    "unclosed": (b'{"x": "', JSON),
    "null": (b"null", JSON),
    "a list": (b"[]", JSON),
    "a number": (b"7", JSON),
    "nested": (NESTED, JSON),
    "too large": (b'{"x": "' + b"x" * 10 * MIB + b'"}', JSON),
    "unknown field": (b'{"zzz": 1}', JSON),
    "not gzip": (b"{}", PACKED),
    "half of gzip": (gzip.compress(b'{"x": 1}' * 100)[:-20], PACKED),
    "a bomb": (gzip.compress(b'{"x": "' + b"x" * 64 * MIB + b'"}', 9), PACKED),
    "another packing": (b"{}", {**JSON, "Content-Encoding": "br"}),
    "a form": (b"x=1", {"Content-Type": "application/x-www-form-urlencoded"}),
    "text": (b"{}", {"Content-Type": "text/plain; charset=\xff"}),
    "another charset": ('{"x": "中"}'.encode("gbk"), {"Content-Type": "application/json"}),
}
TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "x" * 5000,
    "9" * 40,
    "-1",
    "1e9",
    "٣",
    "null",
    "'; DROP TABLE person; --",
    "{{7*7}}<script>alert(1)</script>",
    "../../etc/passwd",
    "𠮷👩\u200d👩\u200d👧\u202e",
    "a\r\nSet-Cookie: stolen=1",
)
# Some of them, where a whole page is made for each.
FEW = ("", "a\0b", "x" * 5000, "9" * 40, "-1", "٣", "'; DROP TABLE person; --", "\u202e𠮷")
BYTES = ("%00", "%FF%FE", "%ED%A0%80", "%0d%0aSet-Cookie:%20stolen=1", "%25", "%2e%2e%2f", "%F0%9F")
HEADERS: Mapping[str, tuple[str, ...]] = {
    "Authorization": ("Bearer", "Bearer \x7f", "Basic eDp5", "x" * 5000, "Bearer mcp_" + "é" * 9),
    "Accept-Language": ("x" * 3000, ";;;q=9", "zh;q=nan", "*"),
    "Content-Type": ("", "application/json; charset=nonsense", "x/y;" * 500),
    "Cookie": ("mingcha=" + "x" * 3000, "mingcha=a.b.c; mingcha=d", "=;=;"),
    "If-None-Match": ('"', "x" * 3000, "*"),
    "Host": ("evil.example", "a:b:c", "evil.example\\@mingcha.test"),
    "X-Forwarded-For": ("' OR 1=1", "x" * 3000),
    "X-Request-Id": ("chosen by somebody else\x7f",),
    "HX-Request": ("true", "\x7f"),
    "Range": ("bytes=-1-", "bytes=0-99999999999999"),
    "Transfer-Encoding": ("chunked",),
}


def bodies_of(sent: Mapping[str, Any]) -> Iterator[tuple[str, bytes, Mapping[str, str]]]:
    """Every bad body instead of a good one, and the good one with every bad value in it."""
    for name, (raw, headers) in BODIES.items():
        yield name, raw, headers
    for field in sent:
        text = json.dumps({**sent, field: "@@@"})
        for name, value in VALUES.items():
            yield f"{name} as {field}", text.replace('"@@@"', value).encode(), JSON
    twice = json.dumps(dict(sent))[:-1] + "".join(f', "{field}": 1' for field in sent) + "}"
    yield "every field twice", twice.encode(), JSON


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a JSON value has parts, itself excepted."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in inside:
        yield (*at, key)
        if isinstance(part, dict | list):
            yield from places(part, (*at, key))


def put(value: Any, at: tuple[Any, ...], part: Any) -> Any:
    """The same JSON value with another part at a place."""
    copy = json.loads(json.dumps(value))
    inside = copy
    for key in at[:-1]:
        inside = inside[key]
    inside[at[-1]] = part
    return copy


@cache
def asked_by_pages() -> tuple[str, ...]:
    """Every name that any page reads from its address."""
    found: set[str] = set()
    for path in (Path(server.__file__).parent / "web").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "request.args.get":
                found.update(str(a.value) for a in node.args[:1] if isinstance(a, ast.Constant))
    return tuple(sorted({*found, "lang"}))
