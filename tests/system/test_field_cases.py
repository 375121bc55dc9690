"""Hard cases of the field, from a touch or a fault of a port to what the real server makes of it.

One server, one tablet and one start of the app for all (`tests.system.onsite`); each case has a
task of its own and leaves the tablet before the list of tasks. docs/hard-cases.md names them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldapp import language
from fieldapp.errors import Offline
from fieldapp.flow.inspection import InspectionFlow
from fieldapp.ports.fake.files import FakeFilePicker
from fieldapp.ports.fake.network import LossyTransport
from fieldapp.ports.fake.sound import FakeRecorder
from fieldapp.ports.files import PickedFile
from fieldapp.ports.network import Request, Response, Transport
from fieldapp.store.outbox import OutboxState
from fieldapp.viewmodels.places import Place
from server.documents.kinds import DocumentKind
from server.models import (
    Contact,
    Document,
    Enterprise,
    EvidenceFile,
    Notice,
    NoticeReceipt,
    Premise,
    Task,
    Visit,
    VisitCounter,
    VisitTask,
)
from server.principal import SYSTEM
from server.services import (
    case_export,
    contacts,
    documents,
    enterprise_codes,
    evidence,
    late_approvals,
    officers,
    results,
    tasks,
    visit_contents,
)
from server.services import projection as projecting
from server.services.identity import SecondFactor
from server.work import open_work
from shared import chain
from shared.content import findings
from shared.content.hashing import content_hash
from shared.events.kinds import EventKind
from shared.roles import Role
from shared.text import Language
from tests import media
from tests.fieldapp import visiting
from tests.fieldapp.conftest import AT_THE_GATE, OTHER_PIN, PIN
from tests.fieldapp.screens.layout import badly_laid
from tests.server import sync_world
from tests.server.factories import add, person, principal
from tests.system.onsite import LATE_FORM, THIRD_PIN, OnSite, late_form, noise, on_site
from tests.world import LI, NOON, OTHER_USCC, POINTS, USCC, WANG, ZHAO

TASKS: dict[str, dict[str, Any]] = {
    "task-offline": {},
    "task-closed": {},
    "task-unsigned": {},
    "task-wrong-door": {},
    "task-refused-entry": {},
    "task-clock": {},
    "task-mock": {},
    "task-revoked": {"officer_ids": [WANG, ZHAO]},
    "task-after-revoked": {"officer_ids": [WANG, ZHAO]},
    "task-cancelled": {},
    "task-battery": {},
    "task-twice": {},
    "task-filed-late": {"filed_at": NOON - timedelta(hours=1)},
    "task-no-phone": {},
    "task-old-form": {"forms": [{"id": LATE_FORM, "version": 1}]},
    "task-new-form": {"forms": [{"id": LATE_FORM, "version": 1}]},
    "task-offsite": {"visit_type": "offsite", "counts": False, "code": None},
}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnSite]:
    language.use(Language.ZH)
    with on_site(tmp_path_factory.mktemp("site"), TASKS) as site:
        yield site


@pytest.fixture
def site(started: OnSite) -> Iterator[OnSite]:
    language.use(Language.ZH)
    yield started
    started.go_home()


def record_and_attach(site: OnSite) -> tuple[bytes, bytes]:
    """Sound and a document for the first point, by touch; the bytes as they are in the store."""
    robot, microphone, chooser = site.robot, site.ports.recorder, site.ports.files
    assert isinstance(microphone, FakeRecorder)
    assert isinstance(chooser, FakeFilePicker)
    robot.tap("checklist.sound")
    robot.tap("sound.start")
    microphone.say(media.tone(2.5))
    robot.tick(0.3)
    robot.tap("sound.stop")
    robot.tap("evidence.close")
    chooser.files = [PickedFile(data=media.pdf(3), name="供货商许可证.pdf")]
    robot.tap("checklist.file")
    robot.tap("file.choose")
    robot.wait_for("file.keep")
    robot.tap("file.keep")
    sound, paper = (site.session.evidence_bytes(e.evidence_id) for e in site.visit.state.evidence)
    assert paper == media.pdf(3)
    return sound, paper


def test_without_a_network_everything_works_and_arrives_later(site: OnSite) -> None:
    """Case 1: the network goes before the scan and comes back after the seal."""
    site.network.on = False
    site.begin("task-offline")
    robot = site.robot
    site.scan()
    site.finish_quietly(*visiting.STEPS[1:4])
    robot.tap("top.home")
    site.find("task-offline")
    sound, paper = record_and_attach(site)
    site.finish_quietly(*visiting.STEPS[4:])
    robot.tick(1.1)
    waiting = len(site.flow.events())
    site.sync()
    assert robot.says("离线")
    assert robot.says(f"待传 {waiting} 条")
    flow = site.flow
    assert site.kinds()[-1] == "sealed"
    with open_work(site.parts, SYSTEM) as work:
        assert work.session.get(Visit, flow.visit_id) is None
    left = site.server_clock.now()
    site.wait(seconds=240)
    site.network.on = True
    robot.tap("sync.now")
    site.end_of_round()
    assert robot.says("已全部上传")

    found = site.on_the_server(flow.visit_id)
    assert (found.irregular, found.complete) == (False, True)
    assert found.received_at - left >= timedelta(seconds=240)
    assert found.sealed_at is not None
    assert found.sealed_at <= left
    with open_work(site.parts, SYSTEM) as work:
        files = work.session.scalars(
            select(EvidenceFile).where(EvidenceFile.visit_id == flow.visit_id)
        ).all()
        assert {file.state for file in files} == {"bytes_complete"}
        kept = {file.media_type: evidence.served(work, file).data for file in files}
        assert (kept["audio/wav"], kept["application/pdf"]) == (sound, paper)
        papers = documents.current(work, flow.visit_id)
        listed = papers[DocumentKind.RECORDINGS, flow.visit_id].content["evidence"]
        told = {one["type"]: one for one in listed}
        assert told["audio/wav"]["duration_ms"] == 2500
        assert told["audio/wav"]["from"] < told["audio/wav"]["to"]
        assert (told["application/pdf"]["pages"], told["application/pdf"]["origin"]) == (
            3,
            "handed_over",
        )
        assert case_export.of_visit(work, flow.visit_id).report.faults == ()


def test_an_enterprise_that_is_closed_uses_up_no_inspection(site: OnSite) -> None:
    """Case 2: a photo of the door instead of a checklist; the task ends as unable."""
    made = inspections(site)
    site.begin("task-closed")
    robot = site.robot
    robot.tap("rail.unable")
    robot.tap("unable.reason.closed")
    robot.tap("unable.explanation.大门关闭，已停止经营")
    robot.tap(f"unable.officer.{LI}")
    assert robot.reason_of("unable.register") == "请先拍摄现场照片或填写见证人。"
    robot.tap("unable.photo")
    robot.tap("photo.shoot")
    robot.tap("unable.register")
    robot.tap("result.later")
    site.leave_and_seal()
    ended = ["unable", "result_given", "left", "sealed"]
    assert site.kinds() == ["visit_opened", "evidence_added", *ended]

    found = site.on_the_server(site.flow.visit_id)
    assert (found.outcome, found.irregular, found.complete) == ("closed", False, True)
    assert _file(site, site.flow.visit_id).state == "bytes_complete"
    assert site.task_on_the_server("task-closed").status == "unable"
    assert inspections(site) == made


def test_who_refuses_to_sign_is_told_another_way(site: OnSite) -> None:
    """Case 4: reason and witness; the content stays as it was read out, and the result is valid."""
    site.begin("task-unsigned")
    robot = site.robot
    site.scan()
    site.finish_quietly(*visiting.STEPS[1:-4])
    robot.tap("top.home")
    site.find("task-unsigned")
    robot.tap("signing.mode.refused")
    robot.tap("signing.reason.不愿说明理由")
    assert "见证人" in robot.reason_of("signing.take")
    robot.type_text("signing.witness", "泉城路社区 王主任")
    robot.tap("signing.take")
    robot.tap("result.later")
    site.leave_and_seal()
    flow = site.flow
    assert site.kinds()[-5:] == ["record_read", "refused", "result_given", "left", "sealed"]
    read, refused = flow.events()[-5].payload, flow.events()[-4].payload
    assert refused["content_hash"] == read["content_hash"]

    found = site.on_the_server(flow.visit_id)
    assert (found.irregular, found.complete) == (False, True)
    with open_work(site.parts, SYSTEM) as work:
        papers = documents.current(work, flow.visit_id)
        told = papers[DocumentKind.RESULT, flow.visit_id].content["record"]
        assert (told["outcome"], told["witness"]) == ("refused", "泉城路社区 王主任")
        notice = work.session.scalars(
            select(Notice).where(
                Notice.document_id == papers[DocumentKind.RESULT, flow.visit_id].id
            )
        ).one()
        assert notice.receipted_at is None, "it goes out like any other"


def test_the_wrong_door_is_logged_and_the_right_one_enters(site: OnSite) -> None:
    """Case 5: a genuine code of another enterprise is a hard stop and stays in the ledger."""
    other = Enterprise(uscc=OTHER_USCC, name="青岛海风餐饮有限公司", region="370202", as_of=NOON)
    place = Premise(
        id="premise-sea", uscc=OTHER_USCC, name="海风店", address="香港路2号", region="370202"
    )
    add(site.parts, [other, place])
    with open_work(site.parts, SYSTEM) as work:
        code = enterprise_codes.url(work, enterprise_codes.issue(work, place.id))
    site.begin("task-wrong-door")
    robot = site.robot
    site.hold(code)
    robot.wait_for("scan.retry")
    assert robot.says("济南泉城食品有限公司")
    assert robot.says(OTHER_USCC)
    assert not robot.sees("scan.next")
    site.take_away()
    robot.tap("scan.retry")
    site.scan()
    assert site.kinds() == ["visit_opened", "scan_mismatch", "scanned_in"]
    site.finish_quietly(*visiting.STEPS[1:])
    site.sync()

    found = site.on_the_server(site.flow.visit_id)
    assert (found.irregular, found.complete) == (False, True)
    with open_work(site.parts, SYSTEM) as work:
        held = projecting.folded(work, site.flow.visit_id)
    assert held.state.mismatches == 1
    assert held.material.ordered[1].payload["seen"].startswith(OTHER_USCC)


def test_an_emergency_waits_for_the_head_and_uses_up_no_cap(site: OnSite) -> None:
    """Case 16: begun without a task; the server makes one, and the head approves it afterwards."""
    robot = site.robot
    robot.tap("today.emergency")
    robot.tap("emergency.reason.evidence_risk")
    robot.tap("emergency.explanation.发现重大安全隐患")
    robot.tap("emergency.item.item-1")
    assert robot.reason_of("emergency.begin") == "请填写口头批准的负责人。"
    robot.type_text("emergency.approver", "陈局长")
    robot.tap("emergency.begin")
    assert site.flow.events()[0].task_ids == ()
    site.finish_quietly(*visiting.STEPS[1:4], _answer_all, *visiting.STEPS[-5:-2])
    robot.tap("rail.told")
    robot.tap("rail.step.leaving")
    assert "扫码入企" in robot.reason_of("leaving.leave"), "nobody leaves without a scan"
    robot.tap("way.scan")
    site.scan()
    site.leave_and_seal()
    assert site.kinds()[-4:] == ["result_given", "scanned_in", "left", "sealed"]

    flow = site.flow
    assert site.codes(flow.visit_id) == {"approval_pending"}
    with open_work(site.parts, SYSTEM) as work:
        assert documents.current(work, flow.visit_id) == {}, "nothing goes out by itself"
        (task_id,) = work.session.scalars(
            select(VisitTask.task_id).where(VisitTask.visit_id == flow.visit_id)
        )
        task = work.session.get_one(Task, task_id)
        assert task.trigger == "emergency"
        assert task.post_approval_due is not None
        assert not task.approved_by
    add(site.parts, [person("head", Role.HEAD, agency=sync_world.HOME)])
    head = principal("head", Role.HEAD, agency=sync_world.HOME)
    with open_work(site.parts, head) as work:
        proof = SecondFactor(person_id="head", at=work.now)
        late_approvals.approve(work, task_id, proof=proof, reason="情况属实")
    assert site.codes(flow.visit_id) == set()


def _answer_all(flow: InspectionFlow) -> None:
    """An emergency uses every form of its items that is in force."""
    device = flow.events()[0].device_id
    for form, point in findings.points(flow.state(), flow.references(), device):
        said = {"form_id": form.id, "form_version": form.version, "point_id": point.id}
        flow.take(EventKind.POINT_ANSWERED, officer_id=WANG, payload={**said, "answer": "conform"})


def test_who_is_shown_nothing_may_refuse_entry(site: OnSite) -> None:
    """Case 3: the screen says so; it counts as no inspection, and its result goes another way."""
    made = inspections(site)
    site.begin("task-refused-entry")
    robot = site.robot
    robot.tap("rail.unable")
    robot.tap("unable.reason.refused_entry")
    assert robot.says("企业此时有权拒绝检查")
    robot.tap("unable.explanation.负责人拒绝检查人员进入")
    robot.tap(f"unable.officer.{LI}")
    assert robot.reason_of("unable.register") == "请先拍摄现场照片或填写见证人。"
    robot.type_text("unable.witness", "泉城路社区 王主任")
    robot.tap("unable.register")
    robot.tap("result.later")
    site.leave_and_seal()
    assert site.kinds() == ["visit_opened", "unable", "result_given", "left", "sealed"]
    said = site.flow.events()[1].payload
    assert (said["reason"], said["witness"]) == ("refused_entry", "泉城路社区 王主任")

    found = site.on_the_server(site.flow.visit_id)
    assert (found.outcome, found.irregular) == ("refused_entry", False)
    assert site.task_on_the_server("task-refused-entry").status == "unable"
    assert inspections(site) == made


def inspections(site: OnSite) -> int:
    """How many the agency has made here this year, as the cap counts."""
    with open_work(site.parts, SYSTEM) as work:
        row = work.session.get(VisitCounter, (sync_world.HOME, USCC, 2026))
        return row.done if row else 0


def test_a_clock_set_by_hand_is_marked_and_the_corrected_time_stays(site: OnSite) -> None:
    """Case 6: three hours forward in the middle of a visit."""
    site.begin("task-clock")
    before = site.server_clock.now()
    site.clock.set_wall(site.clock.read().wall + timedelta(hours=3))
    site.robot.tick(1.1)
    assert site.robot.says("时间可疑")
    site.scan()
    opened, scanned = (event.at for event in site.flow.events())
    assert (opened.suspect, scanned.suspect) == (False, True)
    assert abs(scanned.corrected - before) < timedelta(seconds=2)
    site.finish_quietly()
    site.sync()
    assert site.robot.says("时间已核对")

    found = site.on_the_server(site.flow.visit_id)
    assert (found.irregular, found.complete) == (False, True)
    assert found.scanned_at is not None
    assert abs(found.scanned_at - before) < timedelta(seconds=2)


def test_a_mock_position_is_asked_about_and_accuses_nobody(site: OnSite) -> None:
    """Case 7: the port gives a mock position far from the gate."""
    site.begin("task-mock")
    robot = site.robot
    site.location.position = replace(AT_THE_GATE, lat=36.70, mock=True)
    site.hold(site.enterprise_code())
    robot.wait(lambda: robot.sees("scan.register"), "the question why")
    assert robot.reason_of("scan.register") == "请选择或填写原因。"
    assert robot.says("由其他程序提供（模拟位置）"), "said to the officer, and no lock"
    robot.tap("scan.reason.定位信号弱")
    robot.tap("scan.register")
    robot.tap("scan.next")
    scanned = site.flow.events()[-1]
    assert scanned.loc is not None
    assert scanned.loc.mock
    assert scanned.payload["outside_reason"] == "定位信号弱"
    assert scanned.payload["distance_m"] > 3000
    site.finish_quietly()
    site.sync()

    found = site.on_the_server(site.flow.visit_id)
    assert not found.irregular
    assert "mock_location" in {flag["code"] for flag in found.flags}


def test_a_certificate_revoked_meanwhile_is_judged_later_and_locks_from_then_on(
    site: OnSite,
) -> None:
    """Case 9: first the tablet cannot know; when it knows, the card is not taken."""
    site.network.on = False
    admin = principal("admin", Role.AGENCY_ADMIN, agency=sync_world.HOME)
    with open_work(site.parts, admin) as work:
        officers.revoke_certificate(work, f"certificate-{ZHAO}", "离职")
    site.wait(seconds=60)
    site.begin("task-revoked")
    robot = site.robot
    site.scan()
    site.show(WANG, PIN)
    site.show(ZHAO, THIRD_PIN)
    assert robot.is_open("credentials.next")
    flow = site.flow
    site.finish_quietly(*visiting.STEPS[3:5], *_answers(), *visiting.STEPS[-5:])
    site.network.on = True
    site.sync()
    assert robot.says("R04")
    assert robot.says("执法证不在有效期内或已被吊销")
    assert {"certificate_not_in_force", "officers_missing"} <= site.codes(flow.visit_id)
    with open_work(site.parts, SYSTEM) as work:
        assert documents.current(work, flow.visit_id) == {}, "nothing goes out by itself"

    robot.tap("top.home")
    site.begin("task-after-revoked")
    site.scan()
    site.show(WANG, PIN)
    robot.tap(f"credentials.officer.{ZHAO}")
    assert robot.says("无效")
    assert robot.reason_of("credentials.confirm") == "执法证不在有效期内或已被吊销。"
    assert site.kinds() == ["visit_opened", "scanned_in", "credentials_shown"]
    robot.tap("top.home")
    assert robot.sees("today.search"), "the way home is open from here too"


def _answers() -> list[visiting.Step]:
    """By an officer who is at the visit."""
    return [_answer(point) for point in POINTS]


def _answer(point: str) -> visiting.Step:
    return lambda flow: visiting.answer(flow, point, officer_id=WANG)


def test_a_task_cancelled_while_offline_is_inspected_and_waits_for_a_ruling(site: OnSite) -> None:
    """Case 11: the tablet goes on with what it was given, and no evidence is lost."""
    site.network.on = False
    head = principal("head", Role.HEAD, agency=sync_world.HOME)
    with open_work(site.parts, head) as work:
        tasks.cancel(work, "task-cancelled", "企业已停产")
    site.wait(seconds=60)
    site.begin("task-cancelled")
    site.scan()
    site.finish_quietly()
    site.network.on = True
    site.sync()
    robot = site.robot
    assert robot.says("已撤销或已办结")
    assert site.session.sync_state().counts[OutboxState.APPLIED] > 0
    assert site.session.inspection(site.flow.visit_id).state().task_ids == ("task-cancelled",)

    found = site.on_the_server(site.flow.visit_id)
    assert site.codes(found.id) == {"task_withdrawn"}
    assert found.complete
    assert found.ruling is None
    with open_work(site.parts, SYSTEM) as work:
        (file,) = work.session.scalars(
            select(EvidenceFile).where(EvidenceFile.visit_id == found.id)
        )
        assert file.state == "bytes_complete"
    robot.tap("top.home")
    assert not robot.sees("today.task.task-cancelled")


class DyingNetwork:
    """Takes that many parts of files, the last one's answer with it, and nothing any more."""

    def __init__(self, inner: Transport, *, parts: int) -> None:
        self._inner, self._parts = inner, parts

    def send(self, request: Request) -> Response:
        if not self._parts:
            raise Offline("The battery is empty.")
        answer = self._inner.send(request)
        if request.method == "PATCH":
            self._parts -= 1
        return answer if self._parts else self.send(request)


def test_a_battery_that_dies_in_the_middle_of_an_upload_loses_nothing(site: OnSite) -> None:
    """Case 13: low, records go and evidence waits; then it dies; then the rest is sent."""
    site.begin("task-battery")
    robot = site.robot
    site.scan()
    site.device.battery = 9
    large = noise(1400, 1000)
    assert len(large) > 1024**2, "more than one part on the wire"
    site.finish_quietly(
        *visiting.STEPS[1:4],
        lambda flow: visiting.photograph(flow, large),
        *visiting.STEPS[5:],
    )
    site.sync()
    assert robot.says("电量过低")
    flow = site.flow
    assert site.on_the_server(flow.visit_id).complete, "records never wait for files"
    assert _file(site, flow.visit_id).state == "pending"

    site.device.battery = 80
    wire = site.network._inner
    site.network._inner = DyingNetwork(wire, parts=1)
    robot.tap("sync.now")
    site.end_of_round()
    site.network.on, site.network._inner = False, wire
    site.restart()
    robot = site.robot
    assert not robot.says("泉城")
    site.unlock()
    site.end_of_round()
    assert robot.says("离线")
    assert site.session.sync_state().files_left == 1
    patches = _watched(site)
    site.network.on = True
    site.sync()
    assert _file(site, flow.visit_id).state == "bytes_complete"
    assert sum(patches) < len(large), "it went on where it had stopped"
    assert (
        chain.verify_chain(
            [e.raw for e in site.session.inspection(flow.visit_id).events()],
            site.session.identity.key.public,
        )
        == ()
    )


def _file(site: OnSite, visit_id: str) -> EvidenceFile:
    with open_work(site.parts, SYSTEM) as work:
        row = work.session.scalars(
            select(EvidenceFile).where(EvidenceFile.visit_id == visit_id)
        ).one()
        work.session.expunge(row)
        return row


def _watched(site: OnSite) -> list[int]:
    """The sizes of the parts that are sent from now on."""
    sizes: list[int] = []
    inner = site.network._inner

    class Watching:
        def send(self, request: Request) -> Response:
            if request.method == "PATCH":
                sizes.append(len(request.body or b""))
            return inner.send(request)

    site.network._inner = Watching()
    return sizes


def test_what_is_sent_twice_is_there_once(site: OnSite) -> None:
    """Case 14: the server has taken everything, and its answer is lost on the way."""
    site.network.on = False
    site.begin("task-twice")
    site.scan()
    site.finish_quietly()
    site.network.on = True
    wire = site.network._inner
    site.network._inner = LossyTransport(wire, left=2)
    site.sync()
    robot = site.robot
    assert robot.says("离线"), "an answer that did not come is no answer"
    robot.tap("sync.now")
    site.end_of_round()
    robot.tap("sync.now")
    site.end_of_round()
    site.network._inner = wire
    assert robot.says("已全部上传")

    flow = site.flow
    found = site.on_the_server(flow.visit_id)
    assert (found.irregular, found.complete) == (False, True)
    with open_work(site.parts, SYSTEM) as work:
        held = projecting.folded(work, flow.visit_id).material.ordered
    assert [event.id for event in held] == [event.id for event in flow.events()]


def test_a_clock_set_before_the_filing_does_not_make_a_visit_lawful(site: OnSite) -> None:
    """Case 15: restarted with its clock behind the filing; the server's time of filing stands."""
    filed = TASKS["task-filed-late"]["filed_at"]
    site.clock.reboot()
    site.clock.set_wall(site.clock.read().wall - timedelta(hours=3))
    site.robot.tick(1.1)
    assert site.robot.says("时间可疑")
    site.begin("task-filed-late")
    site.scan()
    site.finish_quietly()
    flow = site.flow
    assert all(event.at.suspect for event in flow.events())
    assert flow.events()[0].at.corrected < filed
    site.robot.tick(1.1)
    assert site.robot.says("时间可疑"), "until a server has been heard"
    site.sync()
    assert site.robot.says("检查早于计划备案")

    found = site.on_the_server(flow.visit_id)
    assert "visit_before_filing" in site.codes(flow.visit_id)
    assert found.irregular
    assert site.task_on_the_server("task-filed-late").filed_at == filed


def test_a_clerk_without_a_phone_signs_here_and_what_was_told_is_never_edited(
    site: OnSite,
) -> None:
    """Cases 17, 18 and 19: whoever is there signs on the tablet; a new version replaces the old."""
    site.begin("task-no-phone")
    robot = site.robot
    site.scan()
    site.finish_quietly(*visiting.STEPS[1:-4])
    robot.tap("top.home")
    site.find("task-no-phone")
    assert site.place is Place.SIGNING
    robot.type_text("signing.name_typed", "小张")
    robot.tap("signing.capacity.员工")
    robot.draw("signing.pad")
    robot.tap("signing.take")
    assert robot.says("个工作日内向检查机关提出"), "how to object stands in what is told"
    robot.read_to_end("result.paper")
    robot.tap("result.to_sign")
    robot.type_text("result.name_typed", "小张")
    robot.tap("result.capacity.员工")
    robot.draw("result.pad")
    robot.tap("result.contact")
    assert robot.reason_of("result.contact_done") == "请填写手机或者邮箱。"
    assert badly_laid(robot) == []
    robot.type_text("result.contact.phone", "13912345678")
    robot.tap("result.contact_done")
    assert robot.says("139****5678")
    robot.tap("result.take")
    site.leave_and_seal()
    flow = site.flow
    told = next(event for event in flow.events() if event.kind == "result_given")
    assert told.payload["contact"]["masked"] == "139****5678"
    assert "13912345678" not in str(told.raw), "only the platform reads the number"
    signed = next(event for event in flow.events() if event.kind == "signed")
    assert (signed.payload["name"], signed.payload["capacity"]) == ("小张", "员工")
    robot.tap("rail.traced")
    robot.tap("rail.step.checklist")
    robot.tap("checklist.answer.not_applicable")
    assert robot.says("本次检查已封存，不可再改")
    assert site.kinds()[-1] == "sealed"

    with open_work(site.parts, SYSTEM) as work:
        contact = work.session.get_one(Contact, told.id)
        assert contacts.phone(work, contact) == "13912345678"
        assert (contact.visit_id, contact.confirmed_at) == (flow.visit_id, None)
        old = documents.current(work, flow.visit_id)[DocumentKind.RESULT, flow.visit_id]
        receipt = work.session.scalars(
            select(NoticeReceipt).where(NoticeReceipt.document_id == old.id)
        ).one()
        assert (receipt.method, receipt.name, receipt.capacity) == ("on_the_spot", "小张", "员工")
        result = flow.state().result
        assert result is not None
        assert old.content_hash == result.content_hash
        folded = projecting.folded(work, flow.visit_id)
        signed_ones = visit_contents.of_visit(folded)
        other = {**signed_ones[DocumentKind.RESULT].content, "guidance": ["复核后补充的指导意见"]}
        signed_ones[DocumentKind.RESULT] = replace(
            signed_ones[DocumentKind.RESULT], content=other, hash=content_hash(other)
        )
        new = results.tell_signed(work, folded, signed_ones)
        kept = work.session.get_one(Document, old.id)
        assert (new.version, kept.superseded_by) == (2, new.id)
        assert kept.content_hash == old.content_hash
        first = work.session.scalars(select(Notice).where(Notice.document_id == old.id)).one()
        assert first.superseded_at is not None


def test_a_form_changed_since_the_download_counts_as_it_was_at_the_scan(site: OnSite) -> None:
    """Case 20: this visit keeps the version it was opened on, the next task brings the new one."""
    site.network.on = False
    with open_work(site.parts, SYSTEM) as work:
        work.session.add(late_form(2, "新要点甲", "新要点乙", valid_from=date(2026, 11, 23)))
    site.publish_catalogue()
    site.publish_tasks({"task-new-form": {"forms": [{"id": LATE_FORM, "version": 2}]}})
    site.begin("task-old-form")
    robot = site.robot
    site.scan()
    site.show(WANG, PIN)
    site.show(LI, OTHER_PIN)
    robot.tap("credentials.next")
    site.serve()
    assert robot.says("旧要点")
    robot.tap("checklist.answer.conform")
    answered = site.flow.events()[-1].payload
    assert (answered["form_id"], answered["form_version"]) == (LATE_FORM, 1)
    robot.tap("checklist.to_record")
    site.finish_quietly(*visiting.STEPS[-5:])
    site.network.on = True
    site.sync()
    assert site.codes(site.flow.visit_id) == set()
    assert site.on_the_server(site.flow.visit_id).complete

    robot.tap("top.home")
    site.find("task-new-form")
    assert robot.says("后厨检查表（2 个要点）")


def confirm(site: OnSite, officer_id: str, pin: str) -> None:
    """An officer's own act under an own PIN: to take part, or to sign."""
    robot, before = site.robot, len(site.flow.events())
    robot.tap(f"credentials.officer.{officer_id}")
    robot.type_pin("credentials", pin)
    robot.tap("credentials.confirm")
    robot.wait(lambda: len(site.flow.events()) > before, f"the act of {officer_id}")
    robot.tick(0)


def test_off_site_nobody_scans_is_shown_anything_or_leaves(site: OnSite) -> None:
    """Not of domain.md's cases: 非现场检查, from the list of tasks to the served result."""
    made = inspections(site)
    site.find("task-offsite")
    robot = site.robot
    assert robot.says("非现场检查，不入企")
    robot.tap("task.begin")
    assert site.place is Place.CREDENTIALS
    confirm(site, WANG, PIN)
    assert "还差 1 名执法人员确认" in site.visit.why(EventKind.POINT_ANSWERED)
    confirm(site, LI, OTHER_PIN)
    robot.tap("credentials.next")
    for _ in POINTS:
        robot.tap("checklist.answer.conform")
    robot.tap("checklist.to_record")
    robot.read_to_end("record.paper")
    robot.tap("record.read")
    assert site.place is Place.ATTESTING
    confirm(site, WANG, PIN)
    assert "还差 1 名执法人员在检查记录上签字" in site.visit.why(EventKind.RESULT_GIVEN)
    confirm(site, LI, OTHER_PIN)
    robot.tap("credentials.next")
    robot.read_to_end("result.paper")
    robot.tap("result.serve")
    robot.tap("leaving.seal")
    robot.wait_for("leaving.done")
    site.end_of_round()
    flow = site.flow
    assert site.kinds() == [
        "offsite_opened",
        *["credentials_shown"] * 2,
        *["point_answered"] * len(POINTS),
        "record_read",
        *["record_signed"] * 2,
        "result_given",
        "sealed",
    ]
    assert all(event.loc is None for event in flow.events()), "where they sat is nobody's business"

    found = site.on_the_server(flow.visit_id)
    assert (found.irregular, found.complete, found.offsite) == (False, True, True)
    assert inspections(site) == made, "it is counted beside"
    with open_work(site.parts, SYSTEM) as work:
        papers = documents.current(work, flow.visit_id)
        assert {kind for kind, _ in papers} == {
            DocumentKind.RECORD,
            DocumentKind.RESULT,
            DocumentKind.CHECKLIST,
        }
        result = papers[DocumentKind.RESULT, flow.visit_id]
        assert work.session.query(Notice).filter_by(document_id=result.id).one().uscc == USCC
