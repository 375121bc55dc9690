import gzip
import json
from collections.abc import Callable
from typing import Any

import marshmallow as ma
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.api.sync import PushReplySchema, PushSchema
from server.clock import SetClock
from server.models import LedgerEntry, Quarantine
from server.services import devices, publishing
from server.work import Parts, open_work
from shared.canonical import canonical
from shared.events.kinds import EventKind
from shared.roles import Role
from tests.server.factories import bearer, principal, sign_in
from tests.server.services.test_device_tokens import assertion
from tests.server.sync_world import enrolled, pad, token
from tests.world import Tablet

ADMIN = principal("admin", Role.AGENCY_ADMIN, agency="agency-1", region="370102")
PUSH, PULL = "/api/v1/sync/push", "/api/v1/sync/pull"


@pytest.fixture
def headers(planted: Parts) -> dict[str, str]:
    return bearer(token(planted))


def body(tablet: Tablet) -> bytes:
    return canonical({"batch": [event.raw for event in tablet.events]})


def stored(parts: Parts) -> int:
    with Session(parts.engine) as session:
        ledger = session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
        return ledger + (session.scalar(select(func.count()).select_from(Quarantine)) or 0)


@pytest.mark.parametrize(
    "body",
    [
        {"batch": []},
        {"batch": [None, 1, {"batch": []}]},
        *({"batch": one} for one in (None, "text", {}, 1, ())),
        *({}, {"batch": [], "more": 1}, {"other": []}, [], None, "batch"),
    ],
    ids=repr,
)
def test_a_body_is_taken_at_once_only_where_its_schema_takes_it(body: Any) -> None:
    def told(load: Callable[[Any], Any]) -> Any:
        try:
            return load(body)
        except ma.ValidationError as error:
            return error.messages

    schema = PushSchema()
    assert told(schema.load) == told(super(PushSchema, schema).load)


def test_a_push_is_answered_member_by_member(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    tablet = pad(planted)
    tablet.open()

    reply = client.post(PUSH, data=body(tablet), content_type="application/json", headers=headers)

    assert reply.status_code == 200
    assert reply.json["results"] == [{"id": tablet.events[0].id, "status": "applied"}]
    assert reply.json["receipt"]["typ"] == "receipt"
    again = client.post(PUSH, data=body(tablet), content_type="application/json", headers=headers)
    assert again.json["results"] == [
        {"id": tablet.events[0].id, "status": "duplicate", "first": "applied"}
    ]
    assert PushReplySchema().validate(again.json) == {}


def test_irregularities_are_told_in_both_languages(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    tablet = pad(planted)
    tablet.open()
    tablet.answer("p1")

    reply = client.post(PUSH, data=body(tablet), content_type="application/json", headers=headers)

    assert PushReplySchema().validate(reply.json) == {}
    said = reply.json["results"][1]["irregularities"][0]
    assert said["rule"] == "R40"
    assert said["code"] == "out_of_order"
    assert "扫码入企" in said["detail"]
    assert "Scanned in" in said["detail_en"]


def test_a_packed_push_is_read_and_a_long_reply_is_packed(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    tablet = pad(planted).clean_visit()

    reply = client.post(
        PUSH,
        data=gzip.compress(body(tablet)),
        content_type="application/json",
        headers={**headers, "Content-Encoding": "gzip", "Accept-Encoding": "gzip"},
    )

    assert reply.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in reply.headers["Vary"]
    told = json.loads(gzip.decompress(reply.data))
    assert [one["status"] for one in told["results"]] == ["applied"] * 13


HOSTILE: dict[str, bytes] = {
    "surrogate": rb'{"batch":[{"id":"\ud800"}]}',
    "nul": rb'{"batch":[{"id":"\u0000"}]}',
    "1e400": b'{"batch":[{"seq":1e400}]}',
    "2^53": b'{"batch":[{"seq":9007199254740993}]}',
    "twice": b'{"batch":[{"id":1,"id":2}]}',
    "deep": b'{"batch":' + b"[" * 100_000,
    "open": b'{"batch":[',
    "nan": b'{"batch":[NaN]}',
    "not utf-8": b'{"batch":["\xff"]}',
    "nothing": b"",
    "no object": b"[]",
    "no batch": b"{}",
    "batch of another kind": b'{"batch":{}}',
    "unknown field": b'{"batch":[],"more":1}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_a_problem_and_nothing_is_stored(
    client: FlaskClient, planted: Parts, headers: dict[str, str], name: str
) -> None:
    reply = client.post(PUSH, data=HOSTILE[name], content_type="application/json", headers=headers)

    assert reply.status_code in (400, 413, 415, 422)
    assert reply.content_type == "application/problem+json"
    assert reply.json["code"]
    assert stored(planted) == 0


@pytest.mark.parametrize("size", [2, 10])
def test_too_many_bytes_are_refused_packed_or_not(
    client: FlaskClient, planted: Parts, headers: dict[str, str], size: int
) -> None:
    data = b'{"batch":["' + b"x" * size * 1024 * 1024 + b'"]}'
    packed = {**headers, "Content-Encoding": "gzip"}
    for sent, with_ in ((data, headers), (gzip.compress(data), packed)):
        reply = client.post(PUSH, data=sent, content_type="application/json", headers=with_)
        assert (reply.status_code, reply.json["code"]) == (413, "too_large")
    assert stored(planted) == 0


def test_a_batch_of_too_many_is_refused_as_a_whole(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    reply = client.post(PUSH, json={"batch": [{}] * 201}, headers=headers)

    assert (reply.status_code, reply.json["code"]) == (422, "batch_too_large")
    assert stored(planted) == 0


@pytest.mark.parametrize("who", ["nobody", "person", "stale"])
def test_only_a_tablet_pushes_and_pulls(
    client: FlaskClient, planted: Parts, clock: SetClock, who: str
) -> None:
    shown: dict[str, str] = {
        "nobody": {},
        "person": bearer(sign_in(planted, "admin")),
        "stale": bearer("mcd_" + "A" * 43),
    }[who]

    for reply in (
        client.post(PUSH, json={"batch": []}, headers=shown),
        client.get(PULL, headers=shown),
    ):
        assert reply.status_code in (401, 403)


def pull(client: FlaskClient, headers: dict[str, str], **asked: Any) -> Any:
    return client.get(PULL, query_string=asked, headers=headers)


def test_nothing_new_is_304_until_something_is(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    first = pull(client, headers)
    page = pull(client, headers, cursor=first.json["cursor"])
    assert page.json["changes"] == []
    tag = page.headers["ETag"]

    unchanged = pull(client, {**headers, "If-None-Match": tag}, cursor=page.json["cursor"])
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == tag

    with open_work(planted, ADMIN) as work:
        publishing.publish(work, "item", "new", {"id": "new"}, {"agency:agency-1"})
    changed = pull(client, {**headers, "If-None-Match": tag}, cursor=page.json["cursor"])
    assert [one["id"] for one in changed.json["changes"]] == ["new"]


def test_the_first_page_tells_the_time_the_epoch_and_the_settings(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    told = pull(client, headers, limit=2).json

    assert told["more"] is True
    assert len(told["changes"]) == 2
    assert told["server_time"].startswith("2026-11-23T06:00:00")
    assert told["settings"]["push_batch"] == 200
    assert told["epoch"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"cursor": "junk"}, 409, "epoch_changed"),
        ({"limit": "0"}, 422, "bad_input"),
        ({"limit": "501"}, 422, "bad_input"),
        ({"since": "x"}, 422, "bad_input"),
    ],
)
def test_a_pull_that_cannot_be_answered_is_a_problem(
    client: FlaskClient,
    planted: Parts,
    headers: dict[str, str],
    asked: dict[str, str],
    status: int,
    code: str,
) -> None:
    reply = pull(client, headers, **asked)

    assert (reply.status_code, reply.json["code"]) == (status, code)


def test_a_retired_tablet_is_given_its_order_with_every_reply(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    with open_work(planted, ADMIN) as work:
        devices.retire(work, "tablet-1", "换新")
    tablet = pad(planted)
    tablet.open()

    pushed = client.post(PUSH, data=body(tablet), content_type="application/json", headers=headers)
    pulled = pull(client, headers)

    assert pushed.json["results"][0]["code"] == "device_retired"
    assert pushed.json["wipe_order"] == pulled.json["wipe_order"]
    assert pulled.json["settings"]["status"] == "retired"


def test_one_tablet_does_not_see_what_another_pushed(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    tablet = pad(planted)
    tablet.open()
    client.post(PUSH, data=body(tablet), content_type="application/json", headers=headers)
    enrolled(planted, "tablet-2", officers=())
    stranger = bearer(token(planted, "tablet-2"))

    for address in (
        f"/api/v1/visits/{tablet.visit_id}",
        f"/api/v1/visits/{tablet.visit_id}/events",
    ):
        assert client.get(address, headers=stranger).status_code == 403
    reply = client.post(PUSH, data=body(tablet), content_type="application/json", headers=stranger)
    assert reply.json["results"][0]["code"] == "other_device"
    assert reply.json["receipt"]["heads"] == {}


def test_a_lost_tablet_cannot_ask_for_a_token(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    second = principal("admin2", Role.AGENCY_ADMIN, agency="agency-1", region="370102")
    with open_work(planted, ADMIN) as work:
        order = devices.propose_lost(work, "tablet-1", "遗失")
    with open_work(planted, second) as work:
        devices.confirm_lost(work, "tablet-1", order.id)

    reply = client.post(
        "/api/v1/auth/device-token",
        json={
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": assertion(clock),
        },
    )

    assert (reply.status_code, reply.json["code"]) == (403, "device_lost")
    assert reply.json["wipe_order"]["form"] == "lost"


AS_CLIENT = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
}


def test_the_assertion_may_be_the_client_s_own_proof(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    sent = AS_CLIENT | {"client_assertion": assertion(clock)}

    assert client.post("/api/v1/auth/device-token", json=sent).status_code == 200


def test_the_two_ways_to_show_an_assertion_are_not_mixed(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    sent = AS_CLIENT | {"assertion": assertion(clock)}

    reply = client.post("/api/v1/auth/device-token", json=sent)

    assert reply.status_code == 422
    assert set(reply.json["errors"]) == {"/assertion", "/client_assertion"}


def test_every_kind_of_event_is_described(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").json

    push_body = told["paths"][PUSH]["post"]["requestBody"]["content"]["application/json"]["schema"]
    name = push_body["$ref"].rpartition("/")[2]
    items = told["components"]["schemas"][name]["properties"]["batch"]["items"]
    events, _anything_else = items["anyOf"]
    events = [
        told["components"]["schemas"][one["$ref"].rpartition("/")[2]] for one in events["oneOf"]
    ]
    assert [event["properties"]["kind"]["enum"] for event in events] == [
        [kind.value] for kind in EventKind
    ]
    assert all({"payload", "hash", "sig"} <= set(event["required"]) for event in events)


def test_a_lost_tablet_pulls_nothing_but_its_order(
    client: FlaskClient, planted: Parts, headers: dict[str, str]
) -> None:
    second = principal("admin2", Role.AGENCY_ADMIN, agency="agency-1", region="370102")
    with open_work(planted, ADMIN) as work:
        order = devices.propose_lost(work, "tablet-1", "遗失")
    with open_work(planted, second) as work:
        devices.confirm_lost(work, "tablet-1", order.id)

    reply = pull(client, headers)

    assert (reply.status_code, reply.json["code"]) == (403, "device_lost")
    assert reply.json["wipe_order"]["form"] == "lost"
    assert "changes" not in reply.json
