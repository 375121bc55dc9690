from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.server.walking import calls


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
