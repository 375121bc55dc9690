import os
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.clock import SetClock
from server.documents import authority, particulars, sealing
from server.documents.press import press_of
from server.models import (
    Certificate,
    Device,
    DeviceOfficer,
    DeviceStatus,
    Document,
    Officer,
    Task,
)
from server.principal import SYSTEM
from server.seed.faces import face
from server.services import documents, enterprise_codes, portraits
from server.storage.objects import object_store
from server.work import Parts, open_work
from shared import base64url, tokens
from shared.certificates import key_id
from tests.server.sync_world import Pad
from tests.server.web.browsing import Page
from tests.server.web.conftest import AFTERNOON
from tests.world import LI, TASK, WANG, key


def credential(clock: SetClock, *, officer: str = WANG, task: str = TASK, **more: object) -> str:
    """The address an officer's tablet draws now."""
    issued = int(clock.now().timestamp())
    claims = {"officer": officer, "task": task, "device": "tablet-1", "iat": issued}
    signer = key(officer)
    made = tokens.make(
        "officer", {**claims, "exp": issued + 299, **more}, signer, key_id(signer.public)
    )
    return f"/q/o/{made}"


def look(client: FlaskClient, path: str) -> Page:
    page = Page(client.get(path))
    assert page.status == 200
    return page


def test_a_good_code_says_valid_who_for_what_and_where(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    page = look(client, credential(clock))
    assert "<h1>有效</h1>" in page.source
    for shown in ("王建国", "执法二大队", "15010100001", "食品经营主体资质与过程检查", "2029年"):
        assert shown in page.text
    assert "您有权拒绝检查，如果" in page.text


def test_the_enterprise_is_masked_and_its_code_not_shown(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    text = look(client, credential(clock)).text
    assert "济南******公司" in text
    assert "泉城" not in text
    assert "91370100" not in text


def test_after_five_minutes_it_is_worth_nothing_and_names_nobody(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    path = credential(clock)
    clock.move(timedelta(minutes=5, seconds=1))
    page = look(client, path)
    assert "<h1>无效</h1>" in page.source
    assert "亮证码已过期" in page.text
    assert "您有权拒绝本次检查" in page.text
    assert "王建国" not in page.text


def test_the_face_is_shown_while_the_code_holds_and_no_longer(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    path = credential(clock)
    assert f"{path}/portrait" not in look(client, path).source
    assert client.get(f"{path}/portrait").status_code == 404
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Officer, WANG).photo_sha256 = portraits.store(work, face(WANG))
    assert f'src="{path}/portrait"' in look(client, path).source
    shown = client.get(f"{path}/portrait")
    assert (shown.status_code, shown.content_type, shown.data) == (200, "image/jpeg", face(WANG))
    assert "no-cache" in shown.headers["Cache-Control"]
    again = client.get(f"{path}/portrait", headers={"If-None-Match": shown.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    clock.move(timedelta(minutes=5, seconds=1))
    assert client.get(f"{path}/portrait").status_code == 404


@pytest.mark.parametrize(
    "token", ["nothing", "a.b", "e30.e30", "x" * 5000, base64url.encode(b"[1]") + ".AA"]
)
def test_what_is_no_code_is_answered_by_a_page(
    client: FlaskClient, planted: Parts, token: str
) -> None:
    for letter in "oed":
        page = look(client, f"/q/{letter}/{token}")
        assert any(word in page.text for word in ("无效", "无法核实"))


def test_another_officers_signature_does_not_serve(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    issued = int(clock.now().timestamp())
    claims = {"officer": WANG, "task": TASK, "device": "tablet-1", "iat": issued}
    forged = tokens.make(
        "officer", {**claims, "exp": issued + 299}, key(LI), key_id(key(LI).public)
    )
    assert "这不是本平台的亮证码" in look(client, f"/q/o/{forged}").text


def test_a_tablet_that_never_heard_the_time_says_so(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    path = credential(clock, unsure=True)
    clock.move(timedelta(hours=5))
    text = look(client, path).text
    assert "证件有效，但时间未确认" in text
    assert "请同时核对执法证原件" in text


def test_a_certificate_that_ended_is_not_valid(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    with open_work(planted, SYSTEM) as work:
        row = work.session.query(Certificate).filter_by(officer_id=WANG).one()
        row.valid_to = date(2026, 11, 22)
    text = look(client, credential(clock)).text
    assert "无效" in text
    assert "执法证件不在有效期内" in text


def test_an_officer_the_task_does_not_name_is_not_valid(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Task, TASK).officer_ids = [LI]
    assert "没有指派这名人员的有效任务" in look(client, credential(clock)).text


def test_outside_the_filed_dates_it_is_not_valid(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Task, TASK).window_to = date(2026, 11, 22)
    assert "不在备案的检查时间内" in look(client, credential(clock)).text


@pytest.mark.parametrize("other", [{"officer": LI}, {"device": "tablet-9"}])
def test_a_code_that_names_another_than_its_key_does_is_not_genuine(
    client: FlaskClient, planted: Parts, clock: SetClock, other: dict[str, str]
) -> None:
    issued = int(clock.now().timestamp())
    claims = {"task": TASK, "iat": issued, "exp": issued + 299}
    signer = key(WANG)
    kid = key_id(signer.public)
    assert (
        "<h1>有效</h1>"
        in look(client, f"/q/o/{tokens.make('officer', claims, signer, kid)}").source
    )
    false = tokens.make("officer", {**claims, **other}, signer, kid)
    assert "这不是本平台的亮证码" in look(client, f"/q/o/{false}").text


def test_a_lost_tablet_or_a_revoked_key_shows_nothing(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    with open_work(planted, SYSTEM) as work:
        row = work.session.query(DeviceOfficer).filter_by(officer_id=LI).one()
        row.revoked_at = work.now
    assert "这不是本平台的亮证码" in look(client, credential(clock, officer=LI)).text
    with open_work(planted, SYSTEM) as work:
        work.session.get_one(Device, "tablet-1").status = DeviceStatus.LOST
    assert "这不是本平台的亮证码" in look(client, credential(clock)).text


def test_an_enterprises_code_explains_itself_until_it_is_called_back(
    client: FlaskClient, planted: Parts
) -> None:
    with open_work(planted, SYSTEM) as work:
        code = enterprise_codes.issue(work, "premise-1")
    page = look(client, f"/q/e/{code.token}")
    assert "企业码有效" in page.text
    assert "济南******公司" in page.text
    assert "这个码是做什么的" in page.text
    with open_work(planted, SYSTEM) as work:
        enterprise_codes.revoke(work, code.id, "换新码")
    assert "企业码无效" in look(client, f"/q/e/{code.token}").text


def test_a_documents_code_says_that_it_is_ours_and_current(
    app: Flask, client: FlaskClient, planted: Parts, visit: Pad
) -> None:
    with open_work(planted, SYSTEM) as work:
        row = work.session.query(Document).filter_by(kind="result").one()
        code = documents.code(work, row)
    page = look(client, f"/q/d/{code}")
    assert "真实有效" in page.text
    assert str(row.number) in page.text
    assert row.content_hash in page.text
    assert "泉城" not in page.text
    assert "电子签章" not in page.text  # nobody has drawn it yet


def test_who_scans_a_document_is_told_whose_seal_its_file_bears(
    client: FlaskClient, planted: Parts, visit: Pad
) -> None:
    with open_work(planted, SYSTEM) as work:
        row = work.session.query(Document).filter_by(kind="result").one()
        documents.draw(work, row)
    told = look(client, f"/q/d/{row.token}").text
    assert f"电子签章 {authority.SEAL_NAME} 签名完整，11月23日 14:00" in told
    unsealed = (
        press_of(planted.settings)
        .draw(particulars.sheet_of(row, address="https://x.test/q/d/x"))
        .pdf
    )
    forged = sealing.opened(authority.make(os.urandom, AFTERNOON).seal)
    changed = forged.seal(unsealed, at=AFTERNOON, look=None) + b"\n% more\n"
    with open_work(planted, SYSTEM) as work:
        kept = work.session.get_one(Document, row.id)
        kept.pdf_key = object_store(planted.settings).put(documents.FOLDER, changed)
    told = look(client, f"/q/d/{row.token}").text
    assert "签名完整" not in told
    assert "存档文件上的签章不成立" in told


def test_one_code_never_serves_as_another(client: FlaskClient, planted: Parts, visit: Pad) -> None:
    with open_work(planted, SYSTEM) as work:
        row = work.session.query(Document).filter_by(kind="result").one()
        document = documents.code(work, row)
        door = enterprise_codes.issue(work, "premise-1").token
    assert "无法核实" in look(client, f"/q/d/{door}").text
    assert "企业码无效" in look(client, f"/q/e/{document}").text
    assert "无效" in look(client, f"/q/o/{document}").text


def test_a_code_page_stores_nothing_and_asks_for_no_cookie(
    client: FlaskClient, planted: Parts, clock: SetClock
) -> None:
    reply = client.get(credential(clock))
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-store"
