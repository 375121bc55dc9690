"""Every page an enterprise has, walked on the smallest phone and at a desk, in both languages.

On each: nothing serious for axe, nothing wider than the window, nothing from another host, and no
more than 200 KB for all that it loads. The pictures in docs/pictures are of this walk.
"""

from datetime import date

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select

from server.clock import SetClock
from server.models import OutboxMessage
from server.principal import SYSTEM
from server.services import outbox, portal_sign_in
from server.web.assets import nearest_node_modules
from server.work import Parts, open_work
from tests.server import sync_world
from tests.server.factories import add
from tests.server.sync_world import Pad
from tests.server.telling import PHONE
from tests.server.web.test_codes import credential
from tests.server.whole import jpeg
from tests.system.web.site import Open, Site, shot
from tests.system.web.test_accessibility import AXE, FINDINGS
from tests.system.web.test_portal import SMALLEST, fits, write_by_hand
from tests.world import USCC

pytestmark = [pytest.mark.browser, pytest.mark.reach]
MOST_BYTES = 200_000
PICTURE: FilePayload = {"name": "改正后.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
LOADED = """
() => performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
  .map(each => [each.name, each.encodedBodySize])
"""


def code_of(parts: Parts) -> str:
    """What was sent to whoever asked to sign in."""
    with open_work(parts, SYSTEM) as work:
        for id_ in portal_sign_in.unhandled(work, work.now, 1):
            portal_sign_in.send(work, id_)
    with open_work(parts, SYSTEM) as work:
        row = work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.purpose == "sign_in_code")
        ).one()
        return outbox.body_of(work, row).code


def looked_at(page: Page, name: str, faults: dict[str, object]) -> None:
    """Note what is wrong with the page that is open, and keep its picture."""
    page.evaluate((nearest_node_modules() / AXE).read_text(encoding="utf-8"))
    found = page.evaluate(FINDINGS)
    host = page.evaluate("location.origin")
    loaded = page.evaluate(LOADED)
    found += [f"from outside: {address}" for address, _ in loaded if not address.startswith(host)]
    if sum(size for _, size in loaded) > MOST_BYTES:
        found.append(f"heavy: {loaded}")
    if not fits(page):
        found.append("wider than the window")
    if found:
        faults[name] = found
    shot(page, f"portal-{name}")


@pytest.fixture
def phone(browse: Open, planted: Parts) -> Page:
    """The smallest phone, signed in by credit code, number and the code that was sent there."""
    page = browse("/portal/sign-in", size=SMALLEST)
    page.get_by_label("统一社会信用代码").fill(USCC)
    page.get_by_label("手机号或邮箱").fill(PHONE)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("6 位验证码").fill(code_of(planted))
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def opened_and_signed_for(page: Page, faults: dict[str, object]) -> None:
    page.get_by_role("link", name="查看结果").click()
    page.get_by_role("button", name="查看全文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("发现 2 个问题，需要限期改正。")
    looked_at(page, "notice-360", faults)
    page.get_by_label("姓名").fill("林小满")
    page.get_by_label("职务或身份").fill("店长")
    write_by_hand(page)
    page.get_by_role("button", name="签收", exact=True).click()
    expect(page.locator("main")).to_contain_text("已签收，谢谢。")


def rated(page: Page, inspection: str, faults: dict[str, object]) -> None:
    page.goto(inspection)
    looked_at(page, "inspection-360", faults)
    page.locator("label", has_text="满意").nth(1).click()
    page.get_by_role("button", name="匿名提交").click()
    expect(page.get_by_role("status")).to_contain_text("谢谢您的评价")


def complained(page: Page, inspection: str, faults: dict[str, object]) -> str:
    page.goto(inspection)
    page.get_by_role("link", name="投诉").click()
    page.get_by_role("radio").first.check()
    page.get_by_label("说明").fill("让我们付了停车费。")
    page.get_by_label("照片、录音或录像").set_input_files(PICTURE)
    looked_at(page, "complaint-360", faults)
    page.get_by_role("button", name="递交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("投诉")
    looked_at(page, "request-360", faults)
    return page.url


def put_right(page: Page, inspection: str, faults: dict[str, object]) -> None:
    page.goto(f"{inspection}/rectification")
    page.get_by_label("怎么改的").fill("换了温控器，冷柜现为 4 ℃。")
    page.get_by_label("改正后的照片").set_input_files(PICTURE)
    page.get_by_role("button", name="递交").click()
    expect(page.get_by_role("link", name="附件 1")).to_be_visible()
    page.locator("summary", has_text="申请延期").click()
    looked_at(page, "rectification-360", faults)


def test_an_enterprise_goes_everywhere_on_the_smallest_phone_and_at_a_desk(
    site: Site, visit: Pad, phone: Page, browse: Open, clock: SetClock
) -> None:
    faults: dict[str, object] = {}
    looked_at(phone, "home-360", faults)
    inspection = f"/portal/inspections/{visit.visit_id}"
    phone.goto(inspection)
    opened_and_signed_for(phone, faults)
    rated(phone, inspection, faults)
    request = complained(phone, inspection, faults)
    put_right(phone, inspection, faults)
    to_come = sync_world.task_row(
        "to-come",
        kind="daily",
        trigger="annual_plan",
        window_from=date(2026, 11, 30),
        window_to=date(2026, 12, 4),
    )
    add(site.parts, [to_come])
    others = {
        "inspections": "/portal/inspections",
        "time": "/portal/upcoming/to-come/time",
        "requests": "/portal/requests",
        "objection": f"/portal/requests/new?kind=objection&visit={visit.visit_id}",
        "door-code": "/portal/code",
        "at-my-door": f"/portal/door?code={site.url}{credential(clock)}",
        "people": "/portal/people",
        "ways": "/portal/ways",
    }
    for name, address in others.items():
        phone.goto(address)
        looked_at(phone, f"{name}-360", faults)
    desk = browse("/portal/sign-in?lang=en")
    looked_at(desk, "sign-in-1280", faults)
    desk.context.add_cookies(
        [
            {"name": one["name"], "value": one["value"], "url": site.url}
            for one in phone.context.cookies()
        ]
    )
    desk.goto("/portal/?lang=en")
    for name, address in {**others, "request": request, "rectification": inspection}.items():
        desk.goto(address)
        expect(desk.locator("html")).to_have_attribute("lang", "en")
        assert fits(desk)
        shot(desk, f"portal-{name}-1280")
    assert faults == {}
