"""Every address of the app with every method, for tests that look at all of them.

An address with an argument needs a thing to name there: `Whole.ids` has one of the home agency for
each. What is missing is said by name, so that whoever adds a route knows what to add.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server import access
from shared.roles import Role

NOBODY: frozenset[Role] = frozenset()
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OF_FILES = ("static", "assets.", "api-docs.")
# Where an address means another thing by an argument than `Whole.ids` does: (rule, argument) → id.
ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("/console/plans/<plan_id>/edit", "plan_id"): "submitted",
    ("/console/imports/template/<kind>.<ending>", "kind"): "list kind",
    ("/console/exports/<name>.<ending>", "name"): "list name",
    ("/q/e/<token>", "token"): "enterprise token",
    ("/q/o/<token>", "token"): "officer token",
    ("/api/v1/evidence/content/<token>", "token"): "file token",
}

# What is asked beside the path, of an address that answers nothing without.
QUERIES: Mapping[str, Callable[[Mapping[str, str]], Mapping[str, str]]] = {
    "/api/v1/parameters/what-if": lambda _ids: {"key": "yearly_cap", "value": "1", "year": "2025"},
    "/api/v1/documents": lambda ids: {"visit_id": ids["visit_id"]},
    "/api/v1/sync/index": lambda _ids: {"kind": "task"},
    "/api/v1/sync/objects": lambda _ids: {"kind": "task", "id": "task-1"},
    "/api/v1/anchors/proof": lambda _ids: {"leaf": "0" * 64},
}


class Unsampled(AssertionError):
    """An argument of an address that `Whole.ids` names nothing for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One method of one address, and who may."""

    rule: Rule
    method: str
    allowed: frozenset[Role]

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule.rule}"

    @property
    def blueprint(self) -> str:
        """The resource it belongs to, as scopes of other systems name it."""
        return self.rule.endpoint.partition(".")[0]

    @property
    def template(self) -> str:
        """The path as the description writes it: `/x/{name}` for `/x/<int:name>`."""
        return re.sub(r"<(?:[^<:]*:)?(\w+)>", r"{\1}", self.rule.rule)

    @property
    def is_api(self) -> bool:
        return self.rule.rule.startswith("/api/")

    @property
    def is_portal(self) -> bool:
        return self.rule.rule.startswith(("/portal", "/n/"))

    @property
    def is_public(self) -> bool:
        return Role.PUBLIC in self.allowed

    @property
    def changes(self) -> bool:
        return self.method in CHANGES


def calls(app: Flask) -> list[Call]:
    """Every address × method but files and the description, in the order they were registered."""
    return [call for call in _every(app) if not call.rule.endpoint.startswith(OF_FILES)]


def _every(app: Flask) -> Iterator[Call]:
    for rule in app.url_map.iter_rules():
        for method in sorted(set(rule.methods or ()) - {"OPTIONS", "HEAD"}):
            allowed = access.roles_of(app, rule.endpoint, method)
            yield Call(rule=rule, method=method, allowed=allowed or NOBODY)


def address(app: Flask, rule: Rule, ids: Mapping[str, str]) -> str:
    """The path of `rule` with the things of `ids` in it; `Unsampled` where one is missing."""
    values = {name: _named(rule, name, ids) for name in rule.arguments}
    built = app.url_map.bind("mingcha.test").build(rule.endpoint, values)
    assert isinstance(built, str)
    return built


def _named(rule: Rule, argument: str, ids: Mapping[str, str]) -> str:
    wanted = ELSEWHERE.get((rule.rule, argument), argument)
    try:
        return ids[wanted]
    except KeyError:
        raise Unsampled(
            f"{rule.rule}: make a thing of the home agency in tests/server/whole.py "
            f"and name it ids[{wanted!r}]"
        ) from None


def queried(call: Call, ids: Mapping[str, str]) -> Mapping[str, str]:
    """What is asked beside the path."""
    ask = QUERIES.get(call.rule.rule)
    return ask(ids) if ask else {}


def send(
    client: FlaskClient,
    call: Call,
    path: str,
    headers: Mapping[str, str] | None = None,
    sent: Mapping[str, Any] | None = None,
) -> TestResponse:
    """Call it: JSON for the interface, a form for pages, both empty unless `sent` says else."""
    body: dict[str, Any] = {}
    if call.changes:
        body = {"json" if call.is_api else "data": dict(sent or {})}
    return client.open(path, method=call.method, headers=dict(headers or {}), **body)
