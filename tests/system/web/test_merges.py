"""综合查一次 at the console, in a real browser: supervision searches, two heads accept."""

from datetime import date

import pytest
from playwright.sync_api import expect

from server.jobs import sweeping
from server.work import Parts
from tests.server.factories import County, add, make_county
from tests.server.merging import FIRE, FIRE_HEAD, task, two_agencies
from tests.system.web.site import NARROW, Open, Site, shot

pytestmark = pytest.mark.browser


@pytest.fixture
def overlap(parts: Parts) -> County:
    county = make_county(parts)
    two_agencies(parts, county)
    later = {"window_from": date(2026, 7, 8), "window_to": date(2026, 7, 31)}
    add(
        parts,
        [
            task(county, "market", of=county.agency, form=county.form),
            task(county, "fire", of=FIRE, form="fire-form", **later),
        ],
    )
    return county


def test_two_heads_make_it_one_visit(
    site: Site, overlap: County, parts: Parts, browse: Open
) -> None:
    page = browse("/console/merges/", who=overlap.supervisor)
    expect(page.get_by_text("还没有合并建议")).to_be_visible()
    page.get_by_label("从", exact=True).fill("2026-07-06")
    page.get_by_label("到", exact=True).fill("2026-07-17")
    page.get_by_role("button", name="查找可合并的检查").click()
    expect(page.get_by_text("正在查找 ")).to_be_visible()
    assert sweeping.drain(parts) >= 1
    page.reload()
    expect(page.get_by_text("一项一查 2 次，合并后 1 次")).to_be_visible()
    shot(page, "merges-1280")

    for person, after in ((overlap.head, "待同意"), (FIRE_HEAD, "已合并")):
        page = browse("/console/merges/", who=person)
        page.locator(".row-link").first.click()
        detail = page.locator("#detail")
        expect(detail.get_by_text("原有 3 项，合并后 2 项")).to_be_visible()
        if person == overlap.head:
            shot(page, "merge-1280")
        detail.get_by_role("button", name="同意合并").click()
        expect(detail.locator(".over").get_by_text(after)).to_be_visible()
        expect(detail.get_by_role("button", name="同意合并")).to_have_count(0)

    phone = browse("/console/merges/", who=overlap.supervisor, size=NARROW)
    expect(phone.get_by_text("1 次联合检查，占任务的 100%")).to_be_visible()
    width = phone.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    shot(phone, "merges-390")
