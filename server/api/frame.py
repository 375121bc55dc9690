"""What every resource is built with: strict bodies, problem+json errors, a complete description.

blueprint = Blueprint("plans", __name__, url_prefix="/plans")

@blueprint.route("/<plan_id>")
class OnePlan(MethodView):
    @roles(Role.PLANNER)
    @blueprint.response(200, PlanSchema)
    @blueprint.fails(NotFound)
    def get(self, plan_id: str) -> Plan: ...
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn, TypeVar

import flask_smorest
import marshmallow as ma
from flask import Request
from flask_smorest import Blueprint as SmorestBlueprint
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from server import edge
from server.errors import PROBLEM, status_of
from server.refusals import NotSignedIn
from shared.errors import BadInput, DomainError, NotAllowed

View = TypeVar("View", bound=Callable[..., Any])


class ProblemSchema(ma.Schema):
    """The one shape of every error (RFC 9457)."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    code = ma.fields.String(required=True, metadata={"description": "A stable word."})
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.String(),
        metadata={"description": "JSON pointer to what is wrong there."},
    )


class StrictParser(FlaskParser):
    """Reads bodies with shared/canonical, refuses unknown fields, raises our own errors."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 -- webargs' own shape
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
        "querystring": ma.RAISE,
    }

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
        raise BadInput("The request does not validate.", errors=_pointers(error)) from error


class Blueprint(SmorestBlueprint):
    """A resource. `fails` documents the errors a view answers with, beside those any view may."""

    ARGUMENTS_PARSER = StrictParser()

    @staticmethod
    def fails(*kinds: type[DomainError]) -> Callable[[View], View]:
        """Document that the view may answer with these errors."""

        def document(view: View) -> View:
            info = dict(getattr(view, "_apidoc", {}))
            info["fails"] = (*info.get("fails", ()), *kinds)
            view._apidoc = info  # type: ignore[attr-defined]  # noqa: SLF001 -- smorest's own place
            return view

        return document

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(self._prepare_fails_doc)

    def _prepare_fails_doc(
        self, doc: dict[str, Any], doc_info: Mapping[str, Any], **_kwargs: Any
    ) -> dict[str, Any]:
        kinds = [NotSignedIn, NotAllowed, *doc_info.get("fails", ())]
        if "arguments" in doc_info:
            kinds.append(BadInput)
        responses = doc.setdefault("responses", {})
        for status, codes in _by_status(kinds).items():
            responses[str(status)] = {
                "description": ", ".join(f"`{code}`" for code in codes),
                "content": {PROBLEM: {"schema": ProblemSchema}},
            }
        return doc


class Api(flask_smorest.Api):
    """The description. Its errors are answered by server/errors.py, not here."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to server/errors.py."""


def _by_status(kinds: list[type[DomainError]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for kind in kinds:
        codes = found.setdefault(status_of(kind), [])
        if kind.code not in codes:
            codes.append(kind.code)
    return dict(sorted(found.items()))


def _pointers(error: ma.ValidationError) -> dict[str, str]:
    messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
    # The outermost key is where it stood: json, query, …
    return {pointer: words for place in messages.values() for pointer, words in _flat("", place)}


def _flat(pointer: str, found: object) -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        for key, inner in found.items():
            step = "" if key == "_schema" else "/" + _escaped(str(key))
            yield from _flat(pointer + step, inner)
    elif isinstance(found, list):
        yield pointer, " ".join(str(word) for word in found)
    else:
        yield pointer, str(found)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
