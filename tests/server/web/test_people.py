import re

import pytest
from flask import Flask

from server.models import Person
from server.principal import SYSTEM
from server.work import Parts, open_work
from tests.server.factories import County
from tests.server.web.browsing import Browser, browser, signed_in


@pytest.fixture
def admin(app: Flask, parts: Parts, county: County) -> Browser:
    return signed_in(app, parts, county.admin)


def person(parts: Parts, id_: str) -> Person:
    with open_work(parts, SYSTEM) as work:
        return work.session.get_one(Person, id_)


def test_a_new_account_signs_in_with_the_password_shown_once(app: Flask, admin: Browser) -> None:
    admin.get("/console/people/new")
    page = admin.post("/console/people/new", name="周敏", username="zhou.min", roles=["planner"])
    secret = re.search(r'class="secret mono">([^<]+)<', page.source)
    assert secret
    assert secret[1] not in admin.get("/console/people/").source
    newcomer = browser(app)
    newcomer.get("/console/login")
    signed = newcomer.post("/console/login", username="zhou.min", password=secret[1])
    assert "周敏" in signed.text


def test_a_new_head_is_given_a_second_factor_with_it(admin: Browser) -> None:
    page = admin.post("/console/people/new", name="陈立", username="chen.li", roles=["head"])
    assert "验证器二维码" in page.source
    assert "<svg" in page.source


def test_a_name_that_is_taken_is_said_beside_what_was_typed(admin: Browser, county: County) -> None:
    page = admin.post("/console/people/new", name="周敏", username=county.head, roles=["planner"])
    assert page.status == 422
    assert "用户名已被使用" in page.text
    assert 'value="周敏"' in page.source


def test_roles_beyond_the_agency_are_not_offered_and_not_given(
    admin: Browser, parts: Parts, county: County
) -> None:
    assert "执法监督" not in admin.get(f"/console/people/{county.planner}").text
    page = admin.post(f"/console/people/{county.planner}/roles", roles=["supervision"])
    assert page.status == 403
    assert person(parts, county.planner).roles == ["planner"]


def test_roles_are_saved_and_the_person_signs_in_anew(
    app: Flask, admin: Browser, parts: Parts, county: County
) -> None:
    signed = signed_in(app, parts, county.planner)
    page = admin.post(f"/console/people/{county.planner}/roles", roles=["planner", "officer"])
    assert "角色已保存" in page.text
    assert person(parts, county.planner).roles == ["officer", "planner"]
    assert signed.get("/console/").location == "/console/login"


def test_nobody_changes_their_own_roles(admin: Browser, county: County) -> None:
    page = admin.get(f"/console/people/{county.admin}")
    assert "要由另一名管理员来改" in page.text
    assert "保存角色" not in page.text
    reply = admin.post(f"/console/people/{county.admin}/roles", roles=["agency_admin", "head"])
    assert reply.status == 403


def test_a_new_second_factor_is_shown_once(admin: Browser, parts: Parts, county: County) -> None:
    before = person(parts, county.head).totp_sealed
    page = admin.post(f"/console/people/{county.head}/totp")
    assert "验证器二维码" in page.source
    assert "secret=" not in page.source
    assert person(parts, county.head).totp_sealed not in (None, before)


def test_a_closed_account_stays_in_the_list_and_signs_in_no_more(
    app: Flask, admin: Browser, parts: Parts, county: County
) -> None:
    signed = signed_in(app, parts, county.planner)
    assert "账号已停用" in admin.post(f"/console/people/{county.planner}/let-go").text
    assert "已停用" in admin.get("/console/people/").text
    assert signed.get("/console/").location == "/console/login"


def test_people_of_another_agency_are_out_of_reach(
    app: Flask, parts: Parts, county: County
) -> None:
    stranger = signed_in(app, parts, county.other_admin)
    assert stranger.get(f"/console/people/{county.planner}").status == 404
    assert stranger.post(f"/console/people/{county.planner}/password").status == 404
    assert f"某{county.planner} " not in stranger.get("/console/people/").text


def test_the_platforms_administrator_sees_every_agency_and_may_choose_one(
    app: Flask, parts: Parts, county: County
) -> None:
    platform = signed_in(app, parts, county.platform_admin)
    text = platform.get("/console/people/").text
    assert "市监局" in text
    assert "应急局" in text
    page = platform.post(
        "/console/people/new",
        name="马监督",
        username="ma.jiandu",
        roles=["supervision"],
        agency_id=county.other_agency,
    )
    assert "验证器二维码" in page.source
