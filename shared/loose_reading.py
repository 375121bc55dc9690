"""Reading reference objects that plainly fit, many times faster than their marshmallow schemas.

As `quick_reading` does for events, but for schemas that pass over what they do not know and make a
value of their `target`. The schema stays the only word on what fits: a reader made here returns
what its `load` would, or None, which means "ask the schema" (tests/shared/test_loose_reading.py).
"""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing

Read = Callable[[object], Any]
Take = Callable[[Any], Any]
PLAIN: Mapping[type, type] = {fields.String: str, fields.Integer: int, fields.Boolean: bool}
"""What a JSON value must be, exactly, to be taken as it is."""


class _AskTheSchema(Exception):
    """Not plain enough to be taken here."""


class _Field(NamedTuple):
    """`plain` is the type that is taken as it is, `take` reads any other value."""

    name: str
    plain: type | None
    take: Take
    none_is_fine: bool
    absent: object
    """What stands for it where it is not said; `_AskTheSchema` where it must be said."""


def reader(schema: Schema) -> Read:
    """A quick reader of what `schema` loads, whose only hook makes its `target` of it."""
    take = _object(schema)

    def read(raw: object) -> Any:
        try:
            return take(raw)
        except (_AskTheSchema, ValidationError):
            return None

    return read


def _object(schema: Schema) -> Take:
    known = [_field(name, field) for name, field in schema.load_fields.items()]
    target: Callable[..., Any] = schema.target  # type: ignore[attr-defined]
    if schema.unknown != EXCLUDE or schema.partial or schema.many:
        return schema.load

    def take(raw: Any) -> Any:
        if type(raw) is not dict:
            raise _AskTheSchema
        found = {}
        for name, plain, take_other, none_is_fine, absent in known:
            value = raw.get(name, missing)
            if value is missing:
                if absent is _AskTheSchema:
                    raise _AskTheSchema
                if absent is missing:
                    continue
                value = absent
            elif type(value) is plain or (value is None and none_is_fine):
                pass
            else:
                value = take_other(value)
            found[name] = value
        return target(**found)

    return take


def _field(name: str, field: fields.Field[Any]) -> _Field:
    kind, default = type(field), field.load_default
    hooks = getattr(field, "pre_load", None) or getattr(field, "post_load", None)
    by_itself = bool(field.validators or hooks or field.data_key or field.attribute)
    absent = _AskTheSchema if field.required or callable(default) else default
    return _Field(
        name=name,
        plain=None if by_itself else PLAIN.get(kind),
        take=field.deserialize if by_itself else _taking(field),
        none_is_fine=field.allow_none and not hooks,
        absent=absent,
    )


def _taking(field: fields.Field[Any]) -> Take:
    """How a value of this very class of field is read; as the field does if it is not known."""
    kind = type(field)
    if kind in PLAIN:
        return _refuse
    if kind is fields.Date and field.format in (None, "iso"):  # type: ignore[attr-defined]
        return _day
    if kind is fields.Float:
        return _number
    if isinstance(field, fields.Nested) and not field.many and field.unknown is None:
        return _object(field.schema)
    if isinstance(field, fields.List):
        inner = _field("", field.inner)
        return _list(inner.plain, inner.take)
    return field.deserialize


def _list(plain: type | None, take_other: Take) -> Take:
    def take(raw: Any) -> tuple[Any, ...]:
        if type(raw) is not list:
            raise _AskTheSchema
        return tuple([one if type(one) is plain else take_other(one) for one in raw])

    return take


def _refuse(_: object) -> Any:
    raise _AskTheSchema


def _day(raw: Any) -> date:
    if type(raw) is not str:
        raise _AskTheSchema
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise _AskTheSchema from None


def _number(raw: Any) -> float:
    if type(raw) is not float or not math.isfinite(raw):
        raise _AskTheSchema
    return raw
