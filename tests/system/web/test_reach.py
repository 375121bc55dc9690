"""Every page there is, on the smallest phone in Chinese and at a desk in English.

A new page is looked at as soon as it is registered: the county it is looked at in (whole.py) has
one of everything. On each: axe finds nothing serious, nothing is wider than the window, nothing
comes from another host, and a page for enterprises or for anybody loads at most 200 KB.
"""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from pprint import pformat
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from pypdf import PdfReader

from server.web.assets import nearest_node_modules
from shared.roles import Role
from tests.server.walking import Call, address, calls, queried
from tests.server.whole import PEOPLE, PLATFORM_ADMIN, USCC, Whole, happened
from tests.system.web.site import WIDE, Site, opened, served
from tests.system.web.test_accessibility import AXE, FINDINGS, WIDER
from tests.system.web.test_portal import SMALLEST
from tests.system.web.test_portal_pages import LOADED, MOST_BYTES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.reach]
LOOKS = {"zh-360": ("zh", SMALLEST), "en-1280": ("en", WIDE)}


@dataclass(frozen=True, slots=True)
class Seen:
    """A page, and who of those who may is to open it ("" for anybody)."""

    path: str
    query: Mapping[str, str]
    who: str
    is_heavy: bool
    """Whether it is for officials, who sit at desks."""


def client_of(whole: Whole, who: str) -> FlaskClient:
    if who.startswith("phone "):
        return whole.phone(who.removeprefix("phone "))
    return whole.browser(who) if who else whole.client()


def who_may(call: Call) -> Iterator[str]:
    """Those who have one of its roles at home, who sees more first."""
    if call.is_public:
        yield ""
    if call.is_portal and Role.ENTERPRISE_OWNER in call.allowed:
        yield f"phone {USCC}"
    if Role.PLATFORM_ADMIN in call.allowed:
        yield PLATFORM_ADMIN
    yield from (here for role, (here, _) in PEOPLE.items() if role in call.allowed)


def pages_of(whole: Whole) -> Iterator[Seen]:
    """Each address that answers somebody with a page, once."""
    clients: dict[str, FlaskClient] = {}
    for call in calls(whole.app):
        if call.method != "GET" or call.is_api:
            continue
        path = address(whole.app, call.rule, whole.ids)
        for who in who_may(call):
            client = clients.setdefault(who, client_of(whole, who))
            query = queried(call, whole.ids)
            reply = client.get(path, query_string=dict(query))
            # What is only laid into another page is looked at there.
            if reply.status_code == 200 and b"<html" in reply.data:
                yield Seen(path, query, who, is_heavy=path.startswith("/console"))
                break


@pytest.fixture(scope="module")
def aside() -> Iterator[Executor]:
    """A thread where papers can be sealed: Playwright's own loop runs in the tests' thread."""
    with ThreadPoolExecutor(1) as thread:
        yield thread


@pytest.fixture(scope="module")
def county(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory, aside: Executor
) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("reach") / "data"
    happening = happened(migrated, folder)
    yield aside.submit(happening.__enter__).result()
    aside.submit(happening.__exit__, None, None, None).result()


@pytest.fixture(scope="module")
def place(county: Whole) -> Iterator[Site]:
    with served(county.app, county.parts) as site:
        yield site


@pytest.fixture(scope="module")
def pages(county: Whole, aside: Executor) -> list[Seen]:
    found = aside.submit(lambda: list(pages_of(county))).result()
    return sorted(found, key=lambda each: each.who)


def window(chromium: "Browser", place: Site, client: FlaskClient, size: dict[str, int]) -> "Page":
    """What the same person's browser shows."""
    page = opened(chromium, place, "", size)
    kept = client.get_cookie("mingcha", domain="localhost")
    if kept is not None:
        page.context.add_cookies([{"name": kept.key, "value": kept.value, "url": place.url}])
    return page


def faults_of(page: "Page", script: str, *, is_heavy: bool) -> list[str]:
    page.evaluate(script)
    found = list(page.evaluate(FINDINGS))
    host, loaded = page.evaluate("location.origin"), page.evaluate(LOADED)
    found += [f"from outside: {address}" for address, _ in loaded if not address.startswith(host)]
    if not is_heavy and sum(size for _, size in loaded) > MOST_BYTES:
        found.append(f"heavy: {sum(size for _, size in loaded)}")
    if page.evaluate(WIDER) > 0:
        found.append(f"wider than the window by {page.evaluate(WIDER)}")
    return found


@pytest.mark.parametrize("name", LOOKS)
def test_every_page_can_be_read_by_everybody(
    chromium: "Browser", place: Site, county: Whole, pages: list[Seen], name: str
) -> None:
    language, size = LOOKS[name]
    script = (nearest_node_modules() / AXE).read_text(encoding="utf-8")
    faults: dict[str, list[str]] = {}
    for who, of_one in groupby(pages, key=lambda each: each.who):
        page = window(chromium, place, client_of(county, who), size)
        for seen in of_one:
            page.goto(f"{seen.path}?{urlencode({**seen.query, 'lang': language})}")
            expect(page.locator(".htmx-request")).to_have_count(0)  # what it asks for by itself
            expect(page.locator("html")).to_have_attribute("lang", re.compile(language))
            found = faults_of(page, script, is_heavy=seen.is_heavy)
            if found:
                faults[f"{seen.path} ({who or 'anybody'})"] = found
        page.context.close()
    assert not faults, pformat(faults)
    assert place.complaints == []


def test_what_is_printed_has_a_sheet_for_each_door_and_leaves_nothing_folded(
    chromium: "Browser", place: Site, county: Whole, pages: list[Seen]
) -> None:
    page = window(chromium, place, client_of(county, f"phone {USCC}"), SMALLEST)
    page.goto("/portal/code?lang=zh")
    doors = page.locator(".door-code").count()
    printed = printed_on(page)
    assert doors == len(printed) > 0
    assert all("可以拒绝检查" in sheet for sheet in printed)
    assert "打印后贴在门口" not in "".join(printed)

    (notice,) = (seen.path for seen in pages if seen.path.startswith("/portal/notices/"))
    page.goto(notice)
    page.get_by_role("button", name="查看全文").click()
    expect(page.locator("#sign")).to_be_visible()
    said = "".join(printed_on(page))
    assert "六十日内依法申请行政复议" in said
    assert "签收这份告知书" not in said
    page.context.close()


def printed_on(page: "Page") -> list[str]:
    """The text of each sheet of paper."""
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    # A font may name a character by its radical: ⾏ for 行.
    return [re.sub(r"\s", "", normalize("NFKC", sheet.extract_text())) for sheet in sheets]
