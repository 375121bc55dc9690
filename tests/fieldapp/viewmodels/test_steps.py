"""The steps of a visit: what each screen shows, what it stores, and why it waits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fieldapp.ports.fake.location import FakeLocation
from fieldapp.viewmodels.checklist import ChecklistViewModel
from fieldapp.viewmodels.credentials import RENEW_S, CredentialsViewModel
from fieldapp.viewmodels.ending import EndingViewModel
from fieldapp.viewmodels.filing import FilingViewModel
from fieldapp.viewmodels.leaving import LeavingViewModel
from fieldapp.viewmodels.photographing import PhotographingViewModel
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.recording import RecordingViewModel
from fieldapp.viewmodels.scanning import Phase, ScanViewModel
from fieldapp.viewmodels.serving import ServingViewModel
from fieldapp.viewmodels.signing import SigningViewModel
from fieldapp.viewmodels.telling import TellingViewModel
from shared import tokens
from shared.crypto import SigningKey
from tests.fieldapp import visiting
from tests.fieldapp.conftest import AT_THE_GATE, OTHER_PIN, PIN
from tests.fieldapp.simulator import KID, SERVER
from tests.fieldapp.viewmodels.conftest import (
    ANSWERED,
    LEFT,
    READ,
    SCANNED,
    SEALED,
    SERVED,
    SHOWN,
    SIGNED,
    TOLD,
    Office,
)
from tests.world import HELPER, LI, NOON, OTHER_USCC, POINTS, USCC, WANG, form, officer, task

STROKES = (((100, 100, 0), (400, 300, 200)),)


def code(office: Office, uscc: str = USCC, *, key: SigningKey | None = None) -> str:
    claims = {"uscc": uscc, "premise": "premise-1", "iat": int(NOON.timestamp()), "nonce": "n1"}
    signer = key or office.field.platform.key
    return tokens.url(SERVER, "e", tokens.make("enterprise", claims, signer, KID))


def hold(office: Office, model: ScanViewModel, text: str) -> None:
    office.field.ports.decoder.codes = (text,) if text else ()
    model.saw(office.field.ports.camera.view)


def sign(model: ServingViewModel | SigningViewModel | TellingViewModel) -> None:
    model.signer.name("周老板")
    model.signer.capacity("负责人")
    model.signer.drawn(STROKES)


# 报


def test_the_task_says_what_it_rests_on_and_which_visits_are_counted(office: Office) -> None:
    visits = [{"date": "2026-03-12", "agency": "历下区应急管理局", "no": "检通0012号"}]
    frequency = {
        "year": 2026,
        "agency_count": 1,
        "cap": 4,
        "enterprise_count": 2,
        "visits": visits,
    }
    office.field.platform.publish(task(frequency=frequency))
    office.field.sync()
    office.take_up()
    model = office.make(FilingViewModel)
    model.enter()
    assert "已检查 1 次，年度上限 4 次；各机关合计 2 次" in office.state.frequency
    assert [item.bases for item in office.state.items] == ["《中华人民共和国食品安全法》第三十三条"]
    assert {check.tone for check in office.state.checks} == {"fine"}
    model.toggle_past()
    assert office.state.past_open
    assert (office.state.past[0].name, office.state.past[0].value) == (
        "3月12日",
        "历下区应急管理局  检通0012号",
    )


def test_a_visit_begins_where_nothing_is_against_it(office: Office) -> None:
    office.take_up()
    model = office.make(FilingViewModel)
    model.enter()
    assert office.state.primary.open
    model.act()
    assert office.kinds() == ["visit_opened"]
    assert office.went[-1] is Place.SCAN


def test_past_the_lease_the_start_is_locked_and_says_to_sync(office: Office) -> None:
    office.field.clock.advance(seconds=timedelta(days=6.5).total_seconds())
    office.field.platform.publish(task(window_to="2026-12-30"))
    office.take_up()
    model = office.make(FilingViewModel)
    office.field.clock.advance(seconds=timedelta(days=1).total_seconds())
    model.enter()
    assert "离线时间过长" in office.state.primary.reason
    model.act()
    assert office.duty.session.visits() == ()


def test_a_task_outside_its_window_cannot_be_begun(office: Office) -> None:
    office.field.platform.publish(task(window_from="2026-12-01", window_to="2026-12-10"))
    office.field.sync()
    office.take_up()
    model = office.make(FilingViewModel)
    model.enter()
    assert "不在备案的检查时间内" in office.state.primary.reason


def test_a_weak_battery_is_marked_and_locks_nothing(office: Office) -> None:
    office.field.ports.device.battery = 12
    office.take_up()
    model = office.make(FilingViewModel)
    model.enter()
    marks = {check.key: check.tone for check in office.state.checks}
    assert marks["battery"] == "caution"
    assert office.state.primary.open


# 码


def test_the_right_code_scans_in_and_is_felt(office: Office) -> None:
    office.open()
    model = office.make(ScanViewModel)
    model.enter()
    hold(office, model, code(office))
    assert office.state.phase is Phase.DONE
    assert office.last().payload["kid"] == KID
    assert office.field.ports.feedback.vibrations
    assert not office.field.ports.camera.on
    model.act()
    assert office.went[-1] is Place.CREDENTIALS


def test_the_wrong_enterprise_is_a_hard_stop_with_both_names_and_is_logged(
    office: Office,
) -> None:
    office.open()
    model = office.make(ScanViewModel)
    model.enter()
    hold(office, model, code(office, OTHER_USCC))
    assert office.state.phase is Phase.WRONG
    said = {fact.name: fact.value for fact in office.state.facts}
    assert said["任务企业"] == "济南泉城食品有限公司"
    assert said["扫到企业"] == "青岛海风餐饮有限公司"
    assert "监督同意" in said["要改查这一家"]
    assert office.kinds() == ["visit_opened", "scan_mismatch"]
    model.act()
    hold(office, model, code(office, OTHER_USCC))
    assert office.state.phase is Phase.LOOKING, "the same code is not logged over and over"
    hold(office, model, "")
    hold(office, model, code(office))
    assert office.state.phase is Phase.DONE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://example.cn/menu", "不是企业码"),
        ("x" * 4096, "不是企业码"),
        ("MCE1.garbage", "不是企业码"),
    ],
)
def test_any_other_text_is_shown_and_not_followed(office: Office, text: str, said: str) -> None:
    office.open()
    model = office.make(ScanViewModel)
    model.enter()
    hold(office, model, text)
    assert said in office.state.said.text
    assert office.kinds() == ["visit_opened"]


def test_a_code_that_is_not_the_platforms_is_not_believed(office: Office) -> None:
    office.open()
    model = office.make(ScanViewModel)
    model.enter()
    hold(office, model, code(office, key=SigningKey.from_seed(b"f" * 32)))
    assert "不是平台签发" in office.state.said.text
    assert office.kinds() == ["visit_opened"]


def test_far_from_the_address_a_reason_is_asked_and_recorded(office: Office) -> None:
    far = replace(AT_THE_GATE, lat=36.70)
    object.__setattr__(office.duty.ports, "location", FakeLocation(far))
    office.open()
    model = office.make(ScanViewModel)
    model.enter()
    hold(office, model, code(office))
    assert office.state.phase is Phase.OUTSIDE
    assert "原因" in office.state.primary.reason
    model.act()
    assert office.kinds() == ["visit_opened"]
    model.explain("实际经营地址与登记地址不一致")
    model.act()
    assert office.last().payload["outside_reason"] == "实际经营地址与登记地址不一致"
    assert office.last().payload["distance_m"] > 3000


def test_by_hand_needs_a_reason_and_a_photo_of_the_sign(office: Office) -> None:
    office.field.ports.camera.photos.append(visiting.PHOTO)
    office.open()
    model = office.make(ScanViewModel)
    model.enter()
    model.other("scan.by_hand")
    model.explain("企业码破损无法识读")
    assert "门头照片" in office.state.primary.reason
    model.take_photo()
    model.act()
    assert office.kinds() == ["visit_opened", "evidence_added", "scanned_in"]
    payload = office.last().payload
    assert (payload["method"], payload["manual_reason"]) == ("manual", "企业码破损无法识读")
    assert payload["photo_sha256"] == office.flow.state().evidence[0].sha256


def test_a_camera_that_fails_is_said(office: Office) -> None:
    office.open()
    model = office.make(ScanViewModel)
    model.enter()
    model.by_hand()
    model.take_photo()
    assert "相机" in office.state.said.text


# 证


def test_each_officer_shows_with_an_own_pin_and_a_live_code(office: Office) -> None:
    office.open(steps=SCANNED)
    office.duty.session.forget_officer(LI)
    model = office.make(CredentialsViewModel)
    model.enter()
    assert office.state.name == "王建国"
    for officer_id, pin in ((WANG, PIN), (LI, OTHER_PIN)):
        model.choose(officer_id)
        assert "本人输入 PIN" in office.state.primary.reason
        for figure in pin:
            model.key(figure)
        model.act()
        assert office.state.code.startswith(f"{SERVER}/q/o/")
    assert [line.standing for line in office.state.officers] == ["已亮证", "已亮证"]
    model.act()
    assert office.went[-1] is Place.NOTICE


def test_the_live_code_is_drawn_anew_before_it_expires(office: Office) -> None:
    office.open(steps=SHOWN)
    model = office.make(CredentialsViewModel)
    model.enter()
    model.choose(WANG)
    first = office.state.code
    office.field.clock.advance(seconds=RENEW_S)
    for _ in range(RENEW_S):
        model.tick()
    assert office.state.code not in ("", first)


def test_an_officer_whose_card_has_expired_cannot_show_it(office: Office) -> None:
    office.field.platform.publish(officer(LI, "李秀英", "15010100002", valid_to="2026-11-01"))
    office.field.sync()
    office.open(steps=SCANNED)
    model = office.make(CredentialsViewModel)
    model.enter()
    model.choose(LI)
    for figure in OTHER_PIN:
        model.key(figure)
    assert office.state.valid == "无效"
    assert "不在有效期" in office.state.primary.reason
    model.act()
    assert office.kinds()[-1] == "scanned_in"


def test_assistants_are_not_among_those_who_show(office: Office) -> None:
    office.open(steps=SCANNED)
    model = office.make(CredentialsViewModel)
    model.enter()
    assert HELPER not in {line.key for line in office.state.officers}


# 痕


def test_the_pad_opens_only_when_the_notice_was_seen_to_its_end(office: Office) -> None:
    office.open(steps=SHOWN)
    model = office.make(ServingViewModel)
    model.enter()
    assert "看到最后" in office.state.primary.reason
    model.act()
    assert not office.state.signing
    model.read_to_end()
    model.act()
    assert office.state.signing
    model.act()
    assert office.kinds()[-1] == "credentials_shown"
    sign(model)
    model.act()
    payload = office.last().payload
    assert (office.last().kind.value, payload["outcome"]) == ("notice_served", "signed")
    assert payload["strokes"] == [[list(point) for point in stroke] for stroke in STROKES]
    assert office.went[-1] is Place.CHECKLIST


def test_a_notice_can_be_refused_before_a_witness(office: Office) -> None:
    office.open(steps=SHOWN)
    model = office.make(ServingViewModel)
    model.enter()
    model.read_to_end()
    model.act()
    model.signer.mode("refused")
    model.signer.reason("不愿说明理由")
    assert "见证人" in office.state.primary.reason
    model.signer.witness("社区 王主任")
    model.act()
    assert (office.last().payload["outcome"], office.last().payload["witness"]) == (
        "refused",
        "社区 王主任",
    )


def test_one_touch_answers_a_point_and_shows_the_next(office: Office) -> None:
    office.open(steps=SERVED)
    model = office.make(ChecklistViewModel)
    model.enter()
    assert (office.state.progress, office.state.weight) == ("0 / 3", "重点项")
    model.answer("conform")
    assert (office.state.progress, office.state.number) == ("1 / 3", "第 2 项")
    assert "还有 2 个要点未填" in office.state.primary.reason


def test_a_moot_point_is_passed_by_and_says_why(office: Office) -> None:
    when = {"applies_when": {"point": POINTS[0], "answers": ["conform", "nonconform"]}}
    office.field.platform.publish(form({POINTS[1]: when}))
    assert office.field.sync().problem is None
    office.open(steps=SERVED)
    model = office.make(ChecklistViewModel)
    model.enter()
    model.answer("not_applicable")
    assert (office.state.progress, office.state.number) == ("2 / 3", "第 3 项")
    assert [jump.tone for jump in office.state.jumps] == ["information", "information", ""]
    model.answer("conform")
    assert office.state.primary.open
    model.jump("2")
    assert "第 1 项为“不适用”，本项按规则不适用" in office.state.moot
    assert [each.chosen for each in office.state.answers] == [False, False, True]

    model.jump("1")
    model.answer("conform")
    assert (office.state.number, office.state.moot) == ("第 2 项", "")
    assert "还有 1 个要点未填" in office.state.primary.reason
    model.answer("conform")
    model.jump("1")
    model.answer("not_applicable")
    model.jump("2")
    assert "以您的回答为准" in office.state.moot


def test_a_nonconformity_is_kept_only_with_its_severity(office: Office) -> None:
    office.open(steps=SERVED)
    model = office.make(ChecklistViewModel)
    model.enter()
    model.answer("nonconform")
    assert "严重程度" in office.state.save.reason
    model.save()
    assert office.kinds()[-1] == "notice_served"
    model.severity("guidance")
    model.note("台账缺一页")
    model.fixed("yes")
    model.save()
    payload = office.last().payload
    assert (payload["severity"], payload["note"], payload["fixed_on_spot"]) == (
        "guidance",
        "台账缺一页",
        True,
    )


def test_what_was_begun_at_a_point_is_still_there_on_return(office: Office) -> None:
    office.open(steps=SERVED)
    model = office.make(ChecklistViewModel)
    model.enter()
    model.answer("nonconform")
    model.note("台账缺一页")
    for number in ("2", "3"):
        model.jump(number)
        model.answer("conform")
    assert office.state.note == "台账缺一页"
    model.jump("1")
    assert office.state.note == "台账缺一页"
    model.severity("guidance")
    model.save()
    assert office.state.primary.open


def test_an_answer_can_be_changed_and_a_begun_change_is_not_forgotten(office: Office) -> None:
    office.open(steps=ANSWERED)
    model = office.make(ChecklistViewModel)
    model.enter()
    model.answer("nonconform")
    model.severity("rectify")
    assert "还没有记下" in office.state.primary.reason
    model.answer("conform")
    assert office.state.primary.open


def test_the_record_is_read_to_its_end_and_again_when_the_statement_changes(
    office: Office,
) -> None:
    office.open(steps=ANSWERED)
    model = office.make(RecordingViewModel)
    model.enter()
    assert "宣读到最后" in office.state.primary.reason
    model.read_to_end()
    assert office.state.primary.open
    model.choose("own")
    model.state_own("三日内改正")
    assert not office.state.primary.open
    model.read_to_end()
    model.act()
    assert office.last().payload["statement"] == "三日内改正"
    assert office.went[-1] is Place.SIGNING


def test_a_record_shown_later_is_the_one_that_was_read(office: Office) -> None:
    office.open(steps=READ)
    office.field.clock.advance(seconds=600)
    model = office.make(RecordingViewModel)
    model.enter()
    read = office.flow.state().record
    assert any(read.content_hash in block.text for block in office.state.blocks)
    assert office.state.primary.key == "record.next"


def test_a_changed_answer_sends_the_record_back_to_be_read(office: Office) -> None:
    office.open(steps=SIGNED)
    visiting.answer(office.flow, POINTS[0], "not_applicable")
    model = office.make(RecordingViewModel)
    model.enter()
    assert "有改动" in office.state.primary.reason
    signing = office.make(SigningViewModel)
    signing.enter()
    sign(signing)
    assert "宣读笔录" in office.state.primary.reason
    signing.act()
    assert office.kinds()[-1] == "point_answered"


def test_the_signature_binds_what_was_read_out(office: Office) -> None:
    office.open(steps=READ)
    model = office.make(SigningViewModel)
    model.enter()
    assert office.state.taking.name == "周老板", "taken over from the notice"
    sign(model)
    model.act()
    assert office.last().payload["content_hash"] == office.flow.state().record.content_hash
    assert office.went[-1] is Place.RESULT


@pytest.mark.parametrize(("mode", "kind"), [("refused", "refused"), ("absent", "absent")])
def test_a_record_can_be_refused_or_left_unsigned(office: Office, mode: str, kind: str) -> None:
    office.open(steps=READ)
    model = office.make(SigningViewModel)
    model.enter()
    model.signer.mode(mode)
    model.signer.reason("中途离开")
    model.signer.witness("社区 王主任")
    model.act()
    assert office.last().kind.value == kind


# 告


def test_the_result_follows_from_the_answers_and_is_receipted(office: Office) -> None:
    office.open(steps=SIGNED)
    model = office.make(TellingViewModel)
    model.enter()
    assert "未发现问题" in office.state.conclusion.text
    model.read_to_end()
    model.act()
    sign(model)
    model.act()
    payload = office.last().payload
    assert (payload["conclusion"], payload["given"]) == ("no_problem", "on_the_spot")
    assert payload["acknowledgement"]["outcome"] == "signed"
    assert office.went[-1] is Place.LEAVING


def test_a_result_can_be_delivered_later(office: Office) -> None:
    office.open(steps=SIGNED)
    model = office.make(TellingViewModel)
    model.enter()
    model.other("result.later")
    assert office.last().payload["given"] == "later"
    assert office.last().payload["acknowledgement"] is None


def test_leaving_then_sealing_and_the_seal_sends(office: Office) -> None:
    office.open(steps=TOLD)
    model = office.make(LeavingViewModel)
    model.enter()
    assert office.state.primary.key == "leaving.leave"
    model.act()
    assert office.last().payload["distance_m"] is not None
    model.act()
    assert office.state.sealed
    assert len(office.field.platform.taken) == SEALED + 1
    model.act()
    assert office.went[-1] is Place.TODAY


def test_after_the_seal_every_step_only_shows(office: Office) -> None:
    office.open(steps=LEFT)
    visiting.seal(office.flow)
    before = len(office.flow.events())
    for model_of in (ServingViewModel, RecordingViewModel, SigningViewModel, TellingViewModel):
        model = office.make(model_of)
        model.enter()
        model.act()
    checklist = office.make(ChecklistViewModel)
    checklist.enter()
    checklist.answer("nonconform")
    assert not office.state.unfolded
    assert len(office.flow.events()) == before


# 无法检查


def test_nobody_there_needs_a_photo(office: Office) -> None:
    office.field.ports.camera.photos.append(visiting.PHOTO)
    office.open()
    model = office.make(EndingViewModel)
    model.enter()
    assert "原因" in office.state.primary.reason
    model.reason("closed")
    assert "现场情况" in office.state.primary.reason
    model.explain("大门关闭，已停止经营")
    assert "两名以上" in office.state.primary.reason
    model.toggle_officer(LI)
    assert "照片" in office.state.primary.reason
    camera = office.make(PhotographingViewModel)
    camera.begin()
    camera.shoot()
    model.refresh()
    assert office.state.primary.open
    model.act()
    assert office.last().payload["officer_ids"] == sorted([WANG, LI])
    assert office.went[-1] is Place.RESULT


def test_an_enterprise_shown_nothing_may_refuse_and_the_screen_says_so(office: Office) -> None:
    office.open()
    model = office.make(EndingViewModel)
    model.enter()
    model.reason("refused_entry")
    assert "有权拒绝" in office.state.right.text


def test_a_refused_entry_can_rest_on_a_witness(office: Office) -> None:
    office.open(steps=SHOWN)
    model = office.make(EndingViewModel)
    model.enter()
    model.reason("refused_entry")
    model.explain("负责人拒绝检查人员进入")
    model.witness("社区 王主任")
    model.act()
    assert (office.last().kind.value, office.last().payload["witness"]) == (
        "unable",
        "社区 王主任",
    )


def test_a_photo_is_bound_to_its_point(office: Office) -> None:
    office.field.ports.camera.photos.append(visiting.PHOTO)
    office.open(steps=SERVED)
    model = office.make(PhotographingViewModel)
    model.begin(point_id=POINTS[1], about="要点2")
    assert (office.state.open, office.state.about) == (True, "要点2")
    model.shoot()
    assert office.last().payload["point_id"] == POINTS[1]
    assert not office.state.open
