"""Clean plans approved together: every task listed, one time code, none that a rule asks about."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from server.clock import SetClock
from server.models import Approval, Document, Plan
from server.services import triage
from server.work import Parts
from tests.server.factories import County
from tests.server.planning import Desk, body

BATCH = "/api/v1/plans/batch"


@pytest.fixture
def desk(client: FlaskClient, parts: Parts, clock: SetClock, county: County) -> Desk:
    return Desk(client, parts, clock, county)


def explained(desk: Desk) -> dict[str, Any]:
    targets = body(desk.county)["targets"]
    targets[0]["reason_onsite"] = ""
    return desk.submitted(targets=targets, title="要看理由的计划")


def approve(desk: Desk, *plans: dict[str, Any], **changes: Any) -> TestResponse:
    chosen = [{"plan_id": plan["id"], "version": plan["version"]} for plan in plans]
    sent = {"plans": chosen, "totp": desk.totp(), **changes}
    return desk.client.post(BATCH, json=sent, headers=desk.head)


def statuses(parts: Parts) -> list[str]:
    with Session(parts.engine) as session:
        return sorted(session.scalars(select(Plan.status)))


def test_clean_plans_are_offered_with_every_task(desk: Desk) -> None:
    clean, wide = desk.submitted(), desk.submitted(firms=3)
    explained(desk)
    desk.draft()
    offered = desk.client.get(BATCH, headers=desk.head).json["plans"]
    assert [plan["id"] for plan in offered] == [clean["id"], wide["id"]]
    assert [len(plan["targets"]) for plan in offered] == [1, 3]


def test_one_time_code_approves_them_and_each_task_has_its_form(desk: Desk, parts: Parts) -> None:
    plans = [desk.submitted(), desk.submitted(firms=2)]
    reply = approve(desk, *plans, reason="同意")
    assert [plan["status"] for plan in reply.json["plans"]] == ["approved", "approved"]
    assert desk.file(plans[0]).status_code == 200
    with Session(parts.engine) as session:
        approvals = session.scalars(select(Approval)).all()
        forms = session.scalar(select(func.count()).where(Document.kind == "approval"))
    assert {(each.by_id, each.reason) for each in approvals} == {("head", "同意")}
    assert len(approvals) == 2
    assert all(each.second_factor_at for each in approvals)
    assert forms == 1


def test_a_plan_that_was_explained_stops_the_batch(desk: Desk, parts: Parts) -> None:
    reply = approve(desk, desk.submitted(), explained(desk))
    assert (reply.status_code, reply.json["code"]) == (409, "not_for_batch")
    assert statuses(parts) == ["submitted", "submitted"]


def test_more_tasks_than_a_head_is_shown_are_never_approved_together(
    desk: Desk, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triage, "MOST_TASKS", 3)
    reply = approve(desk, desk.submitted(firms=2), desk.submitted(firms=2))
    assert (reply.status_code, reply.json["code"]) == (409, "not_for_batch")
    assert statuses(parts) == ["submitted", "submitted"]


def test_a_plan_changed_since_it_was_seen_stops_the_batch(desk: Desk, parts: Parts) -> None:
    seen = desk.submitted()
    reply = approve(desk, desk.submitted(), {**seen, "version": 2})
    assert reply.json["code"] == "conflict"
    assert statuses(parts) == ["submitted", "submitted"]


def test_without_a_time_code_nothing_is_approved(desk: Desk, parts: Parts) -> None:
    reply = approve(desk, desk.submitted(), totp="000000")
    assert reply.json["code"] == "second_factor_needed"
    assert statuses(parts) == ["submitted"]


def test_ones_own_plan_is_not_offered(desk: Desk, parts: Parts, county: County) -> None:
    plan = desk.submitted()
    with Session(parts.engine) as session, session.begin():
        session.get_one(Plan, plan["id"]).planner_id = county.head
    assert desk.client.get(BATCH, headers=desk.head).json["plans"] == []
    assert approve(desk, plan).json["code"] == "own_plan"
