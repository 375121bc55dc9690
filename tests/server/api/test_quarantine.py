from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from server.models import Device, DeviceStatus, Visit
from server.principal import SYSTEM
from server.work import Parts, open_work
from tests.server.factories import bearer, sign_in
from tests.server.sync_world import Pad, pad, push, statuses, token

DESK = "/api/v1/quarantine"


@pytest.fixture
def supervisor(planted: Parts) -> dict[str, str]:
    return bearer(sign_in(planted, "super"))


@pytest.fixture
def after_retiring(planted: Parts) -> Pad:
    """A visit that was pushed after its tablet had been taken out of use."""
    tablet = pad(planted)
    tablet.open()
    tablet.scan()
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Device, "tablet-1").status = DeviceStatus.RETIRED
    push(planted, tablet.events)
    return tablet


def rows(client: FlaskClient, headers: dict[str, str], **asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(DESK, query_string=asked, headers=headers).json[
        "quarantined"
    ]
    return found


def rule(client: FlaskClient, headers: dict[str, str], row: dict[str, Any], decision: str) -> Any:
    address = f"{DESK}/{row['id']}/ruling"
    return client.post(address, json={"decision": decision, "reason": "核实"}, headers=headers)


def test_what_a_retired_tablet_signed_is_taken_in_when_supervision_says_so(
    client: FlaskClient, planted: Parts, supervisor: dict[str, str], after_retiring: Pad
) -> None:
    first, second = sorted(rows(client, supervisor), key=lambda row: len(row["raw"]), reverse=True)
    assert {first["code"], second["code"]} == {"device_retired"}

    for row in (first, second):
        assert rule(client, supervisor, row, "admit").json["state"] == "admitted"

    with Session(planted.engine) as session:
        assert session.get_one(Visit, after_retiring.visit_id).stage == "scanned"
    assert rows(client, supervisor) == []
    assert rule(client, supervisor, first, "dismiss").status_code == 409


def test_what_is_forged_is_let_in_by_nobody(
    client: FlaskClient, planted: Parts, supervisor: dict[str, str]
) -> None:
    tablet = pad(planted)
    tablet.open()
    push(planted, [{**tablet.raws[0], "sig": "A" * 86}])
    (row,) = rows(client, supervisor)

    reply = rule(client, supervisor, row, "admit")

    assert (reply.status_code, reply.json["code"]) == (409, "not_admissible")
    assert rule(client, supervisor, row, "dismiss").json["state"] == "dismissed"
    assert rows(client, supervisor, state="dismissed")[0]["ruled_by"] == "super"


def test_what_is_asked_for_again_reaches_the_tablet_and_is_judged_again(
    client: FlaskClient, planted: Parts, supervisor: dict[str, str], after_retiring: Pad
) -> None:
    row = max(rows(client, supervisor), key=lambda row: len(row["raw"]))
    rule(client, supervisor, row, "resend")
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Device, "tablet-1").status = DeviceStatus.ACTIVE

    told = client.get("/api/v1/sync/pull", headers=bearer(token(planted))).json["changes"]
    assert [c["id"] for c in told if c["kind"] == "resend"] == [row["event_id"]]

    assert statuses(push(planted, after_retiring.events[:1])) == ["applied"]
    assert rows(client, supervisor, state="admitted")[0]["id"] == row["id"]


def test_a_foreign_supervisor_sees_nothing(
    client: FlaskClient, planted: Parts, after_retiring: Pad, supervisor: dict[str, str]
) -> None:
    foreign = bearer(sign_in(planted, "other-super"))
    (row, *_) = rows(client, supervisor)

    assert rows(client, foreign) == []
    assert rule(client, foreign, row, "dismiss").status_code == 404
