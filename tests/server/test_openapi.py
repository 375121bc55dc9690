import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.api.any_json import any_json
from shared.canonical import MAX_NUMBER
from tests.server.walking import calls

NOT_BY_LINK = {
    "deliveries.Report.post": "the id stands in the message that a gateway took over",
    "evidence.Content.get": "`content_url` is the whole address",
    "evidence.OneEvidence.get": "the id stands in the payload of an event",
    "evidence.OneUpload.delete": "`Location` is the whole address",
    "evidence.OneUpload.head": "`Location` is the whole address",
    "evidence.OneUpload.patch": "`Location` is the whole address",
    "officers.Portrait.get": "the id stands in an object that a pull brought",
}
"""How one comes to these: OpenAPI's links take whole values out of bodies, not parts of them."""
ONLY_ANSWERED = ("#/PaginationMetadata/", "#/Problem/")
"""What the framework makes: nobody sends it."""


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    reply = client.get("/api/v1/openapi.json")
    assert reply.status_code == 200
    return reply.json


def test_it_is_openapi_3_1(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.1.0"


def test_every_route_is_described(app: Flask, description: dict[str, Any]) -> None:
    for call in (call for call in calls(app) if call.is_api):
        operation = description["paths"][call.template][call.method.lower()]
        assert operation["summary"], call.name
        assert any(status.startswith("2") for status in operation["responses"]), call.name


def test_errors_are_described_as_problems_with_their_codes(description: dict[str, Any]) -> None:
    responses = description["paths"]["/api/v1/plans/{plan_id}/approve"]["post"]["responses"]
    assert "`plan_blocked`" in responses["409"]["description"]
    assert "`own_plan`" in responses["403"]["description"]
    for status, response in responses.items():
        if not status.startswith("2"):
            assert list(response["content"]) == ["application/problem+json"], status


def test_who_may_call_is_described(description: dict[str, Any]) -> None:
    approve = description["paths"]["/api/v1/plans/{plan_id}/approve"]["post"]
    assert approve["security"] == [{"bearer": []}]
    assert approve["x-roles"] == ["head"]
    assert description["paths"]["/api/v1/health"]["get"]["security"] == []
    assert description["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def operations(description: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Path and description of each operation, by its id."""
    return {
        operation["operationId"]: (path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }


def test_every_address_of_one_thing_is_led_to_by_a_link(description: dict[str, Any]) -> None:
    there = operations(description)
    led = {
        (link["operationId"], frozenset(link["parameters"]))
        for _, operation in there.values()
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    }
    for target, given in led:
        path, operation = there[target]
        places = set(re.findall(r"{(\w+)}", path))
        queried = {told["name"] for told in operation.get("parameters", ())}
        assert places <= given <= places | queried, target
    of_one = {id_ for id_, (path, _) in there.items() if "{" in path}
    assert of_one - {target for target, _ in led} == set(NOT_BY_LINK)


def test_what_makes_a_thing_leads_to_all_that_is_done_with_it(description: dict[str, Any]) -> None:
    there = operations(description)
    for maker, (path, operation) in there.items():
        of_it = {id_ for id_, (other, _) in there.items() if other.startswith(path + "/{")}
        if maker.endswith(".post") and of_it - set(NOT_BY_LINK):
            assert of_it <= led_from(maker, there) | set(NOT_BY_LINK), operation["summary"]


def led_from(start: str, there: dict[str, tuple[str, dict[str, Any]]]) -> set[str]:
    """Where one comes along links, by whatever way."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for reply in there[waiting.pop()][1]["responses"].values():
            new = {link["operationId"] for link in reply.get("links", {}).values()} - found
            found |= new
            waiting += new
    return found


def test_patterns_are_written_as_json_schema_writes_them(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    sealed = schemas["Event.part.Sealed"]["properties"]
    assert sealed["head"]["pattern"] == "^[0-9a-f]{64}$"
    assert not re.search(r'"pattern": "[^"]*\\\\[AZ]', json.dumps(description))


def test_no_number_lies_beyond_what_json_holds(description: dict[str, Any]) -> None:
    """Nor in what may be anything: such a body is no JSON here (`bad_json`, RFC 8785)."""
    numbers = [
        (at, schema)
        for at, schema in schemas(description["components"]["schemas"])
        if {"integer", "number"} & {*listed(schema["type"])} and "enum" not in schema
    ]
    assert len(numbers) > 100
    beyond = [
        at
        for at, schema in numbers
        if schema.get("minimum", -math.inf) < -MAX_NUMBER
        or schema.get("maximum", math.inf) > MAX_NUMBER
    ]
    assert {at for at in beyond if not at.startswith(ONLY_ANSWERED)} == set()
    push = description["paths"]["/api/v1/sync/push"]["post"]
    sent = push["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    event = description["components"]["schemas"][sent.rsplit("/", 1)[1]]["properties"]["batch"]
    assert any_json() in event["items"]["anyOf"]
    assert "`bad_json`" in push["responses"]["400"]["description"]


def schemas(value: Any, at: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in the description that says of what type something is."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), str | list):
            yield at, value
        for name, inner in value.items():
            yield from schemas(inner, f"{at}/{name}")
    elif isinstance(value, list):
        for no, inner in enumerate(value):
            yield from schemas(inner, f"{at}/{no}")


def listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types
