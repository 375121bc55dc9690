"""结果必告知: the notice goes out by mail; the enterprise opens, reads and signs for it."""

import re
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import httpx

from server.documents.kinds import DRAWN_WHEN_WANTED
from tests.system.demo import reading
from tests.system.demo.pages import must_read
from tests.system.demo.play import Play
from tests.system.demo.scenes import console
from tests.system.demo.scenes.planning import PLANNER
from tests.system.demo.scenes.visit import NOT_MET
from tests.system.demo.timeline import Line, check, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

RESULT = "result"
MAIL_S = 120.0
SIGNATURE = ((0.12, 0.7), (0.3, 0.25), (0.42, 0.75), (0.55, 0.3), (0.7, 0.65), (0.88, 0.35))
LINK = re.compile(r"https?://\S+/n/[\w-]+")
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def documents(play: Play, line: Line) -> None:
    """All that the visit calls for is made, numbered, and drawn as PDF, some of it only now."""
    api = play.api(PLANNER)
    found: list[dict[str, Any]] = []

    def drawn() -> bool:
        found[:] = api.get("/documents", visit_id=play.visit_id)["documents"]
        return bool(found) and all(
            one["pdf_sha256"] for one in found if one["kind"] not in DRAWN_WHEN_WANTED
        )

    wait_for(drawn, "文书没有制成 the documents were not made", seconds=MAIL_S)
    for one in found:
        name = f"{one['kind']}.pdf"
        data = api.bytes_of(f"/documents/{one['id']}/pdf")
        check(data.startswith(b"%PDF-"), f"不是 PDF not a PDF: {name}")
        path = play.folders.out / "documents" / name
        path.write_bytes(data)
        # The code of the result is read from its picture, which must be fine enough for it.
        scale = 2 if one["kind"] == RESULT else 1
        play.papers[one["kind"]] = play.pages.paper(path, f"paper-{one['kind']}", scale=scale)
    play.documents = found
    line.show(*(f"{one['number']}" for one in found))


def mail(play: Play, line: Line) -> None:
    """A real mail server has taken the notice; it says no finding and no name."""
    letter = _letter(play, LINK, "告知邮件没有送到 no notice came by mail")
    play.link = LINK.findall(_text(letter))[0]
    said = _text(letter) + str(letter["subject"])
    check(play.known.place.contact not in said, "邮件里有人名 the mail names a person")
    (play.folders.out / "documents" / "notice.eml").write_bytes(letter.as_bytes())
    line.show(str(letter["to"]), str(letter["subject"]))


def door(play: Play, line: Line) -> None:
    """Looking at the link is not opening it; a code goes to the confirmed address."""
    httpx.get(play.link, timeout=10).raise_for_status()  # as a mail program's preview does
    page = play.phone
    play.pages.go(page, play.link, "notice-door")
    before = len(play.mail.messages)
    page.click("form:has(input[name=channel][value=email]) button")
    page.wait_for_selector("input#code")
    play.pages.shot(page, "notice-code")
    letter = _letter(play, CODE, "验证码没有送到 no code came by mail", after=before)
    page.fill("input#code", CODE.findall(_text(letter))[0])
    page.click("form:has(#code) button[type=submit]")
    page.wait_for_url("**/portal/**")
    play.pages.shot(page, "notice-envelope")
    line.show("验证码已核对 the code was right")


def read(play: Play, line: Line) -> None:
    page = play.phone
    page.click("form[action$='/open'] button")
    page.wait_for_selector("#sign")
    play.pages.shot(page, "notice")
    must_read(page, play.known.place.name, NOT_MET)
    line.show(page.inner_text("section.outcome h1"))


def sign(play: Play, line: Line) -> None:
    """The receipt is signed with a finger on the canvas."""
    page = play.phone
    page.fill("#name", play.known.place.contact)
    page.fill("#capacity", "负责人")
    _draw(page)
    play.pages.shot(page, "receipt-signing")
    page.click("form[data-sign] button[type=submit]")
    page.wait_for_selector("form[data-sign]", state="detached")
    play.pages.shot(page, "receipt-signed")
    must_read(page, "已签收", play.known.place.contact)
    line.show(f"{play.known.place.contact} 负责人")


def codes(play: Play, line: Line) -> None:
    """Anybody's phone checks the officer's code and the document's."""
    phone = play.pages.phone()
    officer = reading.code_on(play.credential_picture)
    play.pages.go(phone, officer, "door-officer")
    must_read(phone, play.known.officers[-1].name, play.known.officers[-1].certificate)
    notice = next(one for one in play.documents if one["kind"] == RESULT)
    play.pages.go(phone, reading.code_on(play.papers[RESULT]), "door-document")
    must_read(phone, notice["number"])
    phone.click("text=English")
    phone.wait_for_selector("text=中文")
    play.pages.shot(phone, "door-document-english")
    play.pages.go(phone, f"/q/e/{play.known.place.code}", "door-enterprise")
    line.show(play.known.officers[-1].name, notice["number"])


def desk(play: Play, line: Line) -> None:
    """The agency sees that it was delivered, opened and signed for."""
    page = console.desk(play, PLANNER)
    play.pages.go(page, "/console/delivery/", "delivery")
    play.pages.go(page, f"/console/visits/{play.visit_id}", "visit-told")
    page = console.desk(play, "admin.market")
    for name in ("people", "officers"):
        play.pages.go(page, f"/console/{name}/", name)
    page = console.desk(play, "supervision")
    play.pages.go(page, "/console/audit/", "audit")
    check(not play.pages.problems, "页面报错 pages complained: " + " | ".join(play.pages.problems))
    line.show("无脚本错误 no script errors")


def _letter(play: Play, sought: "re.Pattern[str]", problem: str, *, after: int = 0) -> EmailMessage:
    """The first letter after so many in which something is found."""
    found: list[EmailMessage] = []

    def come() -> bool:
        found[:] = [m for m in play.mail.messages[after:] if sought.search(_text(m))]
        return bool(found)

    wait_for(come, problem, seconds=MAIL_S)
    return found[0]


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain", "html"))
    return body.get_content() if body is not None else ""


def _draw(page: "Page") -> None:
    pad = page.locator("canvas#pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    check(box, "没有签名板 there is no pad")
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SIGNATURE]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=6)
    page.mouse.up()
