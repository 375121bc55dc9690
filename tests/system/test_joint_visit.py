"""Hard case 10: two tablets at one entry, by touch and two scans, and what the server makes of it.

The tablets' screens are the real ones; each sees the other only through what its camera reads off
the other's screen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fieldapp.flow.inspection import InspectionFlow
from fieldapp.ports.bundle import Ports
from fieldapp.ports.desktop.decoder import ZxingDecoder
from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.camera import FakeCamera
from fieldapp.ports.fake.clock import BEIJING, FakeClock
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.ports.fake.network import SwitchedTransport
from fieldapp.ports.fake.randomness import SeededRandomness
from fieldapp.session import Session
from fieldapp.tablet import Tablet
from server import assembly, founding
from server.app import create_app
from server.clock import SetClock
from server.models import Agency, Certificate, Officer, OfficerKind, Task, TaskOfficer, Visit
from server.principal import SYSTEM
from server.services import catalogue_publishing, enrolment, projection, task_publishing
from server.work import Parts, open_work
from shared.flow import merge
from tests.fieldapp import visiting
from tests.fieldapp.conftest import AT_THE_GATE, CHEAP, OTHER_PIN, PIN
from tests.fieldapp.screens.bench import scene, with_code
from tests.robot import Robot
from tests.server import sync_world
from tests.server.factories import add
from tests.system.test_tablet_and_server import over, settings
from tests.world import FORM, LI, NOON, POINTS, TASK, WANG, ZHAO

QIAN = "officer-qian"
SECOND = "task-2"


@dataclass
class Side:
    """One tablet: its screens are up only while somebody touches it."""

    folder: Path
    ports: Ports
    tablet: Tablet
    camera: FakeCamera
    people: tuple[str, str]
    task: str

    @contextmanager
    def touched(self) -> Iterator[Robot]:
        """The tablet in somebody's hands, before the step that is due."""
        self.tablet.unlock(self.people[0], PIN)
        robot = Robot.start(self.folder, self.ports, tablet=self.tablet)
        robot.app.duty.begin_work(self.people[0])
        robot.tick(0)
        robot.tap(f"today.task.{self.task}")
        try:
            yield robot
        finally:
            robot.stop()

    def hold(self, robot: Robot, text: str, *, until: str) -> None:
        """Hold another tablet's screen before the camera, until this one says something."""
        self.camera.view = with_code(text)
        robot.wait(lambda: robot.says(until), until)
        self.camera.view = scene()
        robot.tick(0.1)

    def session(self) -> Session:
        """The open store, with both officers' keys."""
        session = self.tablet.unlock(self.people[0], PIN)
        session.unlock_officer(self.people[1], OTHER_PIN)
        return session


@dataclass
class Joint:
    parts: Parts
    network: SwitchedTransport
    lead: Side
    member: Side


def _second_task(parts: Parts) -> None:
    """A task of two more officers at the same enterprise."""
    person = Officer(
        id=QIAN, agency_id=sync_world.HOME, name="钱卫", unit="三大队", kind=OfficerKind.OFFICER
    )
    card = Certificate(
        id="certificate-qian",
        officer_id=QIAN,
        number="15010100009",
        unit="三大队",
        valid_from=date(2024, 1, 1),
        valid_to=date(2029, 12, 31),
        checked_at=NOON - timedelta(hours=4),
    )
    task = sync_world.task_row(SECOND, officer_ids=[ZHAO, QIAN])
    named = [TaskOfficer(task_id=SECOND, officer_id=officer) for officer in (ZHAO, QIAN)]
    add(parts, [person, card, task, *named])
    with open_work(parts, SYSTEM) as work:
        agency = work.session.get_one(Agency, sync_world.HOME)
        catalogue_publishing.publish_catalogue(work, agency)
        task_publishing.publish_tasks(work, [work.session.get_one(Task, SECOND)])


def _side(folder: Path, parts: Parts, network: SwitchedTransport, *people: str) -> Side:
    """A tablet with two officers, pulled and locked."""
    camera = FakeCamera(b"")
    camera.view = scene()
    ports = fake_ports(
        clock=FakeClock(NOON.astimezone(BEIJING)),
        transport=network,
        location=FakeLocation(AT_THE_GATE),
        camera=camera,
        randomness=SeededRandomness(folder.name),
        decoder=ZxingDecoder(),
    )
    tablet = Tablet(folder, ports, params=CHEAP)
    session = tablet.enrol(_enrolment(parts, people[0]), pin=PIN, tablet_name=folder.name)
    device_id = session.identity.device_id
    session.add_officer(_enrolment(parts, people[1], device_id), pin=OTHER_PIN)
    assert session.cycle().run().problem is None
    tablet.lock()
    return Side(
        folder=folder,
        ports=ports,
        tablet=tablet,
        camera=camera,
        people=(people[0], people[1]),
        task=TASK if people[0] == WANG else SECOND,
    )


def _enrolment(parts: Parts, officer_id: str, device_id: str | None = None) -> str:
    with open_work(parts, SYSTEM) as work:
        return enrolment.issue(work, officer_id, device_id).text


@pytest.fixture
def joint(tmp_path: Path) -> Iterator[Joint]:
    server_clock = SetClock(NOON)
    parts = assembly.set_up(settings(tmp_path / "server"), clock=server_clock)
    founding.found(parts)
    sync_world.plant(parts)
    _second_task(parts)
    client = create_app(parts).test_client()
    network = SwitchedTransport(over(client))
    lead = _side(tmp_path / "lead", parts, network, WANG, LI)
    member = _side(tmp_path / "member", parts, network, ZHAO, QIAN)
    network.on = False
    yield Joint(parts=parts, network=network, lead=lead, member=member)
    for side in (lead, member):
        side.tablet.lock()
    parts.engine.dispose()


def _code_on(robot: Robot, path: Path) -> str:
    """What another tablet's camera reads off this screen."""
    with Image.open(robot.shot(path)) as picture:
        (text,) = ZxingDecoder().decode(np.asarray(picture))
    return text


def _show(robot: Robot, officer_id: str, pin: str) -> None:
    robot.tap(f"credentials.officer.{officer_id}")
    robot.type_pin("credentials", pin)
    robot.tap("credentials.confirm")
    robot.wait(lambda: robot.sees("credentials.code"), f"the code of {officer_id}")


def _kinds(robot: Robot) -> list[str]:
    visit = robot.app.duty.visit
    assert visit is not None
    assert visit.flow is not None
    return [event.kind.value for event in visit.flow.events()]


def _device(side: Side) -> str:
    return side.session().identity.device_id


def _the_visit(session: Session) -> InspectionFlow:
    (line,) = session.visits()
    return session.inspection(line.visit_id)


def test_two_tablets_make_one_visit(joint: Joint, tmp_path: Path) -> None:
    lead, member = joint.lead, joint.member
    with lead.touched() as robot:
        robot.tap("task.begin")
        robot.tap("rail.joint")
        invitation = _code_on(robot, tmp_path / "join.png")

    with member.touched() as robot:
        robot.tap("task.join")
        assert robot.reason_of("joint.next") == "请先扫牵头平板的加入码。"
        member.hold(robot, invitation, until="已加入联合检查")
        answer = _code_on(robot, tmp_path / "answer.png")
        robot.tap("joint.next")
        _show(robot, ZHAO, PIN)
        assert robot.reason_of("credentials.next") == "还差 1 名执法人员亮证。"
        _show(robot, QIAN, OTHER_PIN)
        robot.tap("credentials.next")
        robot.tap("checklist.answer.nonconform")
        robot.tap("checklist.severity.rectify")
        robot.type_text("checklist.note", "冷库温度记录缺失")
        robot.tap("checklist.save")
        assert robot.reason_of("checklist.to_record") == "还有 2 个要点未填。"
        for _ in POINTS[1:]:
            robot.tap("checklist.answer.conform")
        robot.tap("checklist.to_record")
        robot.tap("leaving.leave")
        robot.tap("leaving.seal")
        robot.tap("leaving.to_joint")
        closing = _code_on(robot, tmp_path / "closing.png")
        assert _kinds(robot) == [
            "joined",
            *["credentials_shown"] * 2,
            *["point_answered"] * len(POINTS),
            "left",
            "sealed",
        ]

    with lead.touched() as robot:
        robot.tap("rail.joint")
        lead.hold(robot, closing, until="该平板还没有加入")
        lead.hold(robot, answer, until="成员单位已加入。")
        assert robot.says("检查中")
    flow = _the_visit(lead.session())
    for step in visiting.STEPS[:-1]:
        step(flow)
    with lead.touched() as robot:
        assert robot.says("联合检查 · 本机牵头")
        robot.tap("rail.told")
        robot.tap("rail.step.leaving")
        assert robot.reason_of("leaving.seal") == "还有 1 个联合检查单位未完成。"
        robot.tap("rail.joint")
        lead.hold(robot, closing, until="成员单位已完成。")
        robot.tap("joint.next")
        robot.tap("leaving.seal")
        assert _kinds(robot)[-2:] == ["member_done", "sealed"]

    joint.network.on = True
    for side in (lead, member):
        assert side.session().cycle().run().problem is None
    with open_work(joint.parts, SYSTEM) as work:
        row = work.session.get_one(Visit, flow.visit_id)
        folded = projection.folded(work, flow.visit_id)
        assert merge.missing_heads(folded.material.chains) == ()
        # The lead has told that all is well: a person decides before that goes out.
        assert [said["code"] for said in row.irregularities] == ["problem_untold"]
        assert not folded.goes_out
        assert set(row.task_ids) == {TASK, SECOND}
        graver = folded.state.answer_to((FORM, 2, POINTS[0]))
        assert graver is not None
        assert (graver.device_id, graver.answer) == (_device(member), "nonconform")
