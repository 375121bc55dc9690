"""The quick way to read an event takes what the schema takes, as the schema reads it."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from shared.canonical import canonical, plainly
from shared.errors import BadJson
from shared.events import envelope
from shared.events.envelope import EnvelopeSchema, read_event, read_plainly
from shared.events.kinds import EventKind
from shared.events.payloads import PAYLOADS
from shared.quick_reading import reader
from tests.shared.spoiling import MORE, ODD, of_every_kind, spoil

SCHEMAS = {kind: schema() for kind, schema in PAYLOADS.items()}
ENVELOPE = EnvelopeSchema()
QUICK = {
    ENVELOPE: reader(ENVELOPE, leaving={"payload"}),
    **{schema: reader(schema) for schema in SCHEMAS.values()},
}
EVENTS = of_every_kind()
SAMPLES = [(ENVELOPE, raw) for raw in EVENTS] + [
    (SCHEMAS[EventKind(raw["kind"])], raw["payload"]) for raw in EVENTS
]


def loaded(schema: Schema, raw: Any) -> dict[str, Any] | None:
    try:
        return dict(schema.load(raw))
    except ValidationError:
        return None


def types(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: types(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [types(inner) for inner in value]
    return type(value)


def test_every_kind_is_sampled_and_read_the_quick_way() -> None:
    assert {schema for schema, _ in SAMPLES} == set(QUICK)
    for schema, raw in SAMPLES:
        assert QUICK[schema](raw) == loaded(schema, raw) is not None, type(schema)


@given(st.sampled_from(SAMPLES), st.data())
def test_what_it_takes_is_what_the_schema_reads(
    sample: tuple[Schema, dict[str, Any]], data: st.DataObject
) -> None:
    schema, raw = sample[0], copy.deepcopy(sample[1])
    spoil(raw, data)

    found = QUICK[schema](raw)

    if found is not None:
        assert found == loaded(schema, raw)
        assert types(found) == types(loaded(schema, raw))


@given(st.sampled_from(EVENTS), st.data())
def test_an_event_that_is_taken_is_plain_to_write(
    sample: dict[str, Any], data: st.DataObject
) -> None:
    raw = copy.deepcopy(sample)
    spoil(raw, data)

    found = read_plainly(raw)

    if found is None:
        return
    with pytest.MonkeyPatch.context() as closely:
        closely.setattr(envelope, "read_plainly", lambda _raw: None)
        assert read_event(raw) == found
    try:
        written = canonical(raw)
    except BadJson:
        assert plainly(raw) is None
    else:
        assert plainly(raw) in {None, written}


@given(ODD | st.lists(ODD) | st.text())
def test_what_is_no_object_is_left_to_the_schema(raw: Any) -> None:
    assert QUICK[ENVELOPE](raw) is None


def test_a_schema_with_a_hook_of_its_own_is_never_passed_by() -> None:
    class Hooked(Schema):
        class Meta:
            unknown = RAISE

        name = fields.String(required=True)

        @pre_load
        def turned(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            return {"name": data["name"][::-1]}

    assert reader(Hooked())({"name": "ab"}) is None


def test_a_field_nobody_knows_here_leaves_all_to_the_schema() -> None:
    class Odd(Schema):
        class Meta:
            unknown = RAISE

        free = fields.Dict(required=True)

    assert reader(Odd())({"free": {}}) is None
    assert reader(Odd(), leaving={"free"})({"free": {}}) == {"free": {}}


def test_a_whole_that_does_not_hold_is_left_to_the_schema() -> None:
    answer = {**MORE[EventKind.POINT_ANSWERED], "severity": None}
    schema = SCHEMAS[EventKind.POINT_ANSWERED]

    assert QUICK[schema](answer) is None
    with pytest.raises(ValidationError):
        schema.load(answer)
