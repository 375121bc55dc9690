"""Working days on their desk: read out of a notice, compared, put in force, taken back."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import HolidayYear
from server.work import Parts
from tests.server.factories import County, bearer, sign_in
from tests.server.web.browsing import Browser, signed_in
from tests.shared.test_holiday_notice import NOTICE_2026

PAGE = "/console/holidays/2026"
NO_SWAP = NOTICE_2026.replace("5月9日（周六）上班。", "")
READ = {"text": NO_SWAP, "source": "国办发明电〔2025〕7号", "as_of": "2025-11-04", "replaces": "1"}


@pytest.fixture
def platform(app: Flask, parts: Parts, county: County) -> Browser:
    browser = signed_in(app, parts, county.platform_admin)
    browser.get(PAGE)
    return browser


def versions(parts: Parts, year: int = 2026) -> list[HolidayYear]:
    with Session(parts.engine) as session:
        found = select(HolidayYear).where(HolidayYear.year == year)
        return list(session.scalars(found.order_by(HolidayYear.version)))


def seen(page: str) -> str:
    """What the page says was compared."""
    return page.partition('name="seen" value="')[2].partition('"')[0]


def put_in_force(platform: Browser, **changes: Any) -> str:
    sent = {**READ, **changes}
    compared = platform.post(PAGE, act="compare", **sent)
    return platform.post(PAGE, act="record", seen=seen(compared.source), **sent).text


def test_a_notice_is_compared_before_it_is_in_force(platform: Browser, parts: Parts) -> None:
    page = platform.post(PAGE, act="compare", **READ)
    assert "2026-05-09 星期六 上班 → 按星期" in page.text
    assert len(versions(parts)) == 1, "comparing stores nothing"
    told = platform.post(PAGE, act="record", seen=seen(page.source), **READ).text
    assert "已生效" in told
    old, new = versions(parts)
    assert ("2026-05-09" in old.work, "2026-05-09" in new.work) == (True, False)
    assert (new.source, new.recorded_by) == (READ["source"], "platform")


def test_what_was_not_compared_is_not_recorded(platform: Browser, parts: Parts) -> None:
    page = platform.post(PAGE, act="compare", **READ)
    other = {**READ, "text": NO_SWAP.replace("至7日（周三）放假调休，共7天", "至6日放假，共6天")}
    again = platform.post(PAGE, act="record", seen=seen(page.source), **other)
    assert "2026-10-07 星期三 放假 → 按星期" in again.text
    assert len(versions(parts)) == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"text": "明天放假"}, "一年的安排要写全"),
        ({"text": ""}, "请填写"),
        ({"text": NO_SWAP.replace("共9天", "共8天")}, "写的是共 8 天，数出来是 9 天"),
        ({"source": ""}, "请填写"),
        ({"as_of": "gestern"}, "请按 年-月-日"),
        ({"as_of": "2099-01-01"}, "这一项不对"),
        ({"replaces": "7"}, "当前状态不允许"),
    ],
)
def test_what_cannot_be_meant_is_said(
    platform: Browser, parts: Parts, changes: dict[str, str], why: str
) -> None:
    assert why in put_in_force(platform, **changes)
    assert len(versions(parts)) == 1


def test_an_earlier_version_is_put_in_force_again(platform: Browser, parts: Parts) -> None:
    put_in_force(platform)
    page = platform.get(f"{PAGE}?version=1").text
    assert "第 1 版的安排" in page
    assert "已被接替" in page
    told = platform.post(f"{PAGE}/restore", version="1", replaces="2").text
    assert "已恢复" in told
    first, _, third = versions(parts)
    assert (third.off, third.work) == (first.off, first.work)
    assert platform.post(f"{PAGE}/restore", version="2", replaces="2").status == 422


def test_a_year_nobody_announced_says_so(platform: Browser) -> None:
    page = platform.get("/console/holidays/2027").text
    assert "尚未公布" in page
    assert "期限暂按周末计算" in page
    assert platform.get("/console/holidays/99999").status == 404
    assert platform.get(f"{PAGE}?version=9").status == 404


def test_others_read_and_do_not_announce(app: Flask, parts: Parts, county: County) -> None:
    for who in (county.planner, county.head, county.admin, county.supervisor):
        person = signed_in(app, parts, who)
        assert "国庆" not in person.get("/console/holidays/").text
        page = person.get(PAGE)
        assert "登记放假通知" not in page.text
        assert person.post(PAGE, act="compare", **READ).status == 403
    assert len(versions(parts)) == 1


def test_it_goes_over_the_interface_too(client: FlaskClient, parts: Parts, county: County) -> None:
    headers = bearer(sign_in(parts, county.platform_admin))
    days = [f"2027-10-{day:02}" for day in range(1, 8)]
    sent = {"year": 2027, "off": days, "work": ["2027-10-09"], "source": "通知", "replaces": 0}
    reply = client.post("/api/v1/holidays", json={**sent, "as_of": "2026-06-30"}, headers=headers)
    assert (reply.status_code, reply.json["version"]) == (201, 1)
    wrong = {**sent, "as_of": "2026-06-30", "off": days[:3], "replaces": 1}
    assert client.post("/api/v1/holidays", json=wrong, headers=headers).status_code == 422
    known = client.get("/api/v1/holidays", headers=bearer(sign_in(parts, county.planner))).json
    assert known[-1]["off"] == days
