"""A plan in force changes only by a new version that was checked, approved and filed."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from server.clock import SetClock
from server.models import Document, Plan, PlanStatus, Task, TaskStatus, VisitCounter
from server.principal import SYSTEM
from server.services import plan_ending
from server.work import Parts, open_work
from tests.server.factories import County, bearer, sign_in
from tests.server.planning import Desk, body

PLANS = "/api/v1/plans"
LATER = {"window_from": "2026-07-20", "window_to": "2026-07-24"}
KEPT = ("uscc", "premise_id", "officer_ids", "assistant_count", "window_from", "window_to")


@pytest.fixture
def desk(client: FlaskClient, parts: Parts, clock: SetClock, county: County) -> Desk:
    return Desk(client, parts, clock, county)


def begin(desk: Desk, plan: dict[str, Any], reason: str = "企业停产") -> dict[str, Any]:
    reply = begun(desk, plan, reason)
    assert reply.status_code == 201, reply.json
    return reply.json


def begun(desk: Desk, plan: dict[str, Any], reason: str = "企业停产") -> TestResponse:
    path = f"{PLANS}/{plan['id']}/amendments"
    return desk.client.post(path, json={"reason": reason}, headers=desk.planner)


def write(desk: Desk, plan: dict[str, Any], **changes: Any) -> TestResponse:
    sent = {**body(desk.county), **changes}
    return desk.client.put(f"{PLANS}/{plan['id']}", json=sent, headers=desk.planner)


def hand_in(desk: Desk, plan: dict[str, Any]) -> TestResponse:
    path = f"{PLANS}/{plan['id']}"
    desk.explained(desk.client.get(path, headers=desk.planner).json)
    return desk.submit(plan)


def amended(desk: Desk, plan: dict[str, Any], targets: list[dict[str, Any]]) -> TestResponse:
    """The plan with other targets, all the way; what filing answers."""
    amendment = begin(desk, plan)
    assert write(desk, amendment, targets=targets).status_code == 200
    submitted = hand_in(desk, amendment)
    assert submitted.status_code == 200, submitted.json
    assert desk.approve(submitted.json).status_code == 200
    return desk.file(amendment)


def targets(desk: Desk, *numbers: int) -> list[dict[str, Any]]:
    every = body(desk.county, firms=3)["targets"]
    return [every[n] for n in numbers]


def tasks(parts: Parts) -> list[tuple[str, str, str]]:
    with Session(parts.engine) as session:
        rows = session.scalars(select(Task).order_by(Task.no))
        return [(row.no[-2:], row.uscc, row.status) for row in rows]


def scheduled(parts: Parts) -> dict[str, int]:
    with Session(parts.engine) as session:
        rows = session.scalars(select(VisitCounter).where(VisitCounter.scheduled > 0))
        return {row.uscc: row.scheduled for row in rows}


def set_status(parts: Parts, uscc: str, status: str) -> None:
    with open_work(parts, SYSTEM) as work:
        work.session.scalars(select(Task).where(Task.uscc == uscc)).one().status = status


def test_it_withdraws_adds_and_keeps_and_the_counters_follow(desk: Desk, parts: Parts) -> None:
    first, second, third = desk.county.usccs
    plan = desk.filed(firms=2)
    reply = amended(desk, plan, targets(desk, 1, 2))
    assert reply.status_code == 200, reply.json
    assert (reply.json["id"], reply.json["no"]) == (plan["id"], plan["no"])
    assert (reply.json["status"], reply.json["version"]) == ("amended", 2)
    assert [target["uscc"] for target in reply.json["targets"]] == [second, third]
    assert tasks(parts) == [
        ("01", first, "cancelled"),
        ("02", second, "coded"),
        ("03", third, "coded"),
    ]
    assert scheduled(parts) == {second: 1, third: 1}
    with Session(parts.engine) as session:
        forms = session.scalars(select(Document).where(Document.kind == "approval")).all()
        kept = session.scalars(select(Task).where(Task.uscc == second)).one()
    assert sorted(form.content["plan"]["version"] for form in forms) == [1, 1, 2]
    assert kept.plan_version == 1
    assert kept.target_id == reply.json["targets"][0]["id"]


def test_every_version_is_kept_with_what_it_changed(desk: Desk) -> None:
    plan = desk.filed(firms=2)
    moved = {**targets(desk, 1)[0], **LATER}
    amended(desk, plan, [moved, *targets(desk, 2)])
    path = f"{PLANS}/{plan['id']}/versions"
    second, first = desk.client.get(path, headers=desk.head).json["versions"]
    assert first["changes"] is None
    assert second["amend_reason"] == "企业停产"
    assert second["filed_at"] > first["filed_at"]
    changes = second["changes"]
    assert [each["uscc"] for each in changes["removed"]] == [desk.county.usccs[0]]
    assert [each["uscc"] for each in changes["added"]] == [desk.county.usccs[2]]
    (changed,) = changes["changed"]
    assert {each["name"]: each["after"] for each in changed["fields"]} == LATER


def test_the_plan_in_force_stays_as_it_is_until_it_is_filed(desk: Desk, parts: Parts) -> None:
    plan = desk.filed(firms=2)
    amendment = begin(desk, plan)
    write(desk, amendment, targets=targets(desk, 2), title="另一个名称")
    submitted = hand_in(desk, amendment).json
    desk.approve(submitted)
    now = desk.client.get(f"{PLANS}/{plan['id']}", headers=desk.head).json
    assert now["title"] == plan["title"]
    assert now["status"] == "filed"
    assert [target["id"] for target in now["targets"]] == [t["id"] for t in plan["targets"]]
    assert {status for _, _, status in tasks(parts)} == {"coded"}


def test_a_filed_plan_is_not_written_in_place(desk: Desk) -> None:
    plan = desk.filed()
    assert write(desk, plan).json["code"] == "out_of_order"
    target = plan["targets"][0]["id"]
    drop = desk.client.delete(f"{PLANS}/{plan['id']}/targets/{target}", headers=desk.planner)
    assert drop.json["code"] == "out_of_order"


def test_what_was_visited_is_not_amended_away(desk: Desk, parts: Parts) -> None:
    plan = desk.filed(firms=2)
    amendment = begin(desk, plan)
    write(desk, amendment, targets=targets(desk, 1))
    for status in (TaskStatus.IN_VISIT, TaskStatus.NOTIFIED, TaskStatus.IRREGULAR):
        set_status(parts, desk.county.usccs[0], status)
        assert hand_in(desk, amendment).json["code"] == "visit_begun", status
    changed = {**targets(desk, 0)[0], **LATER}
    write(desk, amendment, targets=[changed, *targets(desk, 1)])
    assert hand_in(desk, amendment).json["code"] == "visit_begun"


def test_a_visit_that_begins_after_the_approval_stops_the_filing(desk: Desk, parts: Parts) -> None:
    plan = desk.filed(firms=2)
    amendment = begin(desk, plan)
    write(desk, amendment, targets=targets(desk, 1))
    desk.approve(hand_in(desk, amendment).json)
    set_status(parts, desk.county.usccs[0], TaskStatus.IN_VISIT)
    assert desk.file(amendment).json["code"] == "visit_begun"
    assert len(tasks(parts)) == 2


def test_a_cap_is_not_passed_through_an_amendment(desk: Desk, parts: Parts) -> None:
    """The cap of this county is two a year: one is filed here, one elsewhere."""
    plan = desk.filed()
    desk.filed(
        title="八月检查",
        window_from="2026-08-01",
        window_to="2026-08-31",
        targets=[{**targets(desk, 0)[0], "window_from": "2026-08-20", "window_to": "2026-08-21"}],
    )
    amendment = begin(desk, plan)
    again = {**targets(desk, 0)[0], **LATER}
    written = write(desk, amendment, targets=[*targets(desk, 0), again], frequency=2).json
    blocking = {each["rule"] for each in written["findings"] if each["effect"] == "block"}
    assert blocking == {"R26-01"}
    assert hand_in(desk, amendment).json["code"] == "plan_blocked"
    assert scheduled(parts) == {desk.county.usccs[0]: 2}


def test_moving_a_visit_takes_no_second_place(desk: Desk, parts: Parts) -> None:
    plan = desk.filed()
    desk.filed(
        title="八月检查",
        window_from="2026-08-01",
        window_to="2026-08-31",
        targets=[{**targets(desk, 0)[0], "window_from": "2026-08-20", "window_to": "2026-08-21"}],
    )
    reply = amended(desk, plan, [{**targets(desk, 0)[0], **LATER}])
    assert reply.status_code == 200, reply.json
    assert scheduled(parts) == {desk.county.usccs[0]: 2}
    assert [status for _, _, status in tasks(parts)] == ["cancelled", "coded", "coded"]


def test_nobody_approves_an_amendment_of_their_own(
    desk: Desk, parts: Parts, county: County
) -> None:
    plan = desk.filed(firms=2)
    amendment = begin(desk, plan)
    write(desk, amendment, targets=targets(desk, 1))
    submitted = hand_in(desk, amendment).json
    with Session(parts.engine) as session, session.begin():
        session.get_one(Plan, amendment["id"]).planner_id = county.head
    assert desk.approve(submitted).json["code"] == "own_plan"


def test_it_is_never_approved_in_a_batch(desk: Desk) -> None:
    plan = desk.filed(firms=2)
    amendment = begin(desk, plan)
    write(desk, amendment, targets=targets(desk, 1))
    submitted = hand_in(desk, amendment).json
    assert desk.client.get(f"{PLANS}/batch", headers=desk.head).json["plans"] == []
    sent = {"plans": [{"plan_id": submitted["id"], "version": 2}], "totp": desk.totp()}
    reply = desk.client.post(f"{PLANS}/batch", json=sent, headers=desk.head)
    assert reply.json["code"] == "not_for_batch"


def test_one_at_a_time_and_none_without_a_change(desk: Desk) -> None:
    plan = desk.filed(firms=2)
    amendment = begin(desk, plan)
    assert begun(desk, plan).json["code"] == "amended_already"
    assert hand_in(desk, amendment).json["code"] == "nothing_changed"


def test_it_stays_the_same_plan(desk: Desk) -> None:
    amendment = begin(desk, desk.filed())
    reply = write(desk, amendment, kind="case", trigger="complaint_12345")
    assert reply.status_code == 422
    assert set(reply.json["errors"]) == {"/kind", "/trigger"}


def test_nobody_is_chosen_for_a_plan_that_was_drawn(desk: Desk, parts: Parts) -> None:
    drawn = {"trigger": "random", "pool_size": 30, "sample_percent": 10}
    plan = desk.filed(**drawn)
    amendment = begin(desk, plan)
    write(desk, amendment, targets=targets(desk, 0, 1), **drawn)
    assert hand_in(desk, amendment).json["code"] == "drawn_by_lot"


def test_a_foreign_agency_amends_publishes_and_closes_nothing(
    desk: Desk, parts: Parts, county: County
) -> None:
    plan = desk.filed()
    for who, act in (
        ("other_planner", "amendments"),
        ("other_head", "publish"),
        ("other_head", "close"),
    ):
        headers = bearer(sign_in(parts, getattr(county, who)))
        path = f"{PLANS}/{plan['id']}/{act}"
        sent = {} if act == "publish" else {"reason": "不相干"}
        assert desk.client.post(path, json=sent, headers=headers).status_code == 404


def close(desk: Desk, plan: dict[str, Any]) -> TestResponse:
    path = f"{PLANS}/{plan['id']}/close"
    return desk.client.post(path, json={"reason": "任务取消"}, headers=desk.head)


def test_a_closed_plan_takes_no_changes_and_its_places_are_free(desk: Desk, parts: Parts) -> None:
    plan = desk.filed(firms=2)
    set_status(parts, desk.county.usccs[0], TaskStatus.NOTIFIED)
    amendment = begin(desk, plan)
    closed = close(desk, plan).json
    assert (closed["status"], closed["closed_why"]) == ("closed", "任务取消")
    assert [status for _, _, status in tasks(parts)] == ["notified", "cancelled"]
    assert desk.county.usccs[1] not in scheduled(parts)
    assert begun(desk, plan).json["code"] == "out_of_order"
    assert desk.submit(amendment).json["code"] == "out_of_order"


def test_a_plan_is_not_closed_during_a_visit(desk: Desk, parts: Parts) -> None:
    plan = desk.filed()
    set_status(parts, desk.county.usccs[0], TaskStatus.IN_VISIT)
    assert close(desk, plan).json["code"] == "out_of_order"


def test_a_plan_closes_by_itself_when_its_last_task_has_ended(desk: Desk, parts: Parts) -> None:
    plan = desk.filed(firms=2)
    set_status(parts, desk.county.usccs[0], TaskStatus.NOTIFIED)
    with open_work(parts, SYSTEM) as work:
        assert plan_ending.close_ended(work) == 0
    set_status(parts, desk.county.usccs[1], TaskStatus.UNABLE)
    amendment = begin(desk, plan)
    with open_work(parts, SYSTEM) as work:
        assert plan_ending.close_ended(work) == 0, "somebody may add visits to it"
        work.session.get_one(Plan, amendment["id"]).status = PlanStatus.CANCELLED
    with open_work(parts, SYSTEM) as work:
        assert plan_ending.close_ended(work) == 1
        assert work.session.get_one(Plan, plan["id"]).status == PlanStatus.CLOSED
        assert plan_ending.close_ended(work) == 0
