"""The pages of compliance reports: the enterprise's own, and the link it gave away."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server import edge
from server.models import Contact, Document, Notice, NoticeState, PortalSession, ReportLink
from server.principal import SYSTEM
from server.services import bearer, contacts, documents
from server.services.bearer import Bearer
from server.services.contacts import ContactDraft
from server.work import Parts, open_work
from tests.server.sync_world import Pad
from tests.server.web.browsing import Browser, browser
from tests.world import USCC

NEVER = {"since": "2026-01-01", "until": "2026-06-30"}
"""A time in which nobody came."""


def phone(app: Flask, parts: Parts, *, clerk: bool = False) -> Browser:
    """The owner's browser after the code, or a clerk's."""
    secret, kept = bearer.make(Bearer.PORTAL, parts.chance)
    with open_work(parts, SYSTEM) as work:
        if clerk:
            row = contacts.add(work, USCC, ContactDraft(name="小周", phone="13800138111"))
            work.session.flush()
            contacts.confirm(work, row.id, "paper")
        else:
            row = work.session.scalars(select(Contact)).one()
        work.session.add(
            PortalSession(
                id=work.ids(),
                token_hash=kept,
                uscc=USCC,
                contact_id=row.id,
                created_at=work.now,
                expires_at=work.now + timedelta(hours=2),
            )
        )
    found = browser(app)
    with found.client.session_transaction() as cookie:
        cookie[edge.PORTAL_SECRET] = secret
    found.get("/portal/reports/new")
    return found


@pytest.fixture
def owner(app: Flask, planted: Parts) -> Browser:
    return phone(app, planted)


def links(parts: Parts) -> list[tuple[int, int]]:
    with open_work(parts, SYSTEM) as work:
        rows = work.session.scalars(select(ReportLink).order_by(ReportLink.created_at))
        return [(row.openings, row.downloads) for row in rows]


def opened(parts: Parts) -> None:
    """The result of the one visit was opened by its enterprise."""
    with open_work(parts, SYSTEM) as work:
        notice = work.session.scalars(select(Notice)).one()
        notice.opened_at, notice.state = work.now, NoticeState.OPENED


def test_the_form_says_where_what_is_left_out_is_counted(
    app: Flask, planted: Parts, visit: Pad, owner: Browser
) -> None:
    page = owner.get("/portal/reports/new")
    assert "有 1 份检查结果还没有查看。" in page.text
    assert "责令改正" not in page.text  # what was not opened is not told here either
    refused = owner.post("/portal/reports")
    assert (refused.status, "先查看，再生成报告" in refused.text) == (422, True)
    opened(planted)
    page = owner.get("/portal/reports/new")
    assert "未列入的次数会印在报告第 1 页，并显示在核验页上。" in page.text
    assert "的 1 次检查" in page.text
    assert "由济南市历下区司法局签章。" in page.text
    assert "冷柜温度" not in page.text
    made = owner.post("/portal/reports", leave_out=visit.visit_id)
    assert "报告已生成。" in made.text
    assert "期间内有 1 次检查由企业选择不列入" in made.text
    address = made.reply.request.path
    assert address in owner.get("/portal/reports").source

    with open_work(planted, SYSTEM) as work:
        row = work.session.get_one(Document, address.rpartition("/")[2])
        token = documents.code(work, row)
    verified = browser(app).get(f"/q/d/{token}")
    assert "真实有效" in verified.text
    assert "反映的是 11月23日" in verified.text
    assert "企业未列入 1" in verified.text


def test_a_period_that_is_none_is_said_above_the_form(owner: Browser) -> None:
    for since, until in (("2026-11-20", "2026-11-19"), ("gestern", ""), ("0001-01-01", "")):
        page = owner.get(f"/portal/reports/new?since={since}&until={until}")
        assert page.status == 422
        assert "期间最长五年" in page.text
    assert owner.post("/portal/reports", since="2020-01-01").status == 422


def test_a_link_is_shown_once_and_looking_at_it_opens_nothing(
    app: Flask, planted: Parts, owner: Browser
) -> None:
    address = owner.post("/portal/reports", **NEVER).reply.request.path
    shown = owner.post(f"{address}/links", days="7", label="城关支行")
    found = re.search(r"http://mingcha\.test(/r/[\w-]+)", shown.source)
    assert found is not None
    path = found[1]
    assert path not in owner.get(address).source
    stranger = browser(app)
    for _ in range(2):
        cover = stranger.get(path)
        assert "历下司合报〔2026〕0001号" in cover.text
        assert "济南泉城食品" not in cover.text
    assert links(planted) == [(0, 0)]
    assert browser(app).post(path).status == 400  # no page elsewhere opens it for a reader
    page = stranger.post(path)
    assert "济南泉城食品" in page.text
    assert "期间内没有检查。" in page.text
    paper = stranger.post(f"{path}/pdf").reply
    assert (paper.mimetype, paper.headers["Cache-Control"]) == (
        "application/pdf",
        "private, no-store",
    )
    assert links(planted) == [(1, 1)]
    page = owner.get(address)
    assert "城关支行" in page.text
    assert "打开 1 次，下载 1 次" in page.text
    revoke = re.search(rf'"({address}/links/[^/"]+/revoke)"', page.source)
    assert revoke is not None
    assert "已撤销" in owner.post(revoke[1]).text
    assert stranger.get(path).status == stranger.post(path).status == 404
    assert stranger.post(f"{path}/pdf").status == 404
    assert links(planted) == [(1, 1)]


def test_a_user_sees_reports_and_makes_none(app: Flask, planted: Parts, owner: Browser) -> None:
    address = owner.post("/portal/reports", **NEVER).reply.request.path
    user = phone(app, planted, clerk=True)
    page = user.get("/portal/reports")

    assert "由本单位管理员生成和分享，您可以查看。" in page.text
    assert user.get("/portal/reports/new").status == 403
    one = user.get(address)
    assert "下载报告" in one.text
    assert "生成分享链接" not in one.text
