"""What an enterprise and a passer-by see on a phone, in a real browser under the real policy."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from server.clock import SetClock
from server.models import Document, Notice, NoticeReceipt, OutboxMessage
from server.principal import SYSTEM
from server.services import documents, enterprise_codes, outbox
from server.work import Parts, open_work
from tests.server.sync_world import Pad
from tests.server.web.test_codes import credential
from tests.system.web.site import NARROW, WIDE, Open, Site, shot

pytestmark = pytest.mark.browser
SMALLEST = {"width": 360, "height": 740}
# Not by asking again and again, which the pages' policy forbids.
PAINTED = """
() => new Promise(tell => new PerformanceObserver(seen => {
  const first = seen.getEntriesByName("first-contentful-paint")[0];
  if (first) tell(first.startTime);
}).observe({type: "paint", buffered: true}))
"""
OF_THE_PHONE_MS = 200  # of the second, for drawing


def message(parts: Parts, purpose: str) -> OutboxMessage:
    with open_work(parts, SYSTEM) as work:
        rows = work.session.query(OutboxMessage).filter_by(purpose=purpose)
        row = rows.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc()).first()
        assert row is not None
        return row


def link_of(parts: Parts) -> str:
    with open_work(parts, SYSTEM) as work:
        return "/n/" + outbox.body_of(work, message(parts, "result_notice")).link[-24:]


def code_of(parts: Parts) -> str:
    with open_work(parts, SYSTEM) as work:
        return outbox.body_of(work, message(parts, "verification_code")).code


def write_by_hand(page: Page) -> None:
    """Draw a stroke as a finger would."""
    pad = page.locator("#pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(24):
        page.mouse.move(box["x"] + 40 + step * 9, box["y"] + 60 + (step % 6) * 15)
    page.mouse.up()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_the_link_the_code_the_document_and_the_receipt(
    site: Site, planted: Parts, visit: Pad, browse: Open
) -> None:
    page = browse(link_of(planted), size=NARROW)
    expect(page.get_by_role("heading", level=1)).to_have_text("行政检查结果告知书")
    shot(page, "notice-link-390")
    page.get_by_role("button", name="138****8000").click()
    expect(page.locator("main")).to_contain_text("验证码已发到 138****8000")
    shot(page, "notice-code-390")
    page.get_by_label("6 位验证码").fill(code_of(planted))
    page.get_by_role("button", name="验证并继续").click()
    shot(page, "notice-cover-390")
    with open_work(planted, SYSTEM) as work:
        assert work.session.query(Notice).one().opened_at is None
    page.get_by_role("button", name="查看全文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("发现 2 个问题，需要限期改正。")
    page.locator("summary", has_text="检查情况").click()
    shot(page, "notice-390")

    page.get_by_label("姓名").fill("林小满")
    page.get_by_label("职务或身份").fill("店长")
    page.get_by_role("button", name="签收", exact=True).click()
    expect(page.locator("[data-missing]")).to_be_visible()
    write_by_hand(page)
    expect(page.locator("[data-missing]")).to_be_hidden()
    shot(page, "notice-signing-390")
    page.get_by_role("button", name="重签").click()
    assert page.locator("input[name=strokes]").input_value() == "[]"
    write_by_hand(page)
    drawn = json.loads(page.locator("input[name=strokes]").input_value())
    assert all(0 <= x <= 1000 and 0 <= y <= 1000 and t >= 0 for x, y, t in drawn[0])
    page.get_by_role("button", name="签收", exact=True).click()
    expect(page.locator("main")).to_contain_text("已签收，谢谢。")
    shot(page, "notice-receipted-390")
    with open_work(planted, SYSTEM) as work:
        receipt = work.session.query(NoticeReceipt).one()
    assert receipt.name == "林小满"
    assert receipt.strokes == {"strokes": drawn}


def test_the_notice_can_be_printed_with_everything_unfolded(
    site: Site, planted: Parts, visit: Pad, browse: Open
) -> None:
    page = browse(link_of(planted), size=WIDE)
    page.get_by_role("button", name="138****8000").click()
    page.get_by_label("6 位验证码").fill(code_of(planted))
    page.get_by_role("button", name="验证并继续").click()
    page.get_by_role("button", name="查看全文").click()
    shot(page, "notice-1280")
    page.emulate_media(media="print")
    expect(page.get_by_text("六十日内依法申请行政复议")).to_be_visible()
    expect(page.locator("#sign")).to_be_hidden()
    shot(page, "notice-print-1280")


def test_the_door_page_in_all_its_answers(
    site: Site, planted: Parts, clock: SetClock, browse: Open
) -> None:
    valid, unsure = credential(clock), credential(clock, unsure=True)
    for size, name in ((NARROW, "390"), (WIDE, "1280")):
        page = browse(valid, size=size)
        expect(page.get_by_role("heading", level=1)).to_have_text("有效")
        assert fits(page)
        shot(page, f"door-valid-{name}")
    shot(browse(unsure, size=NARROW), "door-unsure-390")
    clock.move(timedelta(minutes=6))
    page = browse(valid, size=SMALLEST)
    expect(page.get_by_role("heading", level=1)).to_have_text("无效")
    assert fits(page)
    shot(page, "door-expired-360")


def test_the_door_page_is_there_within_a_second_on_3g(
    site: Site, planted: Parts, clock: SetClock, browse: Open
) -> None:
    """Counted is what the wire adds to what this machine needs by itself, however slow it is."""
    page = browse("/portal/", size=NARROW)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    address = credential(clock)

    def paints_after() -> float:
        wire.send("Network.clearBrowserCache")
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("有效")
        return float(page.evaluate(PAINTED))

    alone = min(paints_after() for _ in range(3))
    slow = {"latency": 100, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
    wire.send("Network.emulateNetworkConditions", {"offline": False, **slow})
    assert min(paints_after() for _ in range(3)) - alone < 1000 - OF_THE_PHONE_MS


def test_the_other_codes_and_the_portal_without_a_link(
    site: Site, planted: Parts, visit: Pad, browse: Open
) -> None:
    with open_work(planted, SYSTEM) as work:
        door = enterprise_codes.issue(work, "premise-1").token
        row = work.session.query(Document).filter_by(kind="result").one()
        document = documents.code(work, row)
    pages = {
        f"/q/e/{door}": "enterprise-code-390",
        "/q/e/nothing": "enterprise-code-bad-390",
        f"/q/d/{document}": "document-code-390",
        "/q/d/nothing": "document-code-bad-390",
        "/portal/": "portal-390",
    }
    for path, name in pages.items():
        page = browse(path, size=NARROW)
        assert fits(page)
        shot(page, name)


def test_everything_that_takes_the_focus_shows_it(
    site: Site, planted: Parts, visit: Pad, browse: Open
) -> None:
    page = browse(link_of(planted), size=NARROW)
    for _ in range(4):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


def test_fields_have_names(site: Site, planted: Parts, visit: Pad, browse: Open) -> None:
    page = browse(f"{link_of(planted)}/code", size=NARROW)
    nameless = page.evaluate(
        """[...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a')]
        .filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.innerText.trim()))
        .map(e => e.outerHTML)"""
    )
    assert nameless == []
    assert re.match(r"zh", page.evaluate("document.documentElement.lang"))
