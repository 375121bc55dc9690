"""The Android API as its published types describe it: classes, members, since which level.

Read from npm's @nativescript/types-android. Only the classes asked for are parsed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TYPES = ROOT / "node_modules/@nativescript/types-android/lib/android"
PLATFORM = TYPES / "android-platform-21-37-merged.d.ts"

_OPENS = re.compile(r"^(\t*)(?:declare|export) (?:abstract )?(module|class|interface) ([\w.]+)")
_CLOSES = re.compile(r"^(\t*)\}")
_FAMILY = re.compile(r"\b(?:extends|implements) ([^{]+?)(?= implements |\s*\{)")
_METHOD = re.compile(r"public (static )?(?:abstract )?(\w+)(?:<[^(]*>)?\((.*)\)(?:: (.+))?;$")
_FIELD = re.compile(r"public (static )?(\w+): (.+);$")
_SINCE = re.compile(r"@since (\d+)")
FIRST = 21


class NotInApi(AssertionError):
    """Something is used that the API does not have, or not at this level, or not like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A field has no `parameters`. A constructor is called `constructor`."""

    name: str
    static: bool
    since: int
    result: str
    parameters: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JavaClass:
    name: str
    since: int
    parents: tuple[str, ...]
    members: tuple[Member, ...]
    interface_methods: tuple[str, ...] = field(default=())

    def named(self, name: str) -> list[Member]:
        return [member for member in self.members if member.name == name]


@cache
def _lines() -> list[str]:
    return PLATFORM.read_text("utf-8").splitlines()


@cache
def _index() -> dict[str, tuple[int, int]]:
    """Where each class's body lies: the line of its head and that of its closing brace."""
    found: dict[str, tuple[int, int]] = {}
    open_: list[tuple[str, str, int]] = []
    for number, line in enumerate(_lines()):
        opens = _OPENS.match(line)
        if opens:
            del open_[len(opens[1]) :]
            open_.append((opens[2], opens[3], number))
            if line.rstrip().endswith("}"):
                open_.pop()
            continue
        closes = _CLOSES.match(line)
        if closes and len(closes[1]) == len(open_) - 1:
            kind, _, start = open_[-1]
            if kind != "module":
                found[".".join(name for _, name, _ in open_)] = (start, number)
            open_.pop()
    return found


@cache
def load(name: str) -> JavaClass:
    """A class by its Java name; an inner one may be written with `$`."""
    dotted = name.replace("$", ".")
    if dotted not in _index():
        raise NotInApi(f"Android has no class {name}")
    start, end = _index()[dotted]
    lines = _lines()
    head = lines[start]
    parents = [_plain(one) for found in _FAMILY.findall(head) for one in _split(found)]
    body = list(_members(lines[start + 1 : end]))
    return JavaClass(
        name=dotted,
        since=_since_of(lines, start),
        parents=tuple(parent for parent in parents if parent != dotted),
        members=tuple(body),
    )


def members(name: str) -> Iterator[Member]:
    """Those of a class and of all it stands on."""
    found = load(name)
    yield from found.members
    for parent in found.parents:
        if parent in _index():
            yield from members(parent)


def is_a(name: str, wanted: str) -> bool:
    dotted = name.replace("$", ".")
    if wanted in (dotted, "java.lang.Object"):
        return True
    return dotted in _index() and any(is_a(parent, wanted) for parent in load(dotted).parents)


def exists(name: str) -> bool:
    return name.replace("$", ".") in _index()


def _since_of(lines: list[str], at: int) -> int:
    comment = ""
    while at and lines[at - 1].lstrip().startswith(("*", "/**")):
        at -= 1
        comment += lines[at]
    found = _SINCE.search(comment)
    return int(found[1]) if found else FIRST


def _members(body: list[str]) -> Iterator[Member]:
    comment = ""
    for line in body:
        text = line.strip()
        if text.startswith(("/**", "*")):
            comment += text
            continue
        since = _SINCE.search(comment)
        member = _member(text, int(since[1]) if since else FIRST)
        if member is not None:
            yield member
        comment = ""


def _member(text: str, since: int) -> Member | None:
    method = _METHOD.match(text)
    if method:
        parameters = tuple(part.partition(":")[2].strip() for part in _split(method[3]))
        return Member(
            name=method[2],
            static=bool(method[1]),
            since=since,
            result=_plain(method[4] or "void"),
            parameters=parameters,
        )
    found = _FIELD.match(text)
    if not found:
        return None
    return Member(
        name=found[2], static=bool(found[1]), since=since, result=found[3], parameters=None
    )


def _split(text: str) -> list[str]:
    """Parts between the commas that stand in no bracket."""
    parts, depth, part = [], 0, ""
    for sign in text:
        depth += (sign in "<({[") - (sign in ">)}]")
        if sign == "," and not depth:
            parts.append(part.strip())
            part = ""
        else:
            part += sign
    return [*parts, part.strip()] if part.strip() else parts


def _plain(type_: str) -> str:
    """Without what may be null and without what a container holds, but for arrays."""
    plain = type_.replace("| null", "").strip()
    if plain.startswith("androidNative.Array"):
        return plain
    return re.sub(r"<.*>", "", plain).strip()
