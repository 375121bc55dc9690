import json
import re
from datetime import timedelta
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import text, update

from server.models import EvidenceFile, EvidenceState, TraceEvent, Visit
from server.principal import SYSTEM
from server.services import rebuild
from server.storage.objects import object_store
from server.work import Parts, open_work
from shared.canonical import canonical, parse_object
from shared.events.kinds import EventKind
from tests import media
from tests.server import sync_world
from tests.server.sync_world import Pad
from tests.server.web.browsing import Browser, signed_in
from tests.world import NOON, WANG

PHOTO = b"\xff\xd8\xff\xe0 not much of a picture"


def supervisor(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts, "super")


def arrive(parts: Parts, data: bytes = PHOTO) -> str:
    """The one file's bytes come in; returns the file's id."""
    with open_work(parts, SYSTEM) as work:
        file = work.session.query(EvidenceFile).one()
        file.storage_key = object_store(work.settings).put("evidence", data)
        file.state = EvidenceState.BYTES_COMPLETE
        return file.id


def test_a_visit_reads_as_the_timeline_of_its_chain(app: Flask, planted: Parts, visit: Pad) -> None:
    text = supervisor(app, planted).get(f"/console/visits/{visit.visit_id}").text
    steps = ("开始检查", "扫码入企", "亮证", "送达检查通知", "检查要点", "采集证据", "宣读笔录")
    places = [text.index(step, text.index("检查过程")) for step in steps]
    assert places == sorted(places)
    assert "冷柜温度 12 ℃ 与已有数据不一致 已有数据：冷柜：4 ℃（上次检查，截至 2026-05-01）" in text
    assert "证号 15010100001" in text
    assert "周老板（店长）签字" in text


def test_one_line_says_that_the_chain_is_whole_and_who_signed_it(
    app: Flask, planted: Parts, visit: Pad
) -> None:
    text = supervisor(app, planted).get(f"/console/visits/{visit.visit_id}").text
    assert f"事件链完整 ：{len(visit.events)} 个事件首尾相接" in text
    assert "由平板 tablet-1签名，王建国、李秀英本人加签" in text


def test_one_changed_byte_in_the_ledger_is_seen_at_the_next_look(
    app: Flask, planted: Parts, visit: Pad
) -> None:
    event = visit.events[7]
    with open_work(planted, SYSTEM) as work:
        work.session.execute(text("DROP TRIGGER trace_event_no_update"))  # somebody with the disk
        row = work.session.get_one(TraceEvent, event.id)
        forged = parse_object(row.canonical)
        forged["payload"]["note"] = "一切正常"
        work.session.execute(
            update(TraceEvent).where(TraceEvent.id == event.id).values(canonical=canonical(forged))
        )
    said = supervisor(app, planted).get(f"/console/visits/{visit.visit_id}").text
    assert "事件链不完整" in said
    assert f"第 {event.seq} 个事件：hash_mismatch" in said


def test_the_five_musts_are_shown_kept(app: Flask, planted: Parts, visit: Pad) -> None:
    source = supervisor(app, planted).get(f"/console/visits/{visit.visit_id}").source
    musts = source.partition('class="musts"')[2].partition("</ol>")[0]
    assert musts.count('class="done"') == 5
    assert "2 人亮证" in musts


def test_a_photo_stands_in_its_place_and_is_served_without_a_cookie(
    app: Flask, planted: Parts, visit: Pad
) -> None:
    person = supervisor(app, planted)
    assert "文件还没传到" in person.get(f"/console/visits/{visit.visit_id}").text
    file_id = arrive(planted)
    page = person.get(f"/console/visits/{visit.visit_id}")
    address = f"/console/visits/evidence/{quote(file_id)}"
    assert f'<img src="{address}"' in page.source
    link = person.get(address).location
    anybody = app.test_client().get(link)
    assert anybody.data == PHOTO
    assert anybody.headers["Content-Disposition"].startswith("attachment")
    assert anybody.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in anybody.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in anybody.headers
    assert app.test_client().get(link[:-2] + "xx").status_code == 404


def test_a_recording_is_played_in_the_page_and_served_as_what_it_is(
    app: Flask, planted: Parts
) -> None:
    sound = media.sound(0.2)
    pad = opened(planted, at(36.6684))
    digest = sha256(sound).hexdigest()
    about = {"media_type": "audio/wav", "caption": "店长陈述", "duration_ms": 130_000}
    pad.photo("sound-1", sha256=digest, size=len(sound), **about)
    sync_world.push(planted, pad.events)
    person = supervisor(app, planted)
    assert "店长陈述 · 文件还没传到" in person.get(f"/console/visits/{pad.visit_id}").text

    arrive(planted, sound)
    page = person.get(f"/console/visits/{pad.visit_id}")

    assert "录音 2分10秒 · 店长陈述" in page.text
    address = "/console/visits/evidence/sound-1"
    assert f'<audio class="sound" controls preload="none" src="{address}"' in page.source
    assert f'title="{digest}"' in page.source
    assert "media-src 'self'" in page.reply.headers["Content-Security-Policy"]
    heard = app.test_client().get(person.get(address).location)
    assert (heard.data, heard.headers["Content-Type"]) == (sound, "audio/wav")
    assert heard.headers["X-Content-Type-Options"] == "nosniff"
    assert heard.headers["Content-Disposition"].endswith('.wav"')


def test_a_photo_of_a_foreign_agency_does_not_exist(app: Flask, planted: Parts, visit: Pad) -> None:
    file_id = arrive(planted)
    stranger = signed_in(app, planted, "other-super")
    assert stranger.get(f"/console/visits/evidence/{file_id}").status == 404
    assert stranger.get(f"/console/visits/{visit.visit_id}").status == 404
    assert "还没有入企检查" in stranger.get("/console/visits/").text


def test_the_map_is_drawn_from_data_in_the_page(app: Flask, planted: Parts, visit: Pad) -> None:
    source = supervisor(app, planted).get(f"/console/visits/{visit.visit_id}").source
    found = re.search(r'data-map="([^"]+)"', source)
    assert found
    assert json.loads(unescape(found[1]))["premise"]["radius_m"] == 300


def test_its_documents_can_be_looked_at_and_say_how_far_they_have_come(
    app: Flask, planted: Parts, visit: Pad
) -> None:
    person = supervisor(app, planted)
    page = person.get(f"/console/visits/{visit.visit_id}")
    assert "检查结果告知书" in page.text
    assert "短信：待发送" in page.text
    addresses = re.findall(r'href="(/console/documents/[^"]+/pdf)"', page.source)
    assert len(addresses) == 6
    reply = person.get(addresses[0]).reply
    assert reply.data.startswith(b"%PDF-")
    assert reply.headers["Content-Disposition"].startswith("inline")


def test_an_irregular_visit_waits_for_supervision_and_has_no_document(
    app: Flask, planted: Parts, irregular: Pad
) -> None:
    person = supervisor(app, planted)
    assert "1 待裁定" in person.get("/console/").text
    assert "济南泉城食品有限公司" in person.get("/console/visits/?show=to_rule").text
    page = person.get(f"/console/visits/{irregular.visit_id}")
    assert "不合规，待裁定" in page.text
    assert "R07" in page.text
    assert "还没有文书" in page.text
    assert 'data-act="approve"' in page.source


def test_only_supervision_has_the_buttons(app: Flask, planted: Parts, irregular: Pad) -> None:
    page = signed_in(app, planted, "reader").get(f"/console/visits/{irregular.visit_id}")
    assert "不合规，待裁定" in page.text
    assert "data-act" not in page.source


def test_ratifying_sends_the_result_and_keeps_what_was_irregular(
    app: Flask, planted: Parts, irregular: Pad
) -> None:
    person = supervisor(app, planted)
    address = f"/console/visits/{irregular.visit_id}/ruling"
    assert person.post(address, ruling="ratify", reason=" ").status == 422
    page = person.post(address, htmx="yes", ruling="ratify", reason="第二人事后出示，录像为证")
    assert "已认可" in page.text
    assert "第二人事后出示" in page.text
    assert "检查结果告知书" in page.text
    assert "R07" in page.text
    assert "待裁定 0" in person.get("/console/visits/").text


def test_rejecting_sends_nothing(app: Flask, planted: Parts, irregular: Pad) -> None:
    person = supervisor(app, planted)
    address = f"/console/visits/{irregular.visit_id}/ruling"
    page = person.post(address, ruling="reject", reason="只有一名执法人员亮证")
    assert "未予认可" in page.text
    assert "还没有文书" in page.text


def test_a_case_file_can_be_taken_away(app: Flask, planted: Parts, visit: Pad) -> None:
    arrive(planted)
    person = supervisor(app, planted)
    assert "导出案卷" in person.get(f"/console/visits/{visit.visit_id}").text
    reply = person.get(f"/console/visits/{visit.visit_id}/case").reply
    assert reply.data.startswith(b"PK")
    assert reply.headers["Content-Disposition"].startswith("attachment")
    reader = signed_in(app, planted, "reader")
    assert "导出案卷" not in reader.get(f"/console/visits/{visit.visit_id}").text
    assert reader.get(f"/console/visits/{visit.visit_id}/case").status == 403


def at(lat: float, *, mock: bool = False) -> dict[str, object]:
    """A fix of a satellite receiver."""
    where = {"lat": lat, "lon": 117.0208, "acc_m": 5.0, "crs": "WGS84", "provider": "gps"}
    return {**where, "age_ms": 1, "mock": mock}


def opened(parts: Parts, loc: dict[str, object], **other: Any) -> Pad:
    pad = sync_world.pad(parts, **other)
    pad.keep(pad.draft(EventKind.VISIT_OPENED, WANG, pad.opened_payload(), loc=loc))
    sync_world.push(parts, pad.events)
    return pad


def test_a_leap_nobody_drives_is_there_to_be_asked_about_and_holds_nothing(
    app: Flask, planted: Parts
) -> None:
    here = opened(planted, at(36.668400))
    address = f"/console/visits/{here.visit_id}"
    person = supervisor(app, planted)
    assert "定位存疑" not in person.get(address).text
    half_an_hour = NOON + timedelta(minutes=30)
    there = opened(planted, at(37.568400, mock=True), visit=2, now=half_an_hour, counted_before=1)
    said = person.get(f"/console/visits/{there.visit_id}").text
    assert "相距 100.1 公里、相隔 30.0 分钟，折合每小时 200 公里" in said
    assert "模拟位置" in said
    assert "风险分 100 / 100" in said
    assert "每小时 200 公里" in person.get(address).text, "of the first one as well, now"
    reader = signed_in(app, planted, "reader").get(address).text
    assert "定位存疑" not in reader, "for those who may ask"
    with open_work(planted, SYSTEM) as work:
        for visit_id in (here.visit_id, there.visit_id):
            codes = {each["code"] for each in work.session.get_one(Visit, visit_id).irregularities}
            assert not any("location" in code or "travel" in code for code in codes)
        assert list(rebuild.differences(work, [here.visit_id, there.visit_id])) == []
