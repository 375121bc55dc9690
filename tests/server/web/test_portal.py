import json
from datetime import timedelta

import pytest
from flask import Flask

from server.clock import SetClock
from server.models import Notice, NoticeReceipt, OutboxMessage, VerificationCode
from server.principal import SYSTEM
from server.services import outbox
from server.work import Parts, open_work
from tests.server.sync_world import Pad
from tests.server.web.browsing import Browser, browser

STROKES = json.dumps([[[100, 500, 0], [300, 480, 40], [600, 520, 90]]])


@pytest.fixture
def link(planted: Parts, visit: Pad) -> str:
    """The path that the message carries."""
    with open_work(planted, SYSTEM) as work:
        row = work.session.query(OutboxMessage).first()
        assert row is not None
        return "/n/" + outbox.body_of(work, row).link.rpartition("/")[2]


@pytest.fixture
def phone(app: Flask, link: str) -> Browser:
    """The phone of whoever holds the link, which it has opened."""
    found = browser(app)
    found.get(link)
    return found


def sent_code(parts: Parts) -> str:
    with open_work(parts, SYSTEM) as work:
        row = (
            work.session.query(OutboxMessage)
            .filter_by(purpose="verification_code")
            .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
            .first()
        )
        assert row is not None
        return outbox.body_of(work, row).code


def notice(parts: Parts) -> Notice:
    with open_work(parts, SYSTEM) as work:
        return work.session.query(Notice).one()


def entered(phone: Browser, parts: Parts, link: str) -> str:
    """Past the code; returns the notice's address."""
    phone.post(f"{link}/code", channel="sms")
    page = phone.post(f"{link}/enter", code=sent_code(parts))
    assert "查看全文" in page.text
    return page.reply.request.path


def opened(phone: Browser, parts: Parts, link: str) -> str:
    address = entered(phone, parts, link)
    phone.post(f"{address}/open")
    return address


def test_the_link_shows_number_agency_and_date_and_no_more(phone: Browser, link: str) -> None:
    text = phone.get(link).text
    assert "历下市监检告〔2026〕0001号" in text
    assert "济南市历下区市场监督管理局" in text
    assert "11月23日" in text
    assert "138****8000" in text
    for secret in ("济南泉城食品", "冷柜", "13800138000", "责令", "周老板"):
        assert secret not in text


def test_looking_any_number_of_times_opens_and_sends_nothing(
    app: Flask, planted: Parts, link: str
) -> None:
    for path in (link, f"{link}/code", f"{link}/code?by=sms", link):
        for client in (app.test_client(), app.test_client()):
            assert client.get(path).status_code == 200
            assert client.head(path).status_code == 200
    assert notice(planted).opened_at is None
    with open_work(planted, SYSTEM) as work:
        assert work.session.query(VerificationCode).count() == 0


def test_an_unknown_link_is_not_found(phone: Browser) -> None:
    assert phone.get("/n/AAAAAAAAAAAAAAAAAAAAAAAA").status == 404


def test_an_address_with_a_secret_is_told_to_no_other_site(phone: Browser, link: str) -> None:
    headers = phone.get(link).reply.headers
    assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert headers["Cache-Control"] == "no-store"


def test_a_wrong_code_says_how_many_tries_are_left(
    phone: Browser, planted: Parts, link: str
) -> None:
    phone.post(f"{link}/code", channel="sms")
    right = sent_code(planted)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    page = phone.post(f"{link}/enter", code=wrong)
    assert page.status == 422
    assert "验证码不正确" in page.text
    assert "还可以试 4 次" in page.text
    for _ in range(4):
        page = phone.post(f"{link}/enter", code=wrong)
    assert "请重新获取" in page.text
    assert "请重新获取" in phone.post(f"{link}/enter", code=right).text


def test_codes_are_not_sent_without_end(phone: Browser, planted: Parts, link: str) -> None:
    for _ in range(3):
        assert phone.post(f"{link}/code", channel="sms").status == 200
    page = phone.post(f"{link}/code", channel="sms")
    assert page.status == 429
    assert "请稍后再试" in page.text


def test_reading_is_an_act_of_its_own(phone: Browser, planted: Parts, link: str) -> None:
    address = entered(phone, planted, link)
    cover = phone.get(address).text
    assert "冷柜" not in cover
    assert notice(planted).opened_at is None
    page = phone.post(f"{address}/open")
    assert notice(planted).opened_at is not None
    assert "发现 2 个问题，需要限期改正。" in page.text
    assert "12月14日前改正" in page.text
    assert "冷柜温度 12 ℃" in page.text
    assert "《中华人民共和国食品安全法》第三十三条" in page.text


def test_the_first_sentence_comes_before_everything(
    phone: Browser, planted: Parts, link: str
) -> None:
    text = phone.get(opened(phone, planted, link)).text
    order = ("发现 2 个问题", "接下来", "发现的问题", "检查情况", "法律依据")
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_the_document_is_one_tap_away(phone: Browser, planted: Parts, link: str) -> None:
    address = opened(phone, planted, link)
    document_id = address.rpartition("/")[2]
    page = phone.get(address)
    assert f"/portal/documents/{document_id}/pdf" in page.source
    # What the tablet gave it on site stands beside the number of the server.
    assert "历下市监检告〔2026〕0001号 · 现场临时编号 T-tablet-1-" in page.text
    assert phone.get(f"/portal/documents/{document_id}/pdf").reply.data.startswith(b"%PDF-")


def test_a_receipt_needs_a_signature_by_hand(phone: Browser, planted: Parts, link: str) -> None:
    address = opened(phone, planted, link)
    page = phone.post(f"{address}/receipt", name="林小满", capacity="店长", strokes="[]")
    assert page.status == 422
    assert 'value="林小满"' in page.source
    broken = phone.post(f"{address}/receipt", name="林小满", capacity="店长", strokes='{"a":1}')
    assert broken.status == 422
    assert phone.post(f"{address}/receipt", name="x", capacity="y", strokes="[[").status in (
        400,
        422,
    )
    with open_work(planted, SYSTEM) as work:
        assert work.session.query(NoticeReceipt).count() == 0


def test_a_signed_receipt_is_shown_and_cannot_be_signed_again(
    phone: Browser, planted: Parts, link: str
) -> None:
    address = opened(phone, planted, link)
    form = {"name": "林小满", "capacity": "店长", "strokes": STROKES}
    page = phone.post(f"{address}/receipt", **form)
    assert "已签收，谢谢" in page.text
    assert "林小满（店长）" in page.text
    assert 'id="pad"' not in page.source
    phone.post(f"{address}/receipt", **{**form, "name": "另一个人"})
    with open_work(planted, SYSTEM) as work:
        assert work.session.query(NoticeReceipt).one().name == "林小满"
    assert notice(planted).state == "receipted"


def test_without_the_code_the_notice_is_out_of_reach(
    app: Flask, phone: Browser, planted: Parts, link: str
) -> None:
    address = opened(phone, planted, link)
    stranger = browser(app)
    assert stranger.get(address).location == "/portal/"
    assert stranger.get(f"/portal/documents/{address.rpartition('/')[2]}/pdf").status == 303
    assert "请从短信或邮件里的链接进入" in stranger.get("/portal/").text


def test_the_session_ends_after_two_hours_and_by_leaving(
    phone: Browser, planted: Parts, link: str, clock: SetClock
) -> None:
    address = opened(phone, planted, link)
    assert "历下市监检告〔2026〕0001号" in phone.get("/portal/").text
    clock.move(timedelta(hours=2, minutes=1))
    assert phone.get(address).location == "/portal/"


def test_leaving_forgets_the_browser(phone: Browser, planted: Parts, link: str) -> None:
    address = opened(phone, planted, link)
    phone.post("/portal/leave")
    assert phone.get(address).location == "/portal/"


def test_the_portal_speaks_english_by_the_switch(phone: Browser, link: str) -> None:
    phone.get(f"{link}?lang=en")
    assert "First confirm that it is you" in phone.get(link).text
