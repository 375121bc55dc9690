from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from server.clock import SetClock
from server.work import Parts
from tests.server.factories import PASSWORD, County
from tests.server.planning import totp_of
from tests.server.web.browsing import Browser, browser, signed_in


@pytest.fixture
def nobody(app: Flask) -> Browser:
    found = browser(app)
    found.get("/console/login")
    return found


def test_a_planner_signs_in_with_name_and_password(nobody: Browser, county: County) -> None:
    page = nobody.post("/console/login", username=county.planner, password=PASSWORD, totp="")
    assert page.reply.request.path == "/console/"
    assert "工作台" in page.text
    assert "计划编制" in page.text


def test_a_wrong_password_says_what_to_do_and_keeps_the_name(
    nobody: Browser, county: County
) -> None:
    page = nobody.post("/console/login", username=county.planner, password="guess", totp="")
    assert page.status == 401
    assert "用户名、密码或动态验证码不正确" in page.text
    assert "找本机关管理员" in page.text
    assert f'value="{county.planner}"' in page.source
    assert "guess" not in page.source


def test_a_head_needs_the_time_code_as_well(
    nobody: Browser, parts: Parts, clock: SetClock, county: County
) -> None:
    totp: pyotp.TOTP = totp_of(parts, county.head)
    without = nobody.post("/console/login", username=county.head, password=PASSWORD, totp="")
    assert without.status == 401
    clock.move(timedelta(seconds=30))
    code = totp.at(clock.now())
    page = nobody.post("/console/login", username=county.head, password=PASSWORD, totp=code)
    assert "机关负责人" in page.text


def test_a_form_without_its_token_changes_nothing(nobody: Browser, county: County) -> None:
    nobody.token = ""
    page = nobody.post("/console/login", username=county.planner, password=PASSWORD, totp="")
    assert page.status == 400
    assert "请刷新页面" in page.text


def test_signing_out_ends_the_session_on_the_server_too(
    app: Flask, parts: Parts, county: County
) -> None:
    person = signed_in(app, parts, county.planner)
    stolen = person.client.get_cookie("mingcha")
    assert stolen is not None
    assert person.post("/console/logout").reply.request.path == "/console/login"
    thief = browser(app)
    thief.client.set_cookie("mingcha", stolen.value)
    assert thief.get("/console/").location == "/console/login"


def test_nobody_is_led_to_the_sign_in_page(app: Flask) -> None:
    assert browser(app).get("/console/plans/").location == "/console/login"


def test_a_part_of_a_page_asked_for_after_the_session_ended_leads_there_as_a_whole(
    app: Flask,
) -> None:
    page = browser(app).get("/console/login", htmx="yes")
    assert page.status == 204
    assert page.reply.headers["HX-Redirect"] == "/console/login"
