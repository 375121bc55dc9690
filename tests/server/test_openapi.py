from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.server.test_access import calls, is_of_the_interface


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    reply = client.get("/api/v1/openapi.json")
    assert reply.status_code == 200
    return reply.json


def test_it_is_openapi_3_1(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.1.0"


def test_every_route_is_described(app: Flask, description: dict[str, Any]) -> None:
    for rule, method in calls(app):
        if not is_of_the_interface(rule) or rule.endpoint.startswith("api-docs"):
            continue
        path = rule.rule.replace("<", "{").replace(">", "}")
        operation = description["paths"][path][method.lower()]
        assert operation["summary"], (method, path)
        assert any(status.startswith("2") for status in operation["responses"]), (method, path)


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
