"""Any JSON, as it is described where a body may hold whatever its sender likes.

Only a description: shared/canonical reads it, and refuses with 400 `bad_json` what is outside.
"""

from typing import Any

import flask_smorest

from shared.canonical import MAX_NUMBER

NAME = "Json"
PLACE = f"#/components/schemas/{NAME}"


def any_json() -> dict[str, Any]:
    """A reference to it."""
    return {"$ref": PLACE}


def describe(api: flask_smorest.Api) -> None:
    """Put it among the components."""
    exact = {"type": "number", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER}
    plain = [{"type": "null"}, {"type": "boolean"}, {"type": "string"}, exact]
    several = {"type": "array", "items": any_json()}
    named = {"type": "object", "additionalProperties": any_json()}
    said = "Any JSON. Its numbers lie within 2^53-1 (RFC 8785): what lies beyond is no JSON here."
    api.spec.components.schema(NAME, {"description": said, "anyOf": [*plain, several, named]})
