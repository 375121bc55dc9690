"""The events a push carries, described: one schema a kind, told apart by `kind`.

Made from the very schemas that read them (shared/events). Only a description: a push takes
whatever comes and sets apart what it cannot read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import flask_smorest
import marshmallow as ma
from marshmallow.validate import Equal

from server.api.any_json import any_json
from shared.events.envelope import EnvelopeSchema
from shared.events.kinds import NAMES, EventKind
from shared.events.payloads import PAYLOADS

PREFIX = "Event."
PLACE = "#/components/schemas/"


def one_of() -> dict[str, Any]:
    """Any event, as JSON Schema says it; each kind's schema allows its own `kind` alone."""
    return {"oneOf": [{"$ref": f"{PLACE}{PREFIX}{kind.value}"} for kind in EventKind]}


def whatever_comes() -> dict[str, Any]:
    """What a push takes: an event, or anything else, which is set apart and answered for."""
    said = "Anything but an event is answered `quarantined`, and set apart as it came."
    return {"anyOf": [one_of(), any_json()], "description": said}


def describe(api: flask_smorest.Api) -> None:
    """Put every kind of event among the components, parts first: each under a name of its own."""
    parts = (part for kind in EventKind for part in _parts(_SCHEMAS[kind]))
    for part in dict.fromkeys(parts):
        api.spec.components.schema(f"{PREFIX}part.{part.__name__}", schema=part)
    for kind in EventKind:
        api.spec.components.schema(f"{PREFIX}{kind.value}", schema=_SCHEMAS[kind])


def _parts(schema: type[ma.Schema]) -> Iterator[type[ma.Schema]]:
    """Every schema that is nested in `schema`, the innermost first."""
    for field in schema().fields.values():
        inner = _nested(field)
        if inner is not None:
            yield from _parts(inner)
            yield inner


def _nested(field: ma.fields.Field[Any]) -> type[ma.Schema] | None:
    if isinstance(field, ma.fields.List):
        return _nested(field.inner)
    return type(field.schema) if isinstance(field, ma.fields.Nested) else None


def _schema(kind: EventKind) -> type[ma.Schema]:
    said = {"description": f"{NAMES[kind].zh} {NAMES[kind].en}"}
    return type(
        f"{kind.name.title().replace('_', '')}EventSchema",
        (EnvelopeSchema,),
        {
            "kind": ma.fields.String(required=True, validate=Equal(kind.value), metadata=said),
            "payload": ma.fields.Nested(PAYLOADS[kind], required=True),
        },
    )


_SCHEMAS: Mapping[EventKind, type[ma.Schema]] = {kind: _schema(kind) for kind in EventKind}
