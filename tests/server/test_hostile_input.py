"""What nobody should send: always a problem with a code, never a 500, nothing stored."""

import gzip
import json

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from server.config import MIB
from server.models import Plan
from server.work import Parts
from tests.server.factories import County, bearer, sign_in
from tests.server.planning import body

PATH = "/api/v1/plans"


@pytest.fixture
def planner(parts: Parts, county: County) -> dict[str, str]:
    return bearer(sign_in(parts, county.planner))


def send(client: FlaskClient, planner: dict[str, str], raw: bytes, **headers: str) -> TestResponse:
    return client.post(
        PATH, data=raw, headers={**planner, "Content-Type": "application/json", **headers}
    )


def stored(parts: Parts) -> int:
    with Session(parts.engine) as session:
        return session.scalar(select(func.count()).select_from(Plan)) or 0


def titled(county: County, title: str) -> bytes:
    """The body of a good plan with this raw JSON as its title."""
    return json.dumps(body(county, title="@")).replace('"@"', title).encode()


@pytest.mark.parametrize(
    "title",
    [
        r'"\ud800"',
        r'"a\u0000b"',
        "1e400",
        "NaN",
        "9007199254740993",
        "[" * 100_000 + "]" * 100_000,
        '"x", "title": "y"',
        '"unclosed',
    ],
    ids=["surrogate", "nul", "1e400", "nan", "2^53+1", "deep", "duplicate", "unclosed"],
)
def test_what_is_not_strict_json_is_a_problem(
    client: FlaskClient, parts: Parts, county: County, planner: dict[str, str], title: str
) -> None:
    reply = send(client, planner, titled(county, title))
    assert reply.status_code == 400
    assert reply.json["code"] == "bad_json"
    assert stored(parts) == 0


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'"x"', b"7", b"\xff\xfe", b"\xef\xbb\xbf{}"])
def test_a_body_that_is_no_object_is_a_problem(
    client: FlaskClient, planner: dict[str, str], raw: bytes
) -> None:
    reply = send(client, planner, raw)
    assert reply.status_code in (400, 422)
    assert reply.content_type == "application/problem+json"


def test_a_string_of_ten_mebibytes_is_too_large(
    client: FlaskClient, parts: Parts, county: County, planner: dict[str, str]
) -> None:
    reply = send(client, planner, titled(county, '"' + "x" * 10 * MIB + '"'))
    assert reply.status_code == 413
    assert reply.json["code"] == "too_large"
    assert reply.headers["X-Request-Id"]
    reply = send(client, planner, titled(county, '"' + "x" * 2 * MIB + '"'))
    assert reply.json["code"] == "too_large"
    assert stored(parts) == 0


def test_a_packed_body_is_read(
    client: FlaskClient, county: County, planner: dict[str, str]
) -> None:
    packed = gzip.compress(json.dumps(body(county)).encode())
    reply = send(client, planner, packed, **{"Content-Encoding": "gzip"})
    assert reply.status_code == 201


def test_a_gzip_bomb_does_not_go_off(
    client: FlaskClient, planner: dict[str, str], parts: Parts
) -> None:
    bomb = gzip.compress(b"[" + b" " * 512 * MIB + b"]", compresslevel=9)
    assert len(bomb) < MIB
    reply = send(client, planner, bomb, **{"Content-Encoding": "gzip"})
    assert reply.status_code == 413
    assert stored(parts) == 0


@pytest.mark.parametrize(
    ("raw", "encoding"),
    # mtime fixed: the bytes are the test's name, which must be the same in every worker.
    [(b"{}", "gzip"), (gzip.compress(b"{}", mtime=0)[:-9], "gzip"), (b"{}", "br")],
)
def test_a_body_packed_wrongly_is_a_problem(
    client: FlaskClient, planner: dict[str, str], raw: bytes, encoding: str
) -> None:
    reply = send(client, planner, raw, **{"Content-Encoding": encoding})
    assert reply.status_code == 415
    assert reply.json["code"] == "wrong_media_type"


def test_another_type_of_body_is_a_problem(client: FlaskClient, planner: dict[str, str]) -> None:
    reply = client.post(PATH, data={"title": "x"}, headers=planner)
    assert reply.status_code == 415


def test_an_unknown_field_is_pointed_at(
    client: FlaskClient, county: County, planner: dict[str, str]
) -> None:
    reply = client.post(PATH, json=body(county, **{"a/b~c": 1}), headers=planner)
    assert reply.status_code == 422
    assert list(reply.json["errors"]) == ["/a~1b~0c"]


@pytest.mark.parametrize(
    "shown", ["", "Basic eDp5", "Bearer", "Bearer  ", "Bearer \x7f", "x" * 5000]
)
def test_a_strange_authorization_is_nobody(client: FlaskClient, shown: str) -> None:
    reply = client.get(PATH, headers={"Authorization": shown})
    assert reply.status_code == 401
    assert reply.json["code"] == "not_signed_in"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(value=JSON)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_is_a_failure_of_the_server(
    client: FlaskClient, parts: Parts, county: County, value: object
) -> None:
    sent = body(county)
    token = _token(parts, county)
    for changed in ({**sent, "title": value}, {**sent, "targets": [value]}, value):
        raw = json.dumps(changed).encode("utf-8", "surrogatepass")
        reply = send(client, bearer(token), raw)
        assert reply.status_code in (201, 400, 422)


_TOKENS: dict[str, str] = {}


def _token(parts: Parts, county: County) -> str:
    place = str(parts.settings.data_dir)
    if place not in _TOKENS:
        _TOKENS[place] = sign_in(parts, county.planner)
    return _TOKENS[place]
