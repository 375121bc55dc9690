from dataclasses import replace

from flask.testing import FlaskClient

from server.app import create_app
from server.database import make_engine
from server.work import Parts
from tests.server.factories import County, bearer, sign_in


def test_health_tells_the_servers_time(client: FlaskClient) -> None:
    reply = client.get("/api/v1/health")
    assert reply.status_code == 200
    assert reply.json["server_time"] == "2026-07-01T01:00:00+00:00"


def test_every_reply_has_a_request_id_and_strict_headers(client: FlaskClient) -> None:
    for path in ("/api/v1/health", "/api/v1/nothing", "/nothing", "/api/v1/openapi.json"):
        reply = client.get(path)
        assert len(reply.headers["X-Request-Id"]) == 24
        assert "unsafe" not in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_path_of_the_interface_is_a_problem(client: FlaskClient) -> None:
    reply = client.get("/api/v1/nothing")
    assert reply.status_code == 404
    assert reply.content_type == "application/problem+json"
    assert reply.json["code"] == "not_found"
    assert reply.json["title"] == "没有这个内容。"


def test_problems_speak_english_when_asked(client: FlaskClient) -> None:
    reply = client.get("/api/v1/nothing", headers={"Accept-Language": "en"})
    assert reply.json["title"] == "There is no such thing."


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    reply = client.post("/api/v1/health")
    assert reply.status_code == 405
    assert reply.json["code"] == "method_not_allowed"
    assert "GET" in reply.headers["Allow"]


def test_a_token_that_does_not_hold_is_no_one(
    client: FlaskClient, parts: Parts, county: County
) -> None:
    assert sign_in(parts, county.planner).startswith("mcp_")
    # health is open to all, so a bad token is simply not somebody
    assert client.get("/api/v1/health", headers=bearer("mcp_wrong")).status_code == 200


def test_a_database_that_does_not_answer_is_503_and_says_how_long_to_wait(parts: Parts) -> None:
    nowhere = make_engine("postgresql+psycopg://postgres@127.0.0.1:1/mingcha")
    client = create_app(replace(parts, engine=nowhere)).test_client()

    reply = client.get("/api/v1/health")

    assert (reply.status_code, reply.json["code"]) == (503, "unavailable")
    assert int(reply.headers["Retry-After"]) > 0
