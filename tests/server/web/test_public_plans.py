"""What anybody learns of a plan: never, before its visit, that somebody will come."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.models import Enterprise, Officer, Plan, Task, TaskStatus
from server.principal import SYSTEM
from server.services import counters
from server.work import Parts, open_work
from tests.server.factories import County
from tests.server.planning import Desk
from tests.server.web.browsing import Browser, signed_in

OVER = (TaskStatus.FINALISED, TaskStatus.NOTIFIED, TaskStatus.CLOSED)


@pytest.fixture
def desk(client: FlaskClient, parts: Parts, clock: SetClock, county: County) -> Desk:
    return Desk(client, parts, clock, county)


@pytest.fixture
def head(app: Flask, parts: Parts, desk: Desk, county: County) -> Browser:
    return signed_in(app, parts, county.head)


@pytest.fixture
def anybody(app: Flask) -> Browser:
    return Browser(app.test_client())


def publish(head: Browser, plan_id: str) -> int:
    return head.post(f"/console/plans/{plan_id}/publish").status


def move(parts: Parts, uscc: str, status: str) -> None:
    with open_work(parts, SYSTEM) as work:
        work.session.scalars(select(Task).where(Task.uscc == uscc)).one().status = status


def secrets_of(parts: Parts) -> set[str]:
    """What would tell an enterprise, or anybody, that it is to be visited, by whom and why."""
    with open_work(parts, SYSTEM) as work:
        firms = work.session.execute(select(Enterprise.uscc, Enterprise.name)).all()
        officers = work.session.scalars(select(Officer.name)).all()
    return {text for pair in firms for text in pair} | {*officers, "后厨须现场查看"}


def test_nothing_of_a_plan_is_public_before_it_is_published(anybody: Browser, desk: Desk) -> None:
    plan = desk.filed()
    assert anybody.get(f"/plans/{plan['id']}").status == 404
    assert plan["title"] not in anybody.get("/plans/").text


def test_a_published_plan_names_what_and_when_and_nobody(
    anybody: Browser, head: Browser, desk: Desk, parts: Parts
) -> None:
    plan = desk.filed(firms=2)
    assert publish(head, plan["id"]) == 200
    text = anybody.get("/plans/").text + anybody.get(f"/plans/{plan['id']}").text
    assert plan["title"] in text
    assert plan["no"] in text
    assert "2 家企业" in text
    assert "《中华人民共和国食品安全法》第一百一十条" in text
    assert [secret for secret in secrets_of(parts) if secret in text] == []


def test_an_enterprise_is_named_once_its_visit_was_made(
    anybody: Browser, head: Browser, desk: Desk, parts: Parts
) -> None:
    plan = desk.filed(firms=2)
    publish(head, plan["id"])
    visited, waiting = desk.county.usccs[:2]
    for status in OVER:
        move(parts, visited, status)
        text = anybody.get(f"/plans/{plan['id']}").text
        assert visited in text, status
        assert waiting not in text, status


def test_before_and_without_a_visit_nobody_is_named(
    anybody: Browser, head: Browser, desk: Desk, parts: Parts
) -> None:
    plan = desk.filed()
    publish(head, plan["id"])
    for status in set(TaskStatus) - set(counters.MADE):
        move(parts, desk.county.usccs[0], status)
        assert desk.county.usccs[0] not in anybody.get(f"/plans/{plan['id']}").text, status


def test_a_title_that_names_an_enterprise_is_not_published(
    anybody: Browser, head: Browser, desk: Desk, parts: Parts
) -> None:
    with open_work(parts, SYSTEM) as work:
        name = work.session.get_one(Enterprise, desk.county.usccs[0]).name
    plan = desk.filed(title=f"对{name}的检查")
    assert publish(head, plan["id"]) == 409
    assert anybody.get(f"/plans/{plan['id']}").status == 404


def test_a_case_is_never_published(head: Browser, desk: Desk, parts: Parts) -> None:
    plan = desk.filed()
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Plan, plan["id"]).kind = "case"
    assert publish(head, plan["id"]) == 409


def test_an_amendment_is_not_public_before_it_is_published_again(
    anybody: Browser, head: Browser, desk: Desk, parts: Parts
) -> None:
    plan = desk.filed()
    publish(head, plan["id"])
    with open_work(parts, SYSTEM) as work:
        row = work.session.get_one(Plan, plan["id"])
        row.status, row.title, row.version = "amended", "改了名的计划", 2
    assert plan["title"] in anybody.get(f"/plans/{plan['id']}").text
    assert publish(head, plan["id"]) == 200
    assert "改了名的计划" in anybody.get(f"/plans/{plan['id']}").text
