"""The real screens of one tablet over the real server, for many cases of the field.

Between the two there is nothing but a wire that can be cut and their clocks. Every case has a task
of its own, so that one server, one enrolment and one start of the app serve them all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from fieldapp.flow.inspection import InspectionFlow
from fieldapp.ports.bundle import Ports
from fieldapp.ports.desktop.decoder import ZxingDecoder
from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.camera import FakeCamera
from fieldapp.ports.fake.clock import BEIJING, FakeClock
from fieldapp.ports.fake.device import FakeDevice
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.ports.fake.network import SwitchedTransport
from fieldapp.session import Session
from fieldapp.tablet import Tablet
from server import assembly, founding
from server.app import create_app
from server.clock import SetClock
from server.models import Agency, Enterprise, Form, Task, Visit
from server.principal import SYSTEM
from server.services import catalogue_publishing, enrolment, enterprise_codes, task_publishing
from server.work import Parts, open_work
from tests.fieldapp import visiting
from tests.fieldapp.conftest import AT_THE_GATE, CHEAP, OTHER_PIN, PIN
from tests.fieldapp.screens.bench import OWNER, Hands, jpeg, scene
from tests.robot import Robot
from tests.server import sync_world
from tests.server.factories import add
from tests.system.test_tablet_and_server import over, settings
from tests.world import FORM, LI, NOON, TASK, USCC, WANG, ZHAO

THIRD_PIN = "161803"
LATE_FORM = "form-late"
"""A form of its own for the case in which forms change."""


@dataclass
class OnSite(Hands):
    """A tablet in somebody's hands, and the server it will be heard by."""

    parts: Parts
    code: str
    numbers: dict[str, str]
    """What a task's number ends in, by the task."""
    folder: Path
    ports: Ports
    clock: FakeClock
    server_clock: SetClock
    network: SwitchedTransport
    location: FakeLocation
    device: FakeDevice
    tablet: Tablet

    def enterprise_code(self) -> str:
        return self.code

    @property
    def session(self) -> Session:
        found = self.tablet.session()
        assert found is not None
        return found

    @property
    def flow(self) -> InspectionFlow:
        """The open visit's, as stored."""
        found = self.visit.flow
        assert found is not None
        return found

    def find(self, task: str) -> None:
        """Search a task by the end of its number, and touch it."""
        self.robot.type_text("today.search", self.numbers[task])
        self.robot.tap(f"today.task.{task}")

    def begin(self, task: str = TASK) -> None:
        self.find(task)
        self.robot.tap("task.begin")

    def wait(self, *, seconds: float) -> None:
        """Time passes for both sides."""
        self.clock.advance(seconds=seconds)
        self.server_clock.move(timedelta(seconds=seconds))

    def set_clock_right(self) -> None:
        """What a person, or the mobile network, does to a clock."""
        self.clock.set_wall(self.server_clock.now().astimezone(BEIJING))

    def finish_quietly(self, *steps: visiting.Step) -> None:
        """The rest of a visit, without touches: other tests touch it. All that is left by default.

        Each takes a while, so that no fix is older than its event.
        """
        self.session.unlock_officer(LI, OTHER_PIN)
        for step in steps or visiting.STEPS[len(self.flow.events()) - 1 :]:
            self.wait(seconds=20)
            if step is visiting.photograph:
                visiting.photograph(self.flow, jpeg())  # one that a server takes for a photo
            else:
                step(self.flow)

    def leave_and_seal(self) -> None:
        """The last two touches; the seal starts a round by itself."""
        self.robot.tap("leaving.leave")
        self.robot.tap("leaving.seal")
        self.robot.wait_for("leaving.done")
        self.end_of_round()

    def sync(self) -> None:
        """One round by touch; the screen of the sync centre is shown then."""
        self.end_of_round()
        self.robot.tap("top.sync")
        self.robot.tap("sync.now")
        self.end_of_round()

    def end_of_round(self) -> None:
        self.robot.wait(lambda: not self.robot.app.duty.syncing, "the end of the round")
        self.robot.tick(0)

    def restart(self) -> None:
        """The program is gone and is started again: a locked tablet."""
        self.robot.stop()
        self.robot = Robot.start(self.folder, self.ports, tablet=self.tablet)

    def unlock(self) -> None:
        robot = self.robot
        robot.tap(f"unlock.officer.{WANG}")
        robot.type_pin("unlock", PIN)
        robot.tap("unlock.open")
        robot.wait_for("top.lock")

    def go_home(self) -> None:
        """The end of a case: everything that was set wrong is right again."""
        self.network.on = True
        self.device.battery = 80
        self.location.position = AT_THE_GATE
        self.set_clock_right()
        self.take_away()
        self.end_of_round()
        if self.robot.sees("top.home"):
            self.robot.tap("top.home")
        self.robot.app.duty.sync()
        self.end_of_round()

    def on_the_server(self, visit_id: str) -> Visit:
        with open_work(self.parts, SYSTEM) as work:
            row = work.session.get_one(Visit, visit_id)
            work.session.expunge(row)
            return row

    def task_on_the_server(self, task_id: str) -> Task:
        with open_work(self.parts, SYSTEM) as work:
            row = work.session.get_one(Task, task_id)
            work.session.expunge(row)
            return row

    def codes(self, visit_id: str) -> set[str]:
        """What the server finds irregular."""
        return {said["code"] for said in self.on_the_server(visit_id).irregularities}

    def publish_tasks(self, change: dict[str, dict[str, Any]]) -> None:
        """Change tasks by their ids, and tell the tablets."""
        with open_work(self.parts, SYSTEM) as work:
            rows = [work.session.get_one(Task, id_) for id_ in change]
            for row in rows:
                for name, value in change[row.id].items():
                    setattr(row, name, value)
            task_publishing.publish_tasks(work, rows)

    def publish_catalogue(self) -> None:
        with open_work(self.parts, SYSTEM) as work:
            agency = work.session.get_one(Agency, sync_world.HOME)
            catalogue_publishing.publish_catalogue(work, agency)


def _tasks(wanted: dict[str, dict[str, Any]], numbers: dict[str, str]) -> list[Task]:
    return [
        sync_world.task_row(id_, no=f"历下市监检任〔2026〕{numbers[id_]}号", **other)
        for id_, other in wanted.items()
    ]


def late_form(version: int, *titles: str, valid_from: date) -> Form:
    """A version of the form that changes."""
    plain = sync_world._data("form", FORM)["points"][0]
    points = [
        {**plain, "id": f"p{number}", "no": str(number), "title": title}
        for number, title in enumerate(titles, start=1)
    ]
    return Form(
        id=LATE_FORM,
        version=version,
        item_id="item-1",
        name="后厨检查表",
        valid_from=valid_from,
        points=points,
    )


def _server(folder: Path, clock: SetClock, tasks: list[Task]) -> tuple[Parts, str]:
    """The county with these tasks, and the code that hangs at the enterprise's door."""
    ids = [task.id for task in tasks]
    parts = assembly.set_up(settings(folder), clock=clock)
    founding.found(parts)
    sync_world.plant(parts, *tasks)
    add(parts, [late_form(1, "旧要点", valid_from=date(2026, 1, 1))])
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Enterprise, USCC).legal_rep = OWNER
        url = enterprise_codes.url(work, enterprise_codes.issue(work, "premise-1"))
    with open_work(parts, SYSTEM) as work:
        agency = work.session.get_one(Agency, sync_world.HOME)
        catalogue_publishing.publish_catalogue(work, agency)
        task_publishing.publish_tasks(work, [work.session.get_one(Task, id_) for id_ in ids])
    return parts, url


def _enrolment(parts: Parts, officer_id: str, device_id: str | None = None) -> str:
    with open_work(parts, SYSTEM) as work:
        return enrolment.issue(work, officer_id, device_id).text


@contextmanager
def on_site(folder: Path, tasks: dict[str, dict[str, Any]]) -> Iterator[OnSite]:
    """A tablet with three officers, the first at work, before the list of these tasks."""
    server_clock = SetClock(NOON)
    numbers = {id_: f"{number:04d}" for number, id_ in enumerate(tasks, start=701)}
    parts, code = _server(folder / "server", server_clock, _tasks(tasks, numbers))
    network = SwitchedTransport(over(create_app(parts).test_client()))
    clock, location, device = (
        FakeClock(NOON.astimezone(BEIJING)),
        FakeLocation(AT_THE_GATE),
        FakeDevice(),
    )
    camera = FakeCamera(*(jpeg(seed) for seed in range(8)))
    camera.view = scene()
    ports = fake_ports(
        clock=clock,
        transport=network,
        location=location,
        camera=camera,
        device=device,
        decoder=ZxingDecoder(),
    )
    tablet = Tablet(folder / "tablet", ports, params=CHEAP)
    session = tablet.enrol(_enrolment(parts, WANG), pin=PIN, tablet_name="历下一号")
    for officer_id, pin in ((LI, OTHER_PIN), (ZHAO, THIRD_PIN)):
        session.add_officer(_enrolment(parts, officer_id, session.identity.device_id), pin=pin)
        session.forget_officer(officer_id)
    assert session.cycle().run().problem is None
    robot = Robot.start(folder / "tablet", ports, tablet=tablet)
    site = OnSite(
        robot=robot,
        camera=camera,
        parts=parts,
        code=code,
        numbers=numbers,
        folder=folder / "tablet",
        ports=ports,
        clock=clock,
        server_clock=server_clock,
        network=network,
        location=location,
        device=device,
        tablet=tablet,
    )
    robot.app.duty.begin_work(WANG)
    robot.tick(0)
    try:
        yield site
    finally:
        site.robot.stop()
        parts.engine.dispose()


def noise(width: int, height: int) -> bytes:
    """A photo that does not compress."""
    pixels = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=92)
    return out.getvalue()
