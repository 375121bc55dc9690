from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from server.clock import SetClock
from server.models import EnterpriseCounter, ImportRun, RowOrigin, Task, VisitCounter
from server.principal import SYSTEM
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.factories import add, person
from tests.server.planning import totp_of
from tests.server.sync_world import HOME, task_row
from tests.server.web.browsing import Browser, signed_in
from tests.world import NOON, TASK, USCC


@pytest.fixture
def head(app: Flask, planted: Parts) -> Browser:
    emergency = task_row(
        "emergency",
        plan_no="",
        filed_at=None,
        oral_approver="陈局长",
        oral_at=NOON,
        post_approval_due=NOON + timedelta(hours=24),
    )
    add(planted, [person("head", Role.HEAD, agency=HOME, name="陈立"), emergency])
    return signed_in(app, planted, "head")


@pytest.fixture
def totp(head: Browser, planted: Parts) -> pyotp.TOTP:
    return totp_of(planted, "head")


def test_a_task_shows_code_window_officers_and_how_often(head: Browser) -> None:
    text = head.get(f"/console/tasks/{TASK}").text
    for shown in ("CODE-task-1", "11月20日 – 11月30日", "王建国", "上限 4 次", "各机关合计 2 次"):
        assert shown in text
    assert "本机关已检查 0 次，已安排 0 次" in text, "as of now, beside what it was when filed"


def test_a_task_shows_its_counters_as_they_are_now_and_who_told_of_a_past_one(
    head: Browser, planted: Parts
) -> None:
    made = {"agency_id": HOME, "uscc": USCC, "year": 2026, "done": 2, "exempt": 1, "offsite": 3}
    whole = {"uscc": USCC, "year": 2026, "done": 5, "exempt": 1}
    run = {"kind": "visits", "by_id": "x", "filename": "f", "file_sha256": "0" * 64}
    told = {"source": "纸质台账", "as_of": NOON}
    add(
        planted,
        [
            VisitCounter(**made),
            EnterpriseCounter(**whole),
            ImportRun(id="run", created_at=NOON, alive_at=NOON, **run, **told),
            RowOrigin(kind="task", object_id=TASK, run_id="run", row=7, **told),
        ],
    )
    text = head.get(f"/console/tasks/{TASK}").text
    for shown in (
        "本机关已检查 2 次，已安排 0 次",
        "另有不占频次的 1 次",
        "非现场检查 3 次，不占频次",
        "各机关合计入企 6 次，联合检查算一次",
        "纸质台账，截至",
        "第 7 行",
    ):
        assert shown in text


def test_tasks_are_found_by_enterprise_number_and_code(head: Browser) -> None:
    for words in ("泉城", "0001号", "CODE-task-1", "91370100MA37XJ385W"):
        assert "济南泉城食品有限公司" in head.get(f"/console/tasks/?text={words}").text
    assert "没有符合条件的任务" in head.get("/console/tasks/?text=青岛").text


def test_an_emergency_waits_for_the_head_and_says_until_when(head: Browser) -> None:
    assert "1 紧急待补批" in head.get("/console/").text
    waiting = head.get("/console/tasks/?status=emergency").text
    assert "待补批" in waiting
    assert "CODE-task-1" not in waiting
    text = head.get("/console/tasks/emergency").text
    assert "陈局长 口头批准" in text
    assert "补办审批截止 11月24日 12:00" in text


def test_it_is_approved_afterwards_with_a_time_code_and_a_reason(
    head: Browser, planted: Parts, totp: pyotp.TOTP, clock: SetClock
) -> None:
    clock.move(timedelta(seconds=30))
    code = totp.at(clock.now())
    address = "/console/tasks/emergency/approve"
    assert head.post(address, totp=code, reason=" ").status == 422
    assert head.post(address, totp="000000", reason="情况属实").status == 403
    page = head.post(address, htmx="yes", totp=code, reason="情况属实")
    assert "陈立 已补批" in page.text
    with open_work(planted, SYSTEM) as work:
        assert work.session.get_one(Task, "emergency").approved_by == "陈立"
    assert "1 紧急待补批" not in head.get("/console/").text


def test_nobody_else_has_the_button(app: Flask, head: Browser, planted: Parts) -> None:
    page = signed_in(app, planted, "super").get("/console/tasks/emergency")
    assert "待补批" in page.text
    assert "<form" not in page.source.partition('id="detail"')[2]
