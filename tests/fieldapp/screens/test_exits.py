"""Leaving the straight way by touch: nobody there, a case, the other language midway.

No signature is walked over the real server (tests/system/test_field_cases.py).
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fieldapp.ports.desktop.decoder import ZxingDecoder
from fieldapp.viewmodels.places import Place
from shared import tokens
from shared.certificates import key_id
from tests.fieldapp import visiting
from tests.fieldapp.conftest import OTHER_PIN, PIN
from tests.fieldapp.screens.bench import Bench
from tests.fieldapp.screens.layout import badly_laid
from tests.world import LI, OTHER_USCC, POINTS, TASK, USCC, WANG


def test_an_enterprise_that_is_closed_ends_with_a_result_and_a_seal(bench: Bench) -> None:
    bench.begin()
    robot = bench.robot
    robot.tap("rail.unable")
    robot.tap("unable.reason.closed")
    robot.tap("unable.explanation.大门关闭，已停止经营")
    robot.tap(f"unable.officer.{LI}")
    assert robot.reason_of("unable.register")
    robot.tap("unable.photo")
    robot.tap("photo.shoot")
    robot.tap("unable.register")
    robot.tap("result.later")
    robot.tap("leaving.scan")
    bench.hold(bench.enterprise_code(OTHER_USCC, "premise-9"))
    robot.wait_for("leaving.retry")
    assert robot.says("企业不符，不能登记离企")
    assert robot.says("济南泉城食品有限公司")
    assert robot.says("青岛海风餐饮有限公司")
    assert not robot.sees("leaving.seal")
    bench.hold("https://example.com/menu")
    robot.tap("leaving.retry")
    robot.wait(lambda: robot.says("example.com"), "what was read")
    bench.hold(bench.enterprise_code())
    robot.wait_for("leaving.seal")
    robot.tap("leaving.seal")
    assert bench.kinds() == [
        "visit_opened",
        "evidence_added",
        "unable",
        "result_given",
        "scan_mismatch",
        "left",
        "sealed",
    ]
    left = bench.visit.flow.events()[-2].payload
    assert (left["method"], left["uscc"]) == ("enterprise_code", USCC)
    assert bench.visit.state.left_by == "enterprise_code"
    said = bench.visit.flow.events()[2].payload
    assert (said["reason"], said["officer_ids"]) == ("closed", sorted([WANG, LI]))


def test_what_needs_a_case_is_handed_over_and_nothing_else_leads_there(bench: Bench) -> None:
    bench.to_checklist()
    robot = bench.robot
    robot.tap("checklist.answer.nonconform")
    robot.tap("checklist.severity.transfer")
    robot.type_text("checklist.note", "涉嫌生产假冒产品")
    robot.tap("checklist.save")
    for _ in POINTS[1:]:
        robot.tap("checklist.answer.conform")
    bench.field.session.unlock_officer(LI, OTHER_PIN)
    visiting.read_out(bench.visit.flow)
    visiting.sign(bench.visit.flow)
    bench.robot.app.duty.go(Place.RESULT)
    robot.tick(0)
    assert robot.says("还没有登记移送")
    robot.tap("way.transfer")
    assert robot.reason_of("transfer.register") == "请选择或填写移送给谁。"
    robot.tap("transfer.to.公安机关")
    assert badly_laid(robot) == []
    robot.tap("transfer.register")
    assert robot.says("已登记移送")
    made = bench.visit.flow.events()[-1]
    assert made.kind.value == "transferred"
    assert made.payload == {"to": "公安机关", "why": "涉嫌生产假冒产品"}
    assert robot.says("移送办案（1）")
    robot.tap("transfer.back")
    assert bench.place is Place.RESULT
    assert not robot.says("还没有登记移送")


def test_the_wrong_enterprise_stops_the_entry_on_the_screen(bench: Bench) -> None:
    bench.begin()
    robot = bench.robot
    bench.hold(bench.enterprise_code(OTHER_USCC, "premise-9"))
    robot.wait_for("scan.retry")
    assert robot.says("青岛海风餐饮有限公司")
    assert robot.says("济南泉城食品有限公司")
    assert not robot.sees("scan.next")
    bench.take_away()
    robot.tap("scan.retry")
    assert robot.reason_of("scan.torch") == "本机没有补光灯，或相机尚未开启。"
    robot.tap_locked("scan.torch")
    assert robot.says("本机没有补光灯")
    bench.camera.light = False
    robot.tick(1.1)
    robot.tap("scan.torch")
    assert bench.camera.light
    assert robot.says("关灯")
    bench.hold(bench.enterprise_code())
    robot.wait_for("scan.next")
    assert bench.kinds() == ["visit_opened", "scan_mismatch", "scanned_in"]
    assert bench.camera.light is False, "it went off with the camera"


LEAST_MODULE = 6
"""Pixels of a 10-inch screen a module needs, one millimetre, to be read at arm's length."""


def test_the_code_on_the_screen_is_coarse_and_read_by_a_phone(bench: Bench, tmp_path) -> None:
    bench.begin()
    bench.scan()
    bench.show(WANG, PIN)
    assert bench.robot.find("credentials.code").module >= LEAST_MODULE
    near = _seen_by_a_phone(bench.robot.shot(tmp_path / "credential.png"))
    bench.robot.tap("credentials.code")
    assert bench.robot.find("credentials.smaller").module > LEAST_MODULE
    far = _seen_by_a_phone(bench.robot.shot(tmp_path / "larger.png"), shrunk=3)
    bench.robot.tap("credentials.smaller")
    assert bench.robot.sees("credentials.code")
    assert near == far
    _letter, token = tokens.from_url(near) or ("", "")
    public = bench.field.session.officers()[0].public_key
    now = bench.field.session.desk.held.timekeeper.now()
    claims = tokens.read(token, "officer", lambda _kid, _at: public, now)
    assert (claims["kid"], claims["task"]) == (key_id(public), TASK)


def _seen_by_a_phone(path: Path, *, shrunk: int = 1) -> str:
    with Image.open(path) as picture:
        small = picture.resize((picture.width // shrunk, picture.height // shrunk), Image.BILINEAR)
        (text,) = ZxingDecoder().decode(np.asarray(small))
    return text


def test_the_other_language_midway_loses_nothing(bench: Bench) -> None:
    bench.to_checklist()
    robot = bench.robot
    robot.tap("checklist.answer.nonconform")
    robot.type_text("checklist.note", "台账缺一页")
    robot.tap("top.language")
    assert robot.says("Conforms")
    assert robot.says("Point 1")
    assert not robot.says("不符合")
    assert bench.place is Place.CHECKLIST
    robot.tap("checklist.severity.guidance")
    robot.tap("checklist.save")
    assert bench.visit.flow.events()[-1].payload["note"] == "台账缺一页"


@pytest.mark.parametrize("tongue", ["中文", "English"])
def test_nothing_is_cut_off_on_the_ways_out(bench: Bench, tongue: str) -> None:
    robot = bench.robot
    if tongue == "English":
        robot.tap("top.language")
    bench.begin()
    robot.tap("scan.by_hand")
    assert badly_laid(robot) == []
    robot.tap("rail.unable")
    for reason in ("closed", "moved", "not_found", "refused_entry", "aborted"):
        robot.tap(f"unable.reason.{reason}")
        assert badly_laid(robot) == [], reason


def test_a_locked_tablet_shows_nothing_of_a_visit(bench: Bench) -> None:
    bench.begin()
    bench.robot.tap("top.lock")
    assert not bench.robot.says("泉城")
    assert not bench.robot.sees("rail.filed")
    assert bench.field.tablet.session() is None


def test_ten_wrong_pins_end_that_pin_and_lose_no_data(bench: Bench) -> None:
    robot, clock = bench.robot, bench.field.clock
    robot.tap("top.lock")
    robot.tap(f"unlock.officer.{WANG}")
    answers = [f"还可以试 {left} 次" for left in range(9, 0, -1)]
    for answer in [*answers, "此 PIN 已失效"]:
        robot.wait_for("unlock.1") if not robot.sees("unlock.1") else None
        robot.type_pin("unlock", OTHER_PIN)
        robot.wait_for("unlock.open")
        robot.tap("unlock.open")
        robot.wait(lambda said=answer: robot.says(said), answer)
        clock.advance(seconds=4000)
        robot.tick(1.1)
    assert robot.says("此 PIN 已失效")
    assert not robot.is_open("unlock.open")
    robot.tap(f"unlock.officer.{LI}")
    robot.type_pin("unlock", OTHER_PIN)
    robot.tap("unlock.open")
    robot.wait_for("top.lock")
    assert bench.field.session.tasks()
