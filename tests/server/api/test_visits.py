import pytest
from flask.testing import FlaskClient

from server.work import Parts
from tests.server.factories import bearer, sign_in
from tests.server.sync_world import Pad, pad, push
from tests.world import TASK, USCC

VISITS = "/api/v1/visits"


@pytest.fixture
def visits(planted: Parts) -> tuple[Pad, Pad]:
    """One clean, and a second one for the same task: irregular."""
    first = pad(planted, visit=1).clean_visit()
    second = pad(planted, visit=2, counted_before=13).clean_visit()
    push(planted, first.events)
    push(planted, second.events)
    return first, second


@pytest.fixture
def reader(planted: Parts) -> dict[str, str]:
    return bearer(sign_in(planted, "reader"))


def test_visits_are_listed_and_narrowed(
    client: FlaskClient, visits: tuple[Pad, Pad], reader: dict[str, str]
) -> None:
    def ids(**asked: object) -> set[str]:
        found = client.get(VISITS, query_string=asked, headers=reader).json
        return {one["id"] for one in found["visits"]}

    first, second = (tablet.visit_id for tablet in visits)
    assert ids() == ids(uscc=USCC) == {first, second}
    assert ids(irregular="true") == {second}
    assert ids(irregular="false", task_id=TASK) == {first}
    assert ids(task_id="other") == set()


def test_a_list_goes_on_where_it_stopped(
    client: FlaskClient, visits: tuple[Pad, Pad], reader: dict[str, str]
) -> None:
    seen, after = [], None
    for _ in range(3):
        asked = {"limit": 1, **({"after": after} if after else {})}
        page = client.get(VISITS, query_string=asked, headers=reader).json
        seen += [one["id"] for one in page["visits"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(tablet.visit_id for tablet in visits)


def test_a_visit_tells_how_it_stands(
    client: FlaskClient, visits: tuple[Pad, Pad], reader: dict[str, str]
) -> None:
    told = client.get(f"{VISITS}/{visits[1].visit_id}", headers=reader).json

    assert told["stage"] == "sealed"
    assert [said["code"] for said in told["irregularities"]] == ["task_already_visited"]
    assert told["evidence_pending"] == 0


def test_its_events_are_shown_as_they_were_signed(
    client: FlaskClient, visits: tuple[Pad, Pad], reader: dict[str, str]
) -> None:
    told = client.get(f"{VISITS}/{visits[0].visit_id}/events", headers=reader).json

    assert [line["event"] for line in told["events"]] == visits[0].raws


def test_supervision_rules_through_the_interface(
    client: FlaskClient, planted: Parts, visits: tuple[Pad, Pad]
) -> None:
    headers = bearer(sign_in(planted, "super"))
    address = f"{VISITS}/{visits[1].visit_id}/ruling"

    done = client.post(address, json={"decision": "ratify", "reason": "补检"}, headers=headers)
    again = client.post(address, json={"decision": "reject", "reason": "x"}, headers=headers)

    assert (done.status_code, done.json["ruling"]) == (200, "ratify")
    assert (again.status_code, again.json["code"]) == (409, "ruling_not_due")
    nonsense = client.post(address, json={"decision": "maybe", "reason": "x"}, headers=headers)
    assert nonsense.status_code == 422


@pytest.mark.parametrize("path", ["", "/events", "/case"])
def test_a_foreign_agency_finds_no_visit(
    client: FlaskClient, planted: Parts, visits: tuple[Pad, Pad], path: str
) -> None:
    headers = bearer(sign_in(planted, "other-super"))

    assert client.get(f"{VISITS}/{visits[0].visit_id}{path}", headers=headers).status_code == 404
    assert client.get(VISITS, headers=headers).json["visits"] == []


def test_after_a_visit_that_nobody_knows_there_is_no_page(
    client: FlaskClient, reader: dict[str, str]
) -> None:
    reply = client.get(VISITS, query_string={"after": "x"}, headers=reader)

    assert (reply.status_code, reply.json["code"]) == (404, "not_found")
