from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from server.models import Agency, AuditEntry, Form, ItemPublication, LegalBasis, SyncObject
from server.principal import SYSTEM
from server.services import views_items
from server.work import Parts, open_work
from tests.server.factories import County
from tests.server.web.browsing import signed_in

BASES = "/console/items/bases"
LAW = {"title": "食品经营许可条例", "article": "第八条", "text": "应当公示。"}


def test_from_the_law_to_an_item_that_can_be_planned(
    app: Flask, parts: Parts, county: County
) -> None:
    admin = signed_in(app, parts, county.admin)
    admin.post("/console/items/bases", **LAW, valid_from="2020-01-01")
    again = admin.post("/console/items/bases", **LAW, valid_from="2020-01-01")
    assert "这一条已经登记过了" in again.text
    with open_work(parts, SYSTEM) as work:
        basis = work.session.query(LegalBasis).filter_by(title=LAW["title"]).one()
    today = parts.clock.now().date().isoformat()
    item = {"name": "冷链检查", "code": "LL-1", "standard": "冷链规范"}
    item_back = {"name": item["name"], "standard": item["standard"]}
    empty = admin.post("/console/items/new", **item, list_version="2026", since=today)
    assert empty.status == 422
    assert 'id="bases-problem"' in empty.source
    page = admin.post(
        "/console/items/new", **item, basis_ids=basis.id, list_version="2026", since=today
    )
    assert "已公布" in page.text
    link = page.source.partition('href="/console/items/')[2]
    assert "写第一版" in page.text
    with open_work(parts, SYSTEM) as work:
        publication = work.session.query(ItemPublication).filter_by(list_version="2026")
        item_id = publication.order_by(ItemPublication.published_from.desc()).first().item_id
    address = f"/console/items/{item_id}"
    assert link
    points = {"title.1": "许可证", "content.1": "是否公示", "title.3": "冷柜", "content.3": "温度"}
    more = admin.post(f"{address}/form", name="冷链表", since=today, rows="4", do="more", **points)
    assert 'name="title.8"' in more.source
    assert 'value="冷柜"' in more.source
    none = admin.post(f"{address}/form", name="冷链表", since=today, rows="4", do="issue")
    assert "至少写一个检查要点" in none.text
    form = {"name": "冷链表", "since": today, "rows": "4", "do": "issue", **points}
    half = admin.post(f"{address}/form", **form, **{"when.3": "1", "answers.3": ""})
    assert "请选择前面的要点和它的答案" in half.text
    rows = {"when.3": "1", "answers.3": "conform", "fact.3": "fridges", "at_least.3": "2"}
    odd = admin.post(f"{address}/form", **form, **{**rows, "at_least.3": "许多"})
    assert "请填写数字" in odd.text
    issued = admin.post(f"{address}/form", **form, **rows)
    assert "检查表单第 1 版已发布" in issued.text
    assert "仅当第 1 项：符合" in issued.text
    again = admin.get(f"{address}/form").source
    assert '<option value="1" selected>要点 1 许可证</option>' in again
    assert 'name="at_least.2" value="2"' in again
    with open_work(parts, SYSTEM) as work:
        row = work.session.query(Form).filter_by(item_id=item_id).one()
        assert [point["title"] for point in row.points] == ["许可证", "冷柜"]
        asked = {"point": row.points[0]["id"], "answers": ["conform"]}
        assert row.points[1]["applies_when"] == asked
        assert row.points[1]["fact"] == {"key": "fridges", "at_least": 2.0}
        publication_id = work.session.query(ItemPublication).filter_by(item_id=item_id).one().id
        version = {"form_id": row.id, "version": "2"}
    ahead = {**form, **rows, "since": "2030-01-01", "form_id": row.id}
    assert "还没有启用" in admin.post(f"{address}/form", **ahead).text
    taken = admin.post(address, do="withdraw", **version)
    assert "检查表单第 2 版已撤回" in taken.text
    assert "启用前已撤回" in taken.text
    held = admin.post(address, do="withdraw", **{**version, "version": "1"})
    assert "已经启用的表单不能撤回" in held.text
    assert "入企检查" in admin.get(address).text
    remote = admin.post(address, do="remote", remote="yes")
    assert "已列为可以非现场检查" in remote.text
    assert "已改为只能入企检查" in admin.post(address, do="remote").text
    right = {"name": "冷链仓储检查", "standard": "冷链规范 2026", "reason": "名称登记错了"}
    none = admin.post(address, do="correct", **right)
    assert (none.status, 'id="bases-problem"' in none.source) == (422, True)
    mended = admin.post(address, do="correct", basis_ids=basis.id, **right)
    assert "检查事项已更正" in mended.text
    with open_work(parts, SYSTEM) as work:
        sent = work.session.get_one(SyncObject, ("item", item_id)).data
        assert (sent["name"], sent["standard"]) == ("冷链仓储检查", "冷链规范 2026")
        wanted = select(AuditEntry).where(AuditEntry.action == "item.corrected")
        assert work.session.scalars(wanted).one().facts["was"][:2] == ["冷链检查", "冷链规范"]
    again = admin.post(address, do="correct", basis_ids=basis.id, **{**right, **item_back})
    assert "冷链检查" in again.text, "and put back"
    off = admin.post(address, publication_id=publication_id, last_day=today)
    assert "已从公布清单撤下" in off.text


def test_the_next_version_begins_with_the_present_one(
    app: Flask, parts: Parts, county: County
) -> None:
    admin = signed_in(app, parts, county.admin)
    page = admin.get(f"/console/items/{county.item}/form")
    assert 'name="form_id" value="form"' in page.source
    assert 'name="id.1" value="p1"' in page.source


def test_an_agency_is_registered_confirmed_and_ended(
    app: Flask, parts: Parts, county: County
) -> None:
    platform = signed_in(app, parts, county.platform_admin)
    new = {
        "name": "泉河县市场监督管理局",
        "abbr": "市监",
        "region": "370199",
        "region_abbr": "泉",
        "phone": "0539-1",
        "supervision_phone": "12345",
    }
    wrong = platform.post("/console/agencies/new", **{**new, "region": "3701"})
    assert wrong.status == 422
    assert "请填 6 位或 12 位行政区划代码" in wrong.text
    platform.post("/console/agencies/new", **new)
    with open_work(parts, SYSTEM) as work:
        agency_id = work.session.query(Agency).filter_by(name=new["name"]).one().id
    address = f"/console/agencies/{agency_id}"
    assert "待确认" in platform.get(address).text
    assert "已确认" in platform.post(address, do="confirm", day="2026-01-01").text
    ended = platform.post(address, do="revoke", day="2025-01-01", reason="划转")
    assert ended.status == 422
    assert "已取消" in platform.post(address, do="revoke", day="2026-12-31", reason="划转").text
    assert "泉河县" in platform.get("/console/agencies/?status=revoked").text
    assert "泉河县" not in platform.get("/console/agencies/?status=confirmed").text
    assert platform.post(address, do="reinstate", reason=" ").status == 422
    assert "已确认" in platform.post(address, do="reinstate", reason="取消有误").text
    assert platform.post(address, do="reinstate", reason="再一次").status == 422
    told = {"name": "泉河县市监局", "phone": "0539-2", "supervision_phone": "12345"}
    assert platform.post(address, do="change", **{**told, "name": ""}).status == 422
    assert "泉河县市监局" in platform.post(address, do="change", **told).text
    assert "泉河县市监局" in platform.get("/console/agencies/?text=qhxsjj").text


def test_an_end_of_a_legal_basis_is_undone_before_it_has_come(
    app: Flask, parts: Parts, county: County
) -> None:
    platform = signed_in(app, parts, county.platform_admin)
    with open_work(parts, SYSTEM) as work:
        basis_id = work.session.scalars(select(LegalBasis.id)).first() or ""
    page = platform.post(BASES, basis_id=basis_id, last_day="2026-12-31")
    assert "撤销失效" in page.text
    assert "继续有效" in platform.post(BASES, basis_id=basis_id, do="resume").text
    platform.post(BASES, basis_id=basis_id, last_day="2026-12-31")
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(LegalBasis, basis_id).valid_to = date(2026, 1, 31)
    assert "撤销失效" not in platform.get(BASES).text
    assert platform.post(BASES, basis_id=basis_id, do="resume").status == 422


def test_of_many_legal_bases_a_form_offers_some_and_finds_the_others(
    app: Flask, parts: Parts, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_items, "MOST_BASES", 1)
    admin = signed_in(app, parts, county.admin)
    for n in range(3):
        admin.post(BASES, **{**LAW, "title": f"甲{n}条例"}, valid_from="2020-01-01")
    assert "找依据" in admin.get("/console/items/new").text
    with open_work(parts, SYSTEM) as work:
        ids = {row.title: row.id for row in work.session.scalars(select(LegalBasis))}
    chosen = {"name": "写到一半", "basis_ids": ids["甲1条例"]}
    found = admin.post("/console/items/new", **chosen, law="甲2", do="find")
    assert found.status == 200
    assert ("甲1条例" in found.text, "甲2条例" in found.text) == (True, True)
    assert "甲0条例" not in found.text
    assert 'value="写到一半"' in found.source
    assert f'value="{ids["甲1条例"]}" checked' in found.source
    form = admin.post(f"/console/items/{county.item}/form", rows="4", law="甲0", do="find")
    assert ("甲0条例" in form.text, "甲2条例" in form.text) == (True, False)
