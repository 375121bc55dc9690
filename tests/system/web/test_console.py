"""The console as a head and a supervisor use it, in a real browser under the real policy."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from server.clock import SetClock
from server.models import Plan
from server.principal import SYSTEM
from server.work import Parts, open_work
from tests.server.factories import PASSWORD
from tests.server.planning import totp_of
from tests.server.sync_world import Pad
from tests.system.web import plans
from tests.system.web.site import NARROW, Open, Site, shot

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(planted: Parts, app: Flask) -> Parts:
    plans.before_the_head(planted, app)
    return planted


def status_of(parts: Parts, title: str) -> str:
    with open_work(parts, SYSTEM) as work:
        return work.session.query(Plan).filter_by(title=title).one().status


def test_a_head_signs_in_and_approves_a_plan_without_a_page_change(
    site: Site, desk: Parts, clock: SetClock, browse: Open
) -> None:
    totp = totp_of(desk, "head")
    page = browse("/console/login")
    shot(page, "sign-in-1280")
    clock.move(timedelta(seconds=30))
    page.get_by_label("用户名").fill("head")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("动态验证码").fill(totp.at(clock.now()))
    page.get_by_role("button", name="登录").click()
    shot(page, "queue-1280")
    page.get_by_role("link", name=re.compile("待审批")).first.click()
    expect(page).to_have_url(re.compile("status=submitted"))
    page.wait_for_load_state()
    page.evaluate("window.sameDocument = true")

    page.keyboard.press("j")
    detail = page.locator("#detail")
    expect(detail.get_by_role("heading", level=2)).to_have_text("第四季度食品经营日常检查")
    expect(page).to_have_url(re.compile("/console/plans/[0-9a-f-]{36}\\?status=submitted"))
    page.keyboard.press("a")
    expect(detail.get_by_label("动态验证码")).to_be_focused()
    shot(page, "approve-1280")
    clock.move(timedelta(seconds=30))
    page.keyboard.type(totp.at(clock.now()))
    page.keyboard.press("Enter")
    expect(detail.locator(".over")).to_contain_text("已批准")
    assert status_of(desk, "第四季度食品经营日常检查") == "approved"

    line = page.locator(".row-link", has_text="第四季度食品经营日常检查")
    expect(line).to_contain_text("已批准")
    expect(page.locator(".rail > nav .count-to_approve")).to_have_text("2")
    assert page.evaluate("window.sameDocument") is True
    shot(page, "approved-1280")


def test_a_wrong_time_code_is_refused_beside_the_field(
    site: Site, desk: Parts, browse: Open
) -> None:
    page = browse("/console/plans/", who="head")
    page.keyboard.press("j")
    expect(page.locator("#detail")).to_contain_text("批准计划")
    page.keyboard.press("a")
    page.locator("#detail").get_by_label("动态验证码").fill("000000")
    page.keyboard.press("Enter")
    problem = page.locator('#detail [data-act="approve"] .form-problem')
    expect(problem).to_contain_text("请等验证器显示下一个")
    expect(page.locator("#detail").get_by_label("动态验证码")).to_have_value("000000")
    assert status_of(desk, "第四季度食品经营日常检查") == "submitted"
    # That a browser notes a 403 of the network is no fault of the page.
    site.complaints[:] = [said for said in site.complaints if "403" not in said]


def test_keys_pressed_in_haste_act_on_what_they_lead_to(
    site: Site, desk: Parts, browse: Open
) -> None:
    asked: list[Route] = []
    one_plan = re.compile("/console/plans/[0-9a-f-]{36}")
    page = browse("/console/plans/", who="head")
    detail = page.locator("#detail")
    page.keyboard.press("j")
    expect(detail.get_by_role("heading", level=2)).to_have_text("第四季度食品经营日常检查")

    def hold(route: Route) -> None:
        asked.append(route)

    page.route(one_plan, hold)
    for _ in range(2):
        with page.expect_request(one_plan):
            page.keyboard.press("j")
        page.keyboard.press("a")
        expect(detail.locator(".act[open]")).to_have_count(0)
    asked[-1].continue_()
    expect(detail.get_by_role("heading", level=2)).to_have_text("泉城路片区餐饮服务日常检查")
    expect(detail.get_by_label("动态验证码")).to_be_focused()
    # That the library notes the question it gave up is no fault of the page.
    site.complaints[:] = [said for said in site.complaints if not said.startswith("htmx:")]


def test_a_finding_opens_with_its_reason_and_the_plan_is_returned_by_key(
    site: Site, desk: Parts, browse: Open
) -> None:
    page = browse("/console/plans/", who="head")
    page.locator(".row-link", has_text="学校周边").click()
    detail = page.locator("#detail")
    finding = detail.locator(".finding", has_text="R30-01")
    finding.locator("summary").click()
    expect(finding.locator(".finding-body")).to_contain_text(plans.WHY)
    shot(page, "finding-1280")
    page.keyboard.press("Escape")
    page.locator("body").press("r")
    detail.get_by_label("退回理由").fill("请写明现场检查理由")
    detail.get_by_role("button", name="退回给编制人").click()
    expect(detail).to_contain_text("请写明现场检查理由")
    assert status_of(desk, "学校周边食品经营检查") == "returned"


def test_keys_move_through_the_list_and_to_the_search(
    site: Site, desk: Parts, browse: Open
) -> None:
    page = browse("/console/plans/", who="head")
    heading = page.locator("#detail").get_by_role("heading", level=2)
    for key, title in (("j", "第四季度"), ("j", "学校周边"), ("k", "第四季度")):
        page.keyboard.press(key)
        expect(heading).to_contain_text(title)
    page.keyboard.press("/")
    expect(page.get_by_label("搜索计划")).to_be_focused()
    page.keyboard.type("泉城路")
    page.keyboard.press("Enter")
    expect(page.locator(".row-link")).to_have_count(1)
    page.go_back()
    expect(page.locator(".row-link")).to_have_count(3)


def test_a_visit_is_read_and_ruled_on(site: Site, irregular: Pad, browse: Open) -> None:
    page = browse("/console/", who="super")
    page.get_by_role("link", name=re.compile("待裁定")).first.click()
    expect(page).to_have_url(re.compile("/console/desk/.*kind=visit"))
    page.wait_for_load_state()
    page.keyboard.press("j")
    detail = page.locator("#detail")
    shot(page, "ruling-1280")
    detail.get_by_role("link", name="看检查全过程").click()
    expect(page.locator("#detail")).to_contain_text("事件链完整")
    expect(page.locator(".leaflet-container")).to_be_visible()
    page.go_back()
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(detail).to_contain_text("缘由")
    page.keyboard.press("a")
    detail.get_by_label("理由").first.fill("第二人事后出示，录像为证")
    detail.get_by_role("button", name="认可这次检查").click()
    expect(page.get_by_text("没有符合条件的事项")).to_be_visible()
    expect(page.locator(".rail > nav .count-desk")).to_be_hidden()


def test_a_whole_visit_in_pictures(site: Site, visit: Pad, browse: Open) -> None:
    for size, name in ((None, "1280"), (NARROW, "390")):
        page = browse(
            f"/console/visits/{visit.visit_id}", who="super", **({"size": size} if size else {})
        )
        expect(page.locator(".leaflet-container")).to_be_visible()
        shot(page, f"visit-{name}")


def overflow(page: Page) -> int:
    found = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/console/", "head"),
        ("/console/plans/", "head"),
        ("/console/tasks/", "head"),
        ("/console/tasks/task-1", "head"),
        ("/console/visits/", "super"),
        ("/console/delivery/", "admin"),
        ("/console/devices/", "admin"),
        ("/console/devices/tablet-1", "admin"),
        ("/console/devices/enrol", "admin"),
        ("/console/officers/", "admin"),
        ("/console/officers/new", "admin"),
        ("/console/officers/officer-wang", "admin"),
        ("/console/quarantine/", "super"),
        ("/console/people/", "admin"),
        ("/console/people/new", "admin"),
        ("/console/people/admin2", "admin"),
        ("/console/audit/", "super"),
    ],
)
def test_every_page_fits_a_desk_and_a_phone(look: Open, path: str, who: str) -> None:
    name = path.strip("/").replace("/", "-")
    wide = look(path, who=who)
    assert overflow(wide) <= 0
    shot(wide, f"{name}-1280")
    narrow = look(path, who=who, size=NARROW)
    assert overflow(narrow) <= 0
    shot(narrow, f"{name}-390")


def test_the_console_in_english(site: Site, desk: Parts, browse: Open) -> None:
    page = browse("/console/plans/?lang=en", who="head")
    page.keyboard.press("j")
    expect(page.locator("#detail").get_by_text("Approve plan")).to_be_visible()
    shot(page, "plan-english-1280")
