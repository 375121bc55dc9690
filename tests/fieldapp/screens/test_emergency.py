"""Hard case 16 by touch: begun without a task, scanned before leaving, sealed like any other."""

from fieldapp.viewmodels.places import Place
from tests.fieldapp.conftest import OTHER_PIN, PIN
from tests.fieldapp.screens.bench import Bench
from tests.fieldapp.screens.layout import badly_laid
from tests.world import LI, POINTS, USCC, WANG


def begin(bench: Bench) -> None:
    robot = bench.robot
    robot.tap("today.emergency")
    assert robot.reason_of("emergency.begin") == "请选择紧急的原因。"
    robot.tap("emergency.reason.evidence_risk")
    assert robot.reason_of("emergency.begin") == "请选择或填写现场情况。"
    robot.tap("emergency.explanation.发现重大安全隐患")
    assert robot.reason_of("emergency.begin") == "请选择要检查的事项。"
    robot.tap("emergency.item.item-1")
    assert robot.reason_of("emergency.begin") == "请填写口头批准的负责人。"
    robot.type_text("emergency.approver", "陈局长")
    assert badly_laid(robot) == []
    robot.tap("emergency.begin")


def test_an_emergency_is_inspected_first_and_scanned_before_leaving(bench: Bench) -> None:
    begin(bench)
    robot = bench.robot
    opened = bench.visit.flow.events()[0]
    assert opened.task_ids == ()
    assert opened.payload["oral_approver"] == "陈局长"
    assert opened.payload["forms"] == [{"id": "form-1", "version": 2}]
    assert bench.place is Place.CREDENTIALS
    bench.show(WANG, PIN)
    bench.show(LI, OTHER_PIN)
    robot.tap("credentials.next")
    robot.read_to_end("notice.paper")
    robot.tap("notice.to_sign")
    robot.tap("notice.mode.refused")
    robot.tap("notice.reason.不愿说明理由")
    robot.type_text("notice.witness", "泉城路社区 王主任")
    robot.tap("notice.take")
    for _ in POINTS:
        robot.tap("checklist.answer.conform")
    robot.tap("checklist.to_record")
    robot.read_to_end("record.paper")
    robot.tap("record.read")
    robot.tap("signing.mode.absent")
    robot.tap("signing.reason.现场人员中途离开")
    robot.tap("signing.take")
    robot.tap("result.later")
    assert bench.place is Place.SCAN, "nobody leaves an emergency without a scan"
    robot.tap("rail.told")
    robot.tap("rail.step.leaving")
    assert "扫码入企" in robot.reason_of("leaving.leave")

    robot.tap("top.home")
    assert robot.says("尚未扫码")
    robot.tap(f"today.task.{bench_visit(bench)}")
    bench.hold(bench.enterprise_code())
    robot.wait_for("scan.next")
    robot.tap("scan.next")
    robot.tap("leaving.leave")
    robot.tap("leaving.seal")
    robot.wait_for("leaving.done")
    assert bench.kinds() == [
        "emergency_opened",
        "credentials_shown",
        "credentials_shown",
        "notice_served",
        *["point_answered"] * len(POINTS),
        "record_read",
        "absent",
        "result_given",
        "scanned_in",
        "left",
        "sealed",
    ]
    scanned = bench.visit.flow.events()[-3].payload
    assert (scanned["uscc"], scanned["late_reason"]) == (USCC, "evidence_risk")


def bench_visit(bench: Bench) -> str:
    (line,) = bench.field.session.visits()
    return line.visit_id
