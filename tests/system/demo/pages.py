"""What people see: the real pages in Chromium, one browser profile per person, pictures of each.

An error of a script, or something the content policy stopped, is remembered and ends the
demonstration as a failure: a page that only looks right is not right.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from pypdf import PdfReader

from tests.system.demo.timeline import Failed, check, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PAPER = {"width": 800, "height": 1125}  # A4, as the viewer fits it into the width
GAP = 8
INK = 5_000  # dark points that a drawn page has at least
# What would be seen if nothing inside the page had to be scrolled.
WHOLE_HEIGHT = """() => {
  const hidden = [...document.querySelectorAll("body *")]
    .filter((each) => /auto|scroll/.test(getComputedStyle(each).overflowY))
    .map((each) => each.scrollHeight - each.clientHeight);
  return document.documentElement.scrollHeight + Math.max(0, ...hidden);
}"""
PATIENCE_MS = 60_000
LANGUAGE = "zh-CN"


@dataclass
class Pages:
    """`problems` is what the browser complained of, with the address it happened at."""

    browser: "Browser"
    base: str
    folder: Path
    problems: list[str] = field(default_factory=list)
    _shots: int = 0
    _desks: "dict[str, Page]" = field(default_factory=dict)

    def desk(self, username: str, password: str, time_code: Callable[[], str]) -> "Page":
        """This person's window of the console, signed in by the form as a person does."""
        if username not in self._desks:
            page = self._open(DESK)
            page.goto(f"{self.base}/console/login")
            if not self._shots:
                self.shot(page, "sign-in")
            page.fill("[name=username]", username)
            page.fill("[name=password]", password)
            if code := time_code():
                page.fill("[name=totp]", code)
            page.click("main button[type=submit], form button.btn-primary")
            page.wait_for_url(lambda url: "/login" not in url)
            self._desks[username] = page
        return self._desks[username]

    def phone(self) -> "Page":
        """A fresh phone: nobody has signed in on it."""
        return self._open(PHONE)

    def paper(self, pdf: Path, name: str, *, scale: int) -> Path:
        """A PDF as a printer would put it on paper, page below page: a picture of it."""
        pages = len(PdfReader(pdf).pages)
        height = PAPER["height"] * pages * scale + GAP * (pages + 1)
        page = self._open({"width": PAPER["width"] * scale, "height": height})
        page.goto(f"{pdf.resolve().as_uri()}#toolbar=0&navpanes=0&view=FitH")
        self._shots += 1
        path = self.folder / f"{self._shots:02d}-{name}.png"
        problem = f"{pdf.name} 没有画出来 is not drawn"
        wait_for(lambda: _is_begun(page, path), problem, seconds=PATIENCE_MS / 1000)
        wait_for(lambda: _is_drawn(page, path), problem, seconds=PATIENCE_MS / 1000)
        page.context.close()
        return path

    def go(self, page: "Page", path: str, name: str) -> None:
        """Open a page of ours and take its picture."""
        address = path if "://" in path else f"{self.base}{path}"
        reply = page.goto(address, wait_until="load")
        status = reply.status if reply else 0
        self.shot(page, name)
        check(status == 200, f"{path}: {status}")

    def shot(self, page: "Page", name: str) -> None:
        """A picture of the whole page, in a window as high as the page."""
        self._shots += 1
        page.evaluate("document.fonts.ready.then(() => true)")
        size = page.viewport_size or {"width": DESK["width"], "height": DESK["height"]}
        height = page.evaluate(WHOLE_HEIGHT)
        if height > size["height"]:
            page.set_viewport_size({"width": size["width"], "height": height})
        page.screenshot(path=self.folder / f"{self._shots:02d}-{name}.png")
        page.set_viewport_size(size)

    def last_looks(self) -> None:
        """Take a picture of every open window: what somebody saw when it failed."""
        for context in self.browser.contexts:
            for page in context.pages:
                self.shot(page, "failed")

    def _open(self, size: dict[str, int]) -> "Page":
        context = self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale=LANGUAGE,
            timezone_id="Asia/Shanghai",
            has_touch=size is PHONE,
            is_mobile=size is PHONE,
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: self._note(page, str(error)))
        page.on("console", lambda message: self._heard(page, message))
        return page

    def _heard(self, page: "Page", message: "ConsoleMessage") -> None:
        if message.type == "error":
            self._note(page, message.text)

    def _note(self, page: "Page", words: str) -> None:
        self.problems.append(f"{page.url}: {words}")


def _is_begun(page: "Page", path: Path) -> bool:
    """Whether the upper left of the first sheet is white: looked at often, so it is small."""
    page.screenshot(path=path, clip={"x": 100, "y": 100, "width": 200, "height": 100})
    with Image.open(path) as picture:
        levels = picture.convert("L").histogram()
    return sum(levels[250:]) > sum(levels) // 2


def _is_drawn(page: "Page", path: Path) -> bool:
    """Whether a picture shows more than the viewer's own dark ground: paper, with ink on it."""
    page.screenshot(path=path)
    with Image.open(path) as picture:
        levels = picture.convert("L").histogram()
    return sum(levels[250:]) > sum(levels) // 2 and sum(levels[:60]) > INK


def text_of(page: "Page") -> str:
    """All that can be read on a page."""
    return page.inner_text("body")


def must_read(page: "Page", *words: str) -> None:
    """`Failed` unless every one of `words` stands on the page."""
    said = text_of(page)
    missing = [word for word in words if word not in said]
    if missing:
        raise Failed(f"页面上没有 not on the page: {'、'.join(missing)} ({page.url})")
