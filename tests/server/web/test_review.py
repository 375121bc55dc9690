"""The head's desk: every task is seen, clean plans go together, what wants reading does not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.models import Approval, Plan
from server.work import Parts
from tests.server.counting import counted
from tests.server.factories import County
from tests.server.planning import Desk, body
from tests.server.web.browsing import Browser, signed_in

DESK = "/console/review/"


@pytest.fixture
def desk(client: FlaskClient, parts: Parts, clock: SetClock, county: County) -> Desk:
    return Desk(client, parts, clock, county)


@pytest.fixture
def head(app: Flask, parts: Parts, desk: Desk, county: County) -> Browser:
    browser = signed_in(app, parts, county.head)
    browser.get(DESK)
    return browser


def explained(desk: Desk) -> dict[str, str]:
    targets = body(desk.county)["targets"]
    targets[0]["reason_onsite"] = ""
    return desk.submitted(targets=targets, title="要看理由的计划")


def ticks(*plans: dict[str, str]) -> list[str]:
    return [f"{plan['id']}:{plan['version']}" for plan in plans]


def statuses(parts: Parts) -> list[str]:
    with Session(parts.engine) as session:
        return sorted(session.scalars(select(Plan.status)))


def test_every_task_is_listed_with_its_officers_days_and_count(head: Browser, desk: Desk) -> None:
    desk.submitted(firms=3)
    text = head.get(DESK).text
    for uscc in desk.county.usccs:
        assert uscc in text
    assert text.count("执法员officer-a") == 3
    assert "已用 0 / 2 次" in text
    assert "7月6日" in text


def test_the_ticked_are_approved_with_one_code(head: Browser, desk: Desk, parts: Parts) -> None:
    plans = [desk.submitted(), desk.submitted(title="第二份", firms=2)]
    page = head.post(f"{DESK}approve", plan=ticks(*plans), totp=desk.totp(), approve_reason="同意")
    assert "已批准 2 份计划" in page.text
    assert statuses(parts) == ["approved", "approved"]
    with Session(parts.engine) as session:
        made = session.scalars(select(Approval)).all()
    assert {(each.reason, each.second_factor_at is not None) for each in made} == {("同意", True)}


def test_one_that_wants_reading_stops_all_and_is_named(
    head: Browser, desk: Desk, parts: Parts
) -> None:
    chosen = ticks(desk.submitted(), explained(desk))
    page = head.post(f"{DESK}approve", plan=chosen, totp=desk.totp())
    assert page.status == 409
    assert "须单独审批" in page.text
    assert "要看理由的计划" in page.text
    assert page.source.count("checked") == 2
    assert statuses(parts) == ["submitted", "submitted"]


def test_without_a_time_code_nothing_is_approved(head: Browser, desk: Desk, parts: Parts) -> None:
    chosen = ticks(desk.submitted())
    for totp in ("", "000000"):
        assert head.post(f"{DESK}approve", plan=chosen, totp=totp).status == 403
    assert statuses(parts) == ["submitted"]


def test_a_plan_changed_since_it_was_seen_is_not_approved(
    head: Browser, desk: Desk, parts: Parts
) -> None:
    plan = desk.submitted()
    page = head.post(f"{DESK}approve", plan=[f"{plan['id']}:2"], totp=desk.totp())
    assert page.status == 409
    assert statuses(parts) == ["submitted"]


def test_any_are_returned_together_with_a_reason(head: Browser, desk: Desk, parts: Parts) -> None:
    chosen = ticks(desk.submitted(), explained(desk))
    assert head.post(f"{DESK}return", plan=chosen, reason=" ").status == 422
    assert statuses(parts) == ["submitted", "submitted"]
    assert "已退回 2 份" in head.post(f"{DESK}return", plan=chosen, reason="时限太长").text
    assert statuses(parts) == ["returned", "returned"]
    with Session(parts.engine) as session:
        assert {each.reason for each in session.scalars(select(Approval))} == {"时限太长"}


def test_each_is_returned_with_its_own_reason_or_the_common_one(
    head: Browser, desk: Desk, parts: Parts
) -> None:
    first, second = desk.submitted(), desk.submitted(title="第二份", firms=2)
    own = {f"reason-{second['id']}": "名单有误"}
    page = head.post(f"{DESK}return", plan=ticks(first, second), **own)
    assert page.status == 422, "the first has none"
    assert "名单有误" in page.text
    head.post(f"{DESK}return", plan=ticks(first, second), reason="时限太长", **own)
    with Session(parts.engine) as session:
        said = {each.plan_id: each.reason for each in session.scalars(select(Approval))}
    assert said == {first["id"]: "时限太长", second["id"]: "名单有误"}


def test_the_list_is_narrowed(head: Browser, desk: Desk) -> None:
    desk.submitted(title="干净的计划")
    explained(desk)
    clean = head.get(f"{DESK}?show=clean").text
    assert "干净的计划" in clean
    assert "要看理由的计划" not in clean
    assert "干净的计划" not in head.get(f"{DESK}?show=reasons").text
    assert "干净的计划" not in head.get(f"{DESK}?kind=case").text
    assert "干净的计划" in head.get(f"{DESK}?planner={desk.county.planner}&text=干净").text


def test_ones_own_plan_is_not_there_and_not_approved(
    head: Browser, desk: Desk, parts: Parts, county: County
) -> None:
    plan = desk.submitted()
    with Session(parts.engine) as session, session.begin():
        session.get_one(Plan, plan["id"]).planner_id = county.head
    assert plan["title"] not in head.get(DESK).text
    assert head.post(f"{DESK}approve", plan=ticks(plan), totp=desk.totp()).status == 403
    assert statuses(parts) == ["submitted"]


def test_a_foreign_head_sees_and_decides_nothing(
    app: Flask, parts: Parts, desk: Desk, county: County
) -> None:
    plan = desk.submitted()
    stranger = signed_in(app, parts, county.other_head)
    assert plan["title"] not in stranger.get(DESK).text
    assert stranger.post(f"{DESK}return", plan=ticks(plan), reason="不相干").status == 404
    assert statuses(parts) == ["submitted"]


def test_more_plans_ask_no_more_queries(head: Browser, desk: Desk, parts: Parts) -> None:
    desk.submitted()
    with counted(parts.engine) as few:
        head.get(DESK)
    for n in range(3):
        desk.submitted(title=f"第{n}份", firms=2)
    with counted(parts.engine) as many:
        head.get(DESK)
    assert len(many) == len(few)
