"""What every resource is built with: strict bodies, problem+json errors, a complete description.

blueprint = Blueprint("plans", __name__, url_prefix="/plans")

@blueprint.route("/<plan_id>")
class OnePlan(MethodView):
    @roles(Role.PLANNER)
    @blueprint.response(200, PlanSchema)
    @blueprint.fails(NotFound)
    @blueprint.leads_to("plans.Submit.post", plan_id="id")
    def get(self, plan_id: str) -> Plan: ...
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import flask_smorest
import marshmallow as ma
from flask import Flask
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow.validate import Range, Regexp

from server.access import MARK
from server.api import exact_paths
from server.api.example import Example, Examples
from server.api.parsing import StrictParser
from server.errors import PROBLEM, problem, status_of
from server.refusals import NotSignedIn, TooLarge, WrongMediaType
from shared.canonical import MAX_NUMBER
from shared.errors import BadInput, BadJson, DomainError, NotAllowed
from shared.roles import Role

View = TypeVar("View", bound=Callable[..., Any])
BEARER = "bearer"
BYTES: Mapping[str, str] = {"type": "string", "format": "binary"}
OF_A_BODY = (BadJson, BadInput, TooLarge, WrongMediaType)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header of a request; `pattern` is what its whole text must look like."""

    name: str
    pattern: str
    required: bool = True
    description: str = ""


class Blueprint(SmorestBlueprint):
    """A resource, described with who may call it, how it fails and where one may go on from it."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks += [
            _describe_roles,
            _describe_errors,
            _describe_links,
            _describe_headers,
        ]

    @staticmethod
    def fails(*kinds: type[DomainError]) -> Callable[[View], View]:
        """Document that the view may answer with these errors, beside those any view may."""
        return _noting("fails", kinds)

    @staticmethod
    def leads_to(operation: str, **parameters: str) -> Callable[[View], View]:
        """Document that a field of the reply is a parameter of another operation."""
        return _noting("leads_to", ((operation, parameters),))

    @staticmethod
    def heads(*headers: Header) -> Callable[[View], View]:
        """Document headers that the view reads by itself."""
        return _noting("heads", headers)

    @staticmethod
    def takes_bytes(media_type: str) -> Callable[[View], View]:
        """Document that the view reads a body of bytes by itself."""
        return _noting("takes_bytes", (media_type,))

    def _store_endpoint_docs(
        self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any
    ) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags, **options)
        for method, doc in self._docs[endpoint].items():
            if method != "parameters":
                view = getattr(obj, method, obj)
                doc["roles"] = getattr(view, MARK, frozenset())
                doc["operation"] = f"{self.name}.{endpoint}.{method}"


class Api(flask_smorest.Api):
    """The description. Its errors are answered by server/errors.py, not here.

    `examples`: of each operation, by its id; `places`: of what stands in paths, by name.
    """

    ERROR_SCHEMA = ProblemSchema

    def __init__(
        self, app: Flask, *, examples: Mapping[str, Example], places: Mapping[str, Any]
    ) -> None:
        super().__init__(app, spec_kwargs={"extra_plugins": [Examples(examples, places)]})

    def init_app(self, app: Flask, *, spec_kwargs: dict[str, Any] | None = None) -> None:
        super().init_app(app, spec_kwargs=spec_kwargs)
        exact_paths.register(app)
        self.ma_plugin.converter.add_attribute_function(_bounds)
        self.ma_plugin.converter.add_attribute_function(_whole_pattern)
        self.spec.components.security_scheme(BEARER, {"type": "http", "scheme": "bearer"})

    def _register_error_handlers(self) -> None:
        """Leave errors to server/errors.py."""


def _noting(name: str, what: Iterable[Any]) -> Callable[[View], View]:
    def note(view: View) -> View:
        info = dict(getattr(view, "_apidoc", {}))
        info[name] = (*info.get(name, ()), *what)
        view._apidoc = info  # type: ignore[attr-defined]  # noqa: SLF001 -- smorest's own place
        return view

    return note


def _describe_roles(
    doc: dict[str, Any], info: Mapping[str, Any], **_context: Any
) -> dict[str, Any]:
    allowed = info["roles"]
    doc["operationId"] = info["operation"]
    doc["x-roles"] = sorted(str(role) for role in allowed)
    doc["security"] = [] if Role.PUBLIC in allowed else [{BEARER: []}]
    return doc


def _describe_errors(
    doc: dict[str, Any], info: Mapping[str, Any], **_context: Any
) -> dict[str, Any]:
    kinds: list[type[DomainError]] = list(info.get("fails", ()))
    if Role.PUBLIC not in info["roles"]:
        kinds += [NotSignedIn, NotAllowed]
    if "requestBody" in doc:
        kinds += OF_A_BODY
    elif "arguments" in info:
        kinds.append(BadInput)
    responses = doc.setdefault("responses", {})
    for status in [status for status in responses if not str(status).startswith("2")]:
        del responses[status]  # smorest's own, without codes
    for status, codes in _by_status(kinds).items():
        examples = {code: {"value": _problem(status, code)} for code in codes}
        responses[str(status)] = {
            "description": ", ".join(f"`{code}`" for code in codes),
            "content": {PROBLEM: {"schema": ProblemSchema, "examples": examples}},
        }
    return doc


def _problem(status: int, code: str) -> dict[str, Any]:
    where = {"/reason": "Missing data for required field."} if code == BadInput.code else None
    return problem(status, code, errors_at=where)


def _describe_headers(
    doc: dict[str, Any], info: Mapping[str, Any], **_context: Any
) -> dict[str, Any]:
    for header in info.get("heads", ()):
        described = {
            "in": "header",
            "name": header.name,
            "required": header.required,
            "description": header.description,
            "schema": {"type": "string", "pattern": header.pattern},
        }
        doc.setdefault("parameters", []).append(described)
    for media_type in info.get("takes_bytes", ()):
        doc["requestBody"] = {"content": {media_type: {"schema": dict(BYTES)}}}
    return doc


def _bounds(_converter: object, field: ma.fields.Field[Any], **_context: Any) -> dict[str, int]:
    """How far a number goes that nothing else bounds: as far as JSON is exact (RFC 8785)."""
    if not isinstance(field, ma.fields.Integer | ma.fields.Float):
        return {}
    ranges = [one for one in field.validators if isinstance(one, Range)]
    found = {} if any(one.min is not None for one in ranges) else {"minimum": -MAX_NUMBER}
    return found if any(one.max is not None for one in ranges) else {**found, "maximum": MAX_NUMBER}


def _whole_pattern(
    _converter: object, field: ma.fields.Field[Any], **_context: Any
) -> dict[str, str]:
    """The anchors of JSON Schema in place of Python's own, which elsewhere are letters."""
    for rule in field.validators:
        if isinstance(rule, Regexp):
            ours = str(rule.regex.pattern)
            inner = ours.removeprefix(r"\A").removesuffix(r"\Z")
            return {"pattern": f"^{inner}$"} if inner != ours else {}
    return {}


def _describe_links(
    doc: dict[str, Any], info: Mapping[str, Any], **_context: Any
) -> dict[str, Any]:
    for operation, parameters in info.get("leads_to", ()):
        link = {
            "operationId": operation,
            "parameters": {name: f"$response.body#/{at}" for name, at in parameters.items()},
        }
        for status, response in doc["responses"].items():
            if str(status).startswith("2"):
                response.setdefault("links", {})[operation.replace(".", "-")] = link
    return doc


def _by_status(kinds: Iterable[type[DomainError]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for kind in kinds:
        codes = found.setdefault(status_of(kind), [])
        if kind.code not in codes:
            codes.append(kind.code)
    return dict(sorted(found.items()))
