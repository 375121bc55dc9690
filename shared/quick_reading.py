"""Reading what plainly fits a marshmallow schema, many times faster than the schema itself.

The schema stays the only word on what fits: a reader made here from it returns what `load` would,
or None, which means "ask the schema". So it never refuses anything, and what it takes differs in
nothing but time (tests/shared/test_quick_reading.py). A reader is one function, written from the
schema as Python and compiled, as dataclasses do: what a comparison says needs no call. A schema
with anything in it that is not known here has a reader that always says None.

What is taken is plain to write as well: every name is ASCII, and every number one that all
writers of JSON write alike, so that `canonical.plainly` may write it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing, validate

from shared.canonical import LEAST_PLAIN, MAX_NUMBER
from shared.events.fields import Number, Truth

Reader = Callable[[object], dict[str, Any] | None]
Field = fields.Field[Any]


class _NotKnownError(Exception):
    """Something that only the schema itself can read."""


def reader(schema: Schema, *, leaving: Collection[str] = ()) -> Reader:
    """A quick reader of what `schema` loads; `leaving` are members taken without a look inside."""
    source = _Source()
    try:
        _object(source, schema, "raw", leaving)
    except _NotKnownError:
        return _ask_the_schema
    return source.compiled(type(schema).__name__)


def _ask_the_schema(_raw: object) -> None:
    return None


class _Source:
    """A reader as it is written: its lines, and by name the values that they use."""

    def __init__(self) -> None:
        self._lines = ["def read(raw):", "    try:"]
        self._depth = 2
        self._names: dict[str, Any] = {"ValidationError": ValidationError}
        self._numbers = count()

    def say(self, line: str) -> None:
        self._lines.append("    " * self._depth + line)

    def refuse_if(self, condition: str) -> None:
        self.say(f"if {condition}: return None")

    @contextmanager
    def under(self, line: str) -> Iterator[None]:
        self.say(line)
        self._depth += 1
        yield
        self._depth -= 1

    def variable(self) -> str:
        return f"v{next(self._numbers)}"

    def named(self, value: object) -> str:
        """What stands for `value` in a line."""
        if type(value) in (int, str):
            return repr(value)
        name = f"c{next(self._numbers)}"
        self._names[name] = value
        return name

    def compiled(self, name: str) -> Reader:
        end = [
            "        return raw",
            "    except (KeyError, ValueError, ValidationError):",
            "        return None",
        ]
        code = compile("\n".join([*self._lines, *end]), f"<reader of {name}>", "exec")
        exec(code, self._names)  # noqa: S102 -- written above, of schemas of ours
        read: Reader = self._names["read"]
        return read


def _object(source: _Source, schema: Schema, into: str, leaving: Collection[str] = ()) -> None:
    """Turn the variable `into` from what came into what the schema loads."""
    members: Mapping[str, Field] = schema.load_fields
    wholes = [getattr(schema, name) for name in getattr(schema, "WHOLE", ())]
    usual = schema.unknown == RAISE and not schema.partial and not schema.many
    if (
        not usual
        or len(wholes) != _hooks(schema)
        or not all(_is_usual(*member) for member in members.items())
    ):
        raise _NotKnownError
    source.refuse_if(f"type({into}) is not dict")
    there = source.variable()
    source.say(f"{there} = {sum(field.required for field in members.values())}")
    found = {name: source.variable() for name in members}
    for name, field in members.items():
        take = _members if name in leaving else _perhaps_none
        if field.required:
            source.say(f"{found[name]} = {into}[{name!r}]")
            take(source, field, found[name])
            continue
        with source.under(f"if {name!r} in {into}:"):
            source.say(f"{there} += 1")
            source.say(f"{found[name]} = {into}[{name!r}]")
            take(source, field, found[name])
        called = "()" if callable(field.load_default) else ""
        source.say(f"else: {found[name]} = {source.named(field.load_default)}{called}")
    source.refuse_if(f"len({into}) != {there}")
    _put_together(source, into, found, members)
    for whole in wholes:
        call = f"{source.named(whole)}({into}, partial=None, many=False, unknown={RAISE!r})"
        source.say(call)


def _put_together(
    source: _Source, into: str, found: Mapping[str, str], members: Mapping[str, Field]
) -> None:
    may_lack = [n for n, f in members.items() if not f.required and f.load_default is missing]
    sure = ", ".join(f"{name!r}: {found[name]}" for name in members if name not in may_lack)
    source.say(f"{into} = {{{sure}}}")
    for name in may_lack:
        with source.under(f"if {found[name]} is not {source.named(missing)}:"):
            source.say(f"{into}[{name!r}] = {found[name]}")


def _hooks(schema: Schema) -> int:
    """How many functions of its own the schema runs besides its fields'."""
    hooks: Mapping[Any, list[Any]] = schema._hooks  # noqa: SLF001 -- there is no other way to know
    return sum(len(names) for names in hooks.values())


def _is_usual(name: str, field: Field) -> bool:
    turned = getattr(field, "pre_load", None) or getattr(field, "post_load", None)
    return name.isascii() and not (turned or field.data_key or field.attribute)


def _perhaps_none(source: _Source, field: Field, into: str) -> None:
    if field.allow_none:
        with source.under(f"if {into} is not None:"):
            _value(source, field, into)
    else:
        _value(source, field, into)


def _value(source: _Source, field: Field, into: str) -> None:
    kind = type(field)
    if isinstance(field, fields.List) and kind._deserialize is fields.List._deserialize:  # noqa: SLF001
        _list(source, field, into)
    elif kind in _KINDS:
        _KINDS[kind](source, field, into)
    else:
        raise _NotKnownError
    for validator in field.validators:
        write: _Check = _VALIDATORS.get(type(validator), _call)
        write(source, validator, into)


def _text(source: _Source, _field: Field, into: str) -> None:
    source.refuse_if(f"type({into}) is not str")


def _truth(source: _Source, _field: Field, into: str) -> None:
    source.refuse_if(f"type({into}) is not bool")


def _whole_number(source: _Source, field: Field, into: str) -> None:
    if not field.strict:  # type: ignore[attr-defined]
        raise _NotKnownError
    source.refuse_if(f"type({into}) is not int or not -{MAX_NUMBER} <= {into} <= {MAX_NUMBER}")


def _number(source: _Source, _field: Field, into: str) -> None:
    with source.under(f"if type({into}) is int:"):
        source.refuse_if(f"not -{MAX_NUMBER} <= {into} <= {MAX_NUMBER}")
        source.say(f"{into} = float({into})")
    with source.under("else:"):
        source.refuse_if(f"type({into}) is not float or {into} % 1 == 0")
        source.refuse_if(f"not {LEAST_PLAIN} <= abs({into}) <= {MAX_NUMBER}")


def _members(source: _Source, field: Field, into: str) -> None:
    """An object that is left as it is."""
    if type(field) is not fields.Dict or field.validators or field.allow_none:
        raise _NotKnownError
    source.refuse_if(f"type({into}) is not dict")


def _choice(source: _Source, field: Field, into: str) -> None:
    if field.by_value is not True:  # type: ignore[attr-defined]
        raise _NotKnownError
    members = {member.value: member for member in field.enum}  # type: ignore[attr-defined]
    source.refuse_if(f"type({into}) is not str")
    source.say(f"{into} = {source.named(members)}[{into}]")


def _nested(source: _Source, field: Field, into: str) -> None:
    if field.many or field.unknown is not None:  # type: ignore[attr-defined]
        raise _NotKnownError
    _object(source, field.schema, into)  # type: ignore[attr-defined]


def _list(source: _Source, field: fields.List[Any], into: str) -> None:
    each, found = source.variable(), source.variable()
    source.refuse_if(f"type({into}) is not list")
    if type(field.inner) in _AS_THEY_ARE:
        source.say(f"{found} = {into}[:]")
        with source.under(f"for {each} in {found}:"):
            _perhaps_none(source, field.inner, each)
    else:
        source.say(f"{found} = []")
        with source.under(f"for {each} in {into}:"):
            _perhaps_none(source, field.inner, each)
            source.say(f"{found}.append({each})")
    source.say(f"{into} = {found}")


def _moment(source: _Source, field: Field, into: str) -> None:
    if field.format not in (None, "iso") or field.default_timezone is not None:  # type: ignore[attr-defined]
        raise _NotKnownError
    source.refuse_if(f"type({into}) is not str")
    source.say(f"{into} = {source.named(datetime.fromisoformat)}({into})")
    source.refuse_if(f"{into}.tzinfo is None")


def _day(source: _Source, field: Field, into: str) -> None:
    if field.format not in (None, "iso"):  # type: ignore[attr-defined]
        raise _NotKnownError
    source.refuse_if(f"type({into}) is not str")
    source.say(f"{into} = {source.named(date.fromisoformat)}({into})")


_KINDS: Mapping[type[Field], Callable[[_Source, Field, str], None]] = {
    fields.String: _text,
    fields.Integer: _whole_number,
    fields.Enum: _choice,
    fields.Nested: _nested,
    fields.AwareDateTime: _moment,
    fields.Date: _day,
    Truth: _truth,
    Number: _number,
}
_AS_THEY_ARE = frozenset({fields.String, fields.Integer, Truth})


def _call(source: _Source, validator: Callable[[Any], Any], into: str) -> None:
    source.say(f"{source.named(validator)}({into})")


def _matches(source: _Source, validator: validate.Regexp, into: str) -> None:
    source.refuse_if(f"{source.named(validator.regex.match)}({into}) is None")


def _is_one_of(source: _Source, validator: validate.OneOf, into: str) -> None:
    source.refuse_if(f"{into} not in {source.named(validator.choices)}")


def _is_equal(source: _Source, validator: validate.Equal, into: str) -> None:
    source.refuse_if(f"{into} != {source.named(validator.comparable)}")


def _has_length(source: _Source, validator: validate.Length, into: str) -> None:
    if validator.equal is not None:
        source.refuse_if(f"len({into}) != {validator.equal}")
    else:
        _between(source, f"len({into})", validator.min, validator.max)


def _is_in_range(source: _Source, validator: validate.Range, into: str) -> None:
    if not validator.min_inclusive or not validator.max_inclusive:
        _call(source, validator, into)
    else:
        _between(source, into, validator.min, validator.max)


def _between(source: _Source, what: str, least: Any, most: Any) -> None:
    if least is not None:
        source.refuse_if(f"{what} < {source.named(least)}")
    if most is not None:
        source.refuse_if(f"{what} > {source.named(most)}")


_Check = Callable[[_Source, Any, str], None]
_VALIDATORS: Mapping[type, _Check] = {
    validate.Regexp: _matches,
    validate.OneOf: _is_one_of,
    validate.Equal: _is_equal,
    validate.Length: _has_length,
    validate.Range: _is_in_range,
}
