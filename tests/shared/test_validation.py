"""From a schema's messages to JSON pointers."""

import pytest
from marshmallow import Schema, fields, validate

from shared.errors import BadInput
from shared.validation import load


class Inner(Schema):
    n = fields.Integer(required=True, strict=True)


class Outer(Schema):
    items = fields.List(fields.Nested(Inner), validate=validate.Length(max=2))
    odd = fields.String(data_key="a/b~c")


def test_every_fault_is_found_by_its_pointer() -> None:
    with pytest.raises(BadInput) as caught:
        load(Outer(), {"items": [{"n": 1}, {"n": "x"}], "a/b~c": 1, "more": 1}, "No.")

    assert set(caught.value.errors) == {"/items/1/n", "/a~1b~0c", "/more"}


@pytest.mark.parametrize("obj", [None, [], "x", 1])
def test_what_is_no_object_is_refused_as_a_whole(obj: object) -> None:
    with pytest.raises(BadInput) as caught:
        load(Outer(), obj, "No.")

    assert caught.value.errors == {"": "Not an object."}
