"""The real app over a tablet of the small county: a real store, a real code reader, fake senses.

Used by the tests of the screens and by the gallery, which both walk it by touch.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import segno
from PIL import Image

from fieldapp.ports.desktop.decoder import ZxingDecoder
from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.camera import FakeCamera
from fieldapp.ports.fake.clock import BEIJING as AT_HOME
from fieldapp.ports.fake.clock import FakeClock
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.ports.fake.network import SwitchedTransport
from fieldapp.tablet import Tablet
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.visit import Visit
from shared import tokens
from shared.crypto import SigningKey
from shared.reference import ReferenceObject
from tests.fieldapp.conftest import AT_THE_GATE, CHEAP, OTHER_PIN, PIN, Field
from tests.fieldapp.simulator import KID, SERVER, Simulator
from tests.robot import Robot
from tests.world import LI, NOON, POINTS, TASK, USCC, WANG, form, objects

FRAME = (720, 1280)
OWNER = "周志远"


def enterprise() -> ReferenceObject:
    """The enterprise of the task, with somebody who may be named when signing."""
    plain = next(each for each in objects() if (each.kind, each.id) == ("enterprise", USCC))
    return plain._replace(data={**plain.data, "legal_rep": OWNER, "grade": "B"})


def scene(seed: int = 1) -> np.ndarray:
    """Something for a camera to look at."""
    chance = np.random.default_rng(seed)
    picture = np.full((*FRAME, 3), chance.integers(60, 180, 3), dtype=np.uint8)
    for x, y in zip(chance.integers(0, 1180, 25), chance.integers(0, 640, 25), strict=True):
        picture[y : y + 80, x : x + 100] = chance.integers(0, 255, 3)
    return picture


def jpeg(seed: int = 1) -> bytes:
    out = BytesIO()
    Image.fromarray(scene(seed)).save(out, "JPEG")
    return out.getvalue()


LARGEST = 100
"""Modules of a code that are 6 pixels of the picture each; the largest there are have 177."""
EXTINGUISHERS: dict[str, Any] = {"fact": {"key": "extinguishers", "at_least": 4}}


def with_code(text: str) -> np.ndarray:
    """A camera picture of a printed code."""
    out = BytesIO()
    printed = segno.make(text)
    printed.save(out, kind="png", scale=6 if printed.symbol_size()[0] < LARGEST else 3, border=4)
    with Image.open(out) as code:
        picture = Image.fromarray(scene())
        picture.paste(code.convert("RGB"), (400, 60))
    return np.asarray(picture)


def door_code(key: SigningKey, uscc: str = USCC, premise: str = "premise-1") -> str:
    """What hangs at an enterprise's door, signed by the platform."""
    claims = {
        "uscc": uscc,
        "premise": premise,
        "iat": int(NOON.timestamp()) - 3600,
        "nonce": f"n-{uscc}",
    }
    return tokens.url(SERVER, "e", tokens.make("enterprise", claims, key, KID))


@dataclass
class Hands:
    """A robot before the app, and everything it holds up to it. `code` is what hangs at the door.

    What is touched is the same over a platform in memory and over the real server.
    """

    robot: Robot
    camera: FakeCamera

    def hold(self, text: str) -> None:
        """Hold a code before the camera."""
        self.camera.view = with_code(text)

    def take_away(self) -> None:
        self.camera.view = scene()

    def enterprise_code(self) -> str:
        """The code at the door of the task's enterprise."""
        raise NotImplementedError

    @property
    def visit(self) -> Visit:
        found = self.robot.app.duty.visit
        assert found is not None
        return found

    @property
    def place(self) -> Place:
        return self.robot.app.duty.place

    def kinds(self) -> list[str]:
        """The acts recorded in the visit, in order."""
        flow = self.visit.flow
        return [event.kind.value for event in flow.events()] if flow else []

    def begin(self, task: str = TASK) -> None:
        """From the list of tasks into the open visit, up to the camera."""
        self.robot.tap(f"today.task.{task}")
        self.robot.tap("task.begin")

    def scan(self) -> None:
        self.hold(self.enterprise_code())
        self.robot.wait_for("scan.next")
        self.take_away()
        self.robot.tap("scan.next")

    def show(self, officer_id: str, pin: str) -> None:
        self.robot.tap(f"credentials.officer.{officer_id}")
        self.robot.type_pin("credentials", pin)
        self.robot.tap("credentials.confirm")
        self.robot.wait_for("top.sync")
        shown = lambda: officer_id in {s.officer_id for s in self.visit.state.shown}  # noqa: E731
        self.robot.wait(shown, f"the credential of {officer_id}")
        self.robot.tick(0)

    def serve(self) -> None:
        self.robot.read_to_end("notice.paper")
        self.robot.tap("notice.to_sign")
        self.robot.tap(f"notice.name.{OWNER}")
        self.robot.draw("notice.pad")
        self.robot.tap("notice.take")

    def to_checklist(self, task: str = TASK) -> None:
        """Everything before the first point."""
        self.begin(task)
        self.scan()
        self.show(WANG, PIN)
        self.show(LI, OTHER_PIN)
        self.robot.tap("credentials.next")
        self.serve()


@dataclass
class Bench(Hands):
    """The same with the tablet's ports and a platform in memory behind them."""

    field: Field

    def enterprise_code(self, uscc: str = USCC, premise: str = "premise-1") -> str:
        return door_code(self.field.platform.key, uscc, premise)


@contextmanager
def new_bench_in(folder: Path) -> Iterator[Bench]:
    """The app on a tablet that belongs to nobody yet."""
    clock = FakeClock(NOON.astimezone(AT_HOME))
    platform = Simulator(clock=clock)
    platform.publish(enterprise())
    network = SwitchedTransport(platform)
    camera = FakeCamera(*(jpeg(seed) for seed in range(5)))
    camera.view = scene()
    ports = fake_ports(
        clock=clock,
        transport=network,
        location=FakeLocation(AT_THE_GATE),
        camera=camera,
        decoder=ZxingDecoder(),
    )
    tablet = Tablet(folder, ports, params=CHEAP)
    robot = Robot.start(folder, ports, tablet=tablet)
    field = Field(
        folder=folder,
        ports=ports,
        clock=clock,
        network=network,
        platform=platform,
        tablet=tablet,
    )
    bench = Bench(robot=robot, camera=camera, field=field)
    try:
        yield bench
    finally:
        bench.robot.stop()  # which may be another than the first


def set_to_work(bench: Bench) -> Bench:
    """Two officers on the tablet, the first at work, before the list of tasks."""
    field = bench.field
    field.tablet.enrol(field.platform.enrolment(WANG), pin=PIN, tablet_name="历下一号")
    field.session.add_officer(field.platform.enrolment(LI), pin=OTHER_PIN)
    field.session.forget_officer(LI)
    assert field.sync().problem is None
    bench.robot.app.duty.begin_work(WANG)
    bench.robot.tick(0)
    return bench


def with_rules_and_facts(bench: Bench) -> Bench:
    """Two points about one shared fact, and one that is asked where the first fails."""
    moot: dict[str, Any] = {"applies_when": {"point": POINTS[0], "answers": ["nonconform"]}}
    asked: dict[str, dict[str, Any]] = {
        POINTS[0]: EXTINGUISHERS,
        POINTS[1]: moot,
        POINTS[2]: EXTINGUISHERS,
    }
    plain = enterprise()
    fact = {"key": "extinguishers", "name": "灭火器", "value": "12 具", "source": "消防登记"}
    facts = [{**fact, "as_of": "2026-03-01", "answer": ""}]
    bench.field.platform.publish(form(asked))
    bench.field.platform.publish(plain._replace(data={**plain.data, "facts": facts}))
    return set_to_work(bench)
