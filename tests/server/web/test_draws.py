"""The draw desk and the public page, from an empty form to a file anybody replays."""

import re

import pytest
from flask import Flask

from server.work import Parts
from shared.draws import replay, secrets
from shared.draws.model import Party
from tests.server import drawing
from tests.server.drawing import SECRETS
from tests.server.factories import County
from tests.server.web.browsing import browser, signed_in

FORM = {
    "title": "餐饮服务双随机抽查",
    "count": "4",
    "item_ids": "item",
    "window_from": "2026-07-08",
    "window_to": "2026-07-31",
    "weight_C": "3",
}


@pytest.fixture
def town(parts: Parts, county: County) -> Parts:
    drawing.town(parts, county)
    return parts


def test_a_draw_from_the_form_to_the_plan(app: Flask, town: Parts, county: County) -> None:
    planner, head = (signed_in(app, town, who) for who in (county.planner, county.head))
    supervisor, citizen = signed_in(app, town, county.supervisor), browser(app)
    planner.get("/console/draws/new")
    page = planner.post("/console/draws/new", **FORM)
    assert "名录已冻结" in page.text
    found = re.search(r'data-item="([^"]+)"', page.source)
    assert found
    id_ = found[1]
    public = citizen.get(f"/draws/{id_}")
    pool_hash = re.search(r'名录摘要</dt><dd class="mono">([0-9a-f]{64})', public.source)
    assert pool_hash
    assert "餐饮服务双随机抽查" in citizen.get("/draws/").text

    for person, party in ((head, Party.AGENCY), (supervisor, Party.SUPERVISION)):
        person.get(f"/console/draws/{id_}")
        said = secrets.commitment(id_, party, SECRETS[party])
        assert said in person.post(f"/console/draws/{id_}/commitment", commitment=said).text
    wrong = head.post(f"/console/draws/{id_}/secret", secret="00" * 32)
    assert (wrong.status, "与承诺不符" in wrong.text) == (422, True)
    for person, party in ((head, Party.AGENCY), (supervisor, Party.SUPERVISION)):
        person.post(f"/console/draws/{id_}/secret", secret=SECRETS[party])

    page = planner.get(f"/console/draws/{id_}")
    assert "抽取结果 4 户" in page.text
    file = planner.get(f"/console/draws/{id_}/file").reply.data
    report = replay.verify(file)
    assert report.faults == ()
    assert report.pool_hash == pool_hash[1]
    plan = re.search(r'href="(/console/plans/[^"]+)"', page.source)
    assert plan
    assert "草稿" in planner.get(plan[1]).text

    names = {each.uscc for each in report.record.drawn} if report.record else set()
    public = citizen.get(f"/draws/{id_}")
    assert report.file_hash in public.source
    assert not [uscc for uscc in names if uscc in public.source]
    assert all(secret not in public.source for secret in SECRETS.values())
    assert citizen.get(f"/draws/{id_}/file").status == 404


def test_a_form_that_cannot_be_is_shown_again_with_what_was_typed(
    app: Flask, town: Parts, county: County
) -> None:
    planner = signed_in(app, town, county.planner)
    for changes, said in (
        ({"count": "7"}, "7 > 6 (20 %)"),
        ({"count": "很多"}, "0 – 999999"),
        ({"stated": "91370100MA37XJ385W"}, "/stated"),
        ({"window_from": "2026-06-01"}, "/window_from"),
        ({"title": " "}, "/title"),
    ):
        page = planner.post("/console/draws/new", **{**FORM, **changes})
        assert (page.status, said in page.text) == (422, True), (changes, page.text[:500])
        assert "2026-07-31" in page.source


def test_a_void_draw_stays_public_with_its_reason(app: Flask, town: Parts, county: County) -> None:
    id_ = drawing.committed(town, county)
    head = signed_in(app, town, county.head)
    page = head.post(f"/console/draws/{id_}/void", reason="名录漏了三户")
    assert "名录漏了三户" in page.text
    citizen = browser(app)
    assert "名录漏了三户" in citizen.get(f"/draws/{id_}").text
    assert replay.verify(citizen.get(f"/draws/{id_}/file").reply.data).holds
