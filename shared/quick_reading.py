"""Reading what plainly fits a marshmallow schema, many times faster than the schema itself.

The schema stays the only word on what fits: a reader made here from it returns what `load` would,
or None, which means "ask the schema". So it never refuses anything, and what it takes differs in
nothing but time (tests/shared/test_quick_reading.py). What it does not know how to do faster, it
leaves to the field.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from shared.events.fields import Number, Truth

Reader = Callable[[object], dict[str, Any] | None]
Take = Callable[[Any], Any]


class _AskTheSchema(Exception):
    """Not plain enough to be taken here."""


def reader(schema: Schema) -> Reader:
    """A quick reader of what `schema` loads."""
    take = _object(schema)

    def read(raw: object) -> dict[str, Any] | None:
        try:
            return take(raw)  # type: ignore[no-any-return]
        except (_AskTheSchema, ValidationError):
            return None

    return read


def _object(schema: Schema) -> Take:
    checks = [getattr(schema, name) for name in getattr(schema, "WHOLE", ())]
    known = schema.unknown == RAISE and not schema.partial and not schema.many
    if not known or len(checks) != _hooks(schema):
        return schema.load
    takes = {name: _field(field) for name, field in schema.load_fields.items()}
    if any(f.data_key or f.attribute for f in schema.load_fields.values()):
        return schema.load
    absent = {name: _absent(field) for name, field in schema.load_fields.items()}
    names = frozenset(takes)

    def take(raw: Any) -> dict[str, Any]:
        if type(raw) is not dict or not raw.keys() <= names:
            raise _AskTheSchema
        found = {}
        for name, of_field in takes.items():
            value = of_field(raw[name]) if name in raw else absent[name]()
            if value is not missing:
                found[name] = value
        for check in checks:
            check(found, partial=None, many=False, unknown=RAISE)
        return found

    return take


def _hooks(schema: Schema) -> int:
    """How many functions of its own the schema runs besides its fields'."""
    hooks: Mapping[Any, list[Any]] = schema._hooks  # noqa: SLF001 -- there is no other way to know
    return sum(len(names) for names in hooks.values())


def _absent(field: fields.Field[Any]) -> Callable[[], Any]:
    if field.required:
        return _required
    default = field.load_default
    return default if callable(default) else lambda: default


def _required() -> None:
    raise _AskTheSchema


def _field(field: fields.Field[Any]) -> Take:
    if getattr(field, "pre_load", None) or getattr(field, "post_load", None):
        return field.deserialize
    take = _value(field)
    if take is None:
        return field.deserialize
    validators, none_is_fine = tuple(field.validators), field.allow_none

    def checked(raw: Any) -> Any:
        if raw is None:
            if none_is_fine:
                return None
            raise _AskTheSchema
        value = take(raw)
        for validate in validators:
            validate(value)
        return value

    return checked


def _value(field: fields.Field[Any]) -> Take | None:
    """How a value of this very class of field is taken; None for a class not known here."""
    kind = type(field)
    if kind is fields.String:
        return _text
    if kind is fields.Integer and field.strict:  # type: ignore[attr-defined]
        return _whole_number
    if kind is Truth:
        return _truth
    if kind is Number:
        return _number
    if kind is fields.Dict and field.key_field is None and field.value_field is None:  # type: ignore[attr-defined]
        return _members
    if kind is fields.Enum and field.by_value:  # type: ignore[attr-defined]
        return _choice(field)
    if isinstance(field, fields.Nested) and kind is fields.Nested:
        return None if field.many or field.unknown is not None else _object(_schema_of(field))
    if isinstance(field, fields.List) and kind._deserialize is fields.List._deserialize:  # noqa: SLF001
        return _list(field)
    return None


def _schema_of(field: fields.Nested) -> Schema:
    found: Schema = field.schema
    return found


def _list(field: fields.List[Any]) -> Take:
    inner = _field(field.inner)

    def take(raw: Any) -> list[Any]:
        if type(raw) is not list:
            raise _AskTheSchema
        return [inner(value) for value in raw]

    return take


def _choice(field: fields.Field[Any]) -> Take:
    members = {member.value: member for member in field.enum}  # type: ignore[attr-defined]

    def take(raw: Any) -> Any:
        if type(raw) is not str or raw not in members:
            raise _AskTheSchema
        return members[raw]

    return take


def _text(raw: Any) -> str:
    if type(raw) is not str:
        raise _AskTheSchema
    return raw


def _whole_number(raw: Any) -> int:
    if type(raw) is not int:
        raise _AskTheSchema
    return raw


def _truth(raw: Any) -> bool:
    if type(raw) is not bool:
        raise _AskTheSchema
    return raw


def _number(raw: Any) -> float:
    if type(raw) not in (int, float) or not math.isfinite(raw):
        raise _AskTheSchema
    return float(raw)


def _members(raw: Any) -> dict[str, Any]:
    if type(raw) is not dict:
        raise _AskTheSchema
    return dict(raw)
