"""From marshmallow's messages to our one error: `BadInput` with JSON pointers."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from shared.errors import BadInput


def load(schema: Schema, obj: object, message: str) -> dict[str, Any]:
    """What `schema` reads out of `obj`, or `BadInput(message, errors={pointer: fault})`."""
    if not isinstance(obj, Mapping):
        raise BadInput(message, errors={"": "Not an object."})
    try:
        return dict(schema.load(obj))
    except ValidationError as error:
        raise BadInput(message, errors=dict(pointers(error.messages))) from error


def pointers(messages: object, at: str = "") -> Iterator[tuple[str, str]]:
    """Each fault of marshmallow's nested `messages` as (RFC 6901 pointer, message)."""
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            step = "" if name == "_schema" else "/" + _escaped(str(name))
            yield from pointers(below, at + step)
    elif isinstance(messages, list | tuple):
        for message in messages[:1]:
            yield from pointers(message, at)
    else:
        yield at, str(messages)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
