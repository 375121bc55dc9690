import re
from datetime import timedelta
from html import unescape

from flask import Flask

from server.clock import SetClock
from server.models import Device, Enrolment
from server.principal import SYSTEM
from server.work import Parts, open_work
from shared.enrolment import decode
from tests.server.sync_world import Pad
from tests.server.web.browsing import signed_in
from tests.world import WANG


def status_of(parts: Parts) -> str:
    with open_work(parts, SYSTEM) as work:
        return work.session.get_one(Device, "tablet-1").status


def test_an_enrolment_is_drawn_and_written_once(app: Flask, planted: Parts) -> None:
    admin = signed_in(app, planted, "admin")
    assert "王建国" in admin.get("/console/devices/enrol").text
    page = admin.post("/console/devices/enrol", officer_id=WANG, device_id="")
    text = re.search(r"<textarea[^>]*>(MCE1\.[^<]+)</textarea>", page.source)
    assert text
    told = decode(unescape(text[1]))
    assert "<svg" in page.source
    assert page.reply.headers["Cache-Control"] == "no-store"
    with open_work(planted, SYSTEM) as work:
        row = work.session.get_one(Enrolment, told.enrolment_id)
    assert told.code not in (row.code_hash, row.id)
    waiting = admin.get("/console/devices/").text
    assert "等待扫码的登记码" in waiting
    assert told.code not in waiting


def test_an_enrolment_that_ran_out_no_longer_waits(
    app: Flask, planted: Parts, clock: SetClock
) -> None:
    admin = signed_in(app, planted, "admin")
    admin.post("/console/devices/enrol", officer_id=WANG, device_id="")
    clock.move(timedelta(minutes=16))
    assert "等待扫码的登记码" not in admin.get("/console/devices/").text


def test_a_tablet_shows_its_officers_and_what_it_has_not_handed_in(
    app: Flask, planted: Parts
) -> None:
    text = signed_in(app, planted, "admin").get("/console/devices/tablet-1").text
    assert "王建国" in text
    assert "李秀英" in text
    assert "在用" in text


def test_retiring_needs_a_reason(app: Flask, planted: Parts) -> None:
    admin = signed_in(app, planted, "admin")
    assert admin.post("/console/devices/tablet-1/retire", reason="").status == 422
    assert status_of(planted) == "active"
    assert "已停用" in admin.post("/console/devices/tablet-1/retire", reason="换新机").text
    assert status_of(planted) == "retired"


def test_a_lost_tablet_needs_a_second_administrator(app: Flask, planted: Parts, visit: Pad) -> None:
    first, second = signed_in(app, planted, "admin"), signed_in(app, planted, "admin2")
    reported = first.post("/console/devices/tablet-1/lost", reason="出租车上遗失")
    assert "要由另一名管理员确认" in reported.text
    assert "确认报失并清除平板" not in reported.text
    assert status_of(planted) == "active"
    assert "1 平板待确认" in second.get("/console/").text
    page = second.get("/console/devices/tablet-1?show=to_confirm")
    form = re.search(r'action="(/console/devices/tablet-1/lost/[^"?]+)', page.source)
    assert form
    assert first.post(form[1]).status == 403
    assert "已报失" in second.post(form[1]).text
    assert status_of(planted) == "lost"


def test_a_foreign_administrator_finds_no_tablet(app: Flask, planted: Parts) -> None:
    stranger = signed_in(app, planted, "other-admin")
    assert stranger.get("/console/devices/tablet-1").status == 404
    assert "还没有平板" in stranger.get("/console/devices/").text
    assert stranger.post("/console/devices/tablet-1/retire", reason="不归我管").status == 404
    assert stranger.post("/console/devices/enrol", officer_id=WANG).status == 404
