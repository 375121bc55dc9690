"""What tablets could send, drawn from the very schemas that read it: every field to its limits.

    payload = data.draw(of_schema(PAYLOADS[EventKind.SEALED]()))

What is drawn fits the schema field by field; a rule over several fields may still refuse it.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from shared.canonical import MAX_NUMBER
from shared.events.fields import EARLIEST, LATEST, Number, Truth

MOST_OF_A_LIST = 3
"""Lists are drawn shorter than they may be: what a long one does is measured elsewhere."""
LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_NUMBER, MAX_NUMBER)
    | st.floats(-1e15, 1e15)
    | st.text(LETTERS, max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "kind", "head", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)
"""Anything that strict JSON can carry."""
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
AT_THE_ENDS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
"""In UTC there is no such year."""
FIRST, LAST = (moment.replace(tzinfo=None) for moment in (EARLIEST, LATEST))
MOMENTS = st.datetimes(FIRST, LAST, timezones=ZONES).map(datetime.isoformat) | st.sampled_from(
    AT_THE_ENDS
)


def of_schema(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """An object with every member that must be there and any of those that may."""
    drawn = {name: of_field(field) for name, field in schema.fields.items()}
    must = {name for name, field in schema.fields.items() if field.required}
    return st.fixed_dictionaries(
        {name: drawn[name] for name in drawn if name in must},
        optional={name: drawn[name] for name in drawn if name not in must},
    )


def of_field(field: fields.Field[Any]) -> st.SearchStrategy[Any]:
    """A value of one field, None too where it may be."""
    found = _value(field)
    return st.none() | found if field.allow_none else found


def _value(field: fields.Field[Any]) -> st.SearchStrategy[Any]:
    for rule in field.validators:
        if isinstance(rule, validate.OneOf):
            return st.sampled_from(sorted(rule.choices))
        if isinstance(rule, validate.Equal):
            return st.just(rule.comparable)
        if isinstance(rule, validate.Regexp):
            return st.from_regex(rule.regex)
    match field:
        case fields.Nested():
            return of_schema(field.schema)
        case fields.List():
            return _list(field)
        case Truth():
            return st.booleans()
        case Number():
            low, high = _range(field)
            return st.integers(low, high) | st.floats(low, high, allow_nan=False)
        case fields.Integer():
            low, high = _range(field)
            return st.integers(low, high) | st.sampled_from([low, high])
        case fields.AwareDateTime():
            return MOMENTS
        case fields.Date():
            return st.dates().map(str) | st.sampled_from(["0001-01-01", "9999-12-31"])
        case fields.String():
            return _text(field)
    raise AssertionError(f"nobody has said what a {type(field).__name__} may hold")


def _list(field: fields.List[Any]) -> st.SearchStrategy[list[Any]]:
    low, high = _length(field)
    return st.lists(of_field(field.inner), min_size=low, max_size=min(high, low + MOST_OF_A_LIST))


def _text(field: fields.String) -> st.SearchStrategy[str]:
    low, high = _length(field)
    short = st.text(LETTERS, min_size=low, max_size=min(high, low + 20))
    return short | st.sampled_from("x明").map(lambda letter: letter * high)


def _length(field: fields.Field[Any]) -> tuple[int, int]:
    rule = next((one for one in field.validators if isinstance(one, validate.Length)), None)
    if rule is None:
        return 0, 200
    if rule.equal is not None:
        return rule.equal, rule.equal
    return rule.min or 0, rule.max if rule.max is not None else 200


def _range(field: fields.Field[Any]) -> tuple[int, int]:
    rule = next((one for one in field.validators if isinstance(one, validate.Range)), None)
    low = rule.min if rule is not None and rule.min is not None else -MAX_NUMBER
    high = rule.max if rule is not None and rule.max is not None else MAX_NUMBER
    return low, high
