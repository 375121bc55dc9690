"""Reads what a request carries: strict JSON, no unknown fields, errors as JSON pointers."""

from functools import cache
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from server import edge
from shared.errors import BadInput
from shared.validation import pointers


@cache
def _made(schema: type[ma.Schema]) -> ma.Schema:
    return schema()


class StrictParser(FlaskParser):
    """Reads bodies with shared/canonical, refuses unknown fields, raises our own errors."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 -- webargs' own shape
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
        "querystring": ma.RAISE,
    }

    def _get_schema(self, argmap: Any, req: Request) -> ma.Schema:
        """One instance of each class, which keeps nothing of a request; webargs makes them anew."""
        made = _made(argmap) if isinstance(argmap, type) else argmap
        return super()._get_schema(made, req)

    def _raw_load_json(self, req: Request) -> Any:  # noqa: ARG002 -- webargs' signature
        body = edge.json_body()
        return missing if body is None else body

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,  # noqa: ARG002 -- webargs' signature
        schema: ma.Schema,  # noqa: ARG002 -- webargs' signature
        **_kwargs: Any,
    ) -> NoReturn:
        messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
        # The outermost key is where it stood: json, query, …
        found = {
            pointer: words for place in messages.values() for pointer, words in pointers(place)
        }
        raise BadInput("The request does not validate.", errors=found) from error
