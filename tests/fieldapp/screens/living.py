"""A field program that works until it is killed: the real app, by touches alone.

It says each act once it is stored, as `visit seq hash`; the first line of one that goes on with an
open visit is the act at which that visit stands. `test_killed_app.py` kills it.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fieldapp.ports.desktop.decoder import ZxingDecoder
from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.camera import FakeCamera
from fieldapp.ports.fake.clock import BEIJING, FakeClock
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.tablet import Tablet
from fieldapp.viewmodels.places import Place
from tests.fieldapp.conftest import AT_THE_GATE, CHEAP, OTHER_PIN, PIN
from tests.fieldapp.screens.bench import Hands, door_code, jpeg, scene
from tests.fieldapp.simulator import signing_key
from tests.robot import Robot
from tests.world import LI, NOON, WANG

PINS = {WANG: PIN, LI: OTHER_PIN}
SEALED = "sealed"


@dataclass
class Living(Hands):
    """`told` is the last act that was said, as visit and seq."""

    told: tuple[str, int] = ("", 0)

    def enterprise_code(self) -> str:
        return door_code(signing_key("platform"))

    def say(self) -> None:
        """Say what was stored since the last time."""
        if self.robot.app.duty.visit is None or self.visit.flow is None:
            return
        for event in self.visit.flow.events():
            if self.told[0] != event.visit_id or event.seq > self.told[1]:
                os.write(1, f"{event.visit_id} {event.seq} {event.hash}\n".encode())
                self.told = event.visit_id, event.seq


def live(folder: Path, visits: int) -> None:
    """Unlock, go on with the visit that is open, and then with the next task."""
    hands = _awake(folder)
    hands.robot.tap(f"unlock.officer.{WANG}")
    hands.robot.type_pin("unlock", PIN)
    hands.robot.tap("unlock.open")
    hands.robot.wait_for("top.lock")
    for _ in range(visits):
        _take_up(hands)
        while hands.place is not Place.TODAY:
            before = hands.place, hands.told
            ACTS[hands.place](hands)
            hands.say()
            if before == (hands.place, hands.told):
                raise RuntimeError(f"Nothing came of it: {hands.robot.words()}")


def _awake(folder: Path) -> Living:
    ports = fake_ports(
        clock=FakeClock(NOON.astimezone(BEIJING)),
        location=FakeLocation(AT_THE_GATE),
        camera=FakeCamera(*(jpeg(seed) for seed in range(5))),
        decoder=ZxingDecoder(),
    )
    ports = replace(ports, randomness=type(ports.randomness)(f"{folder}-{os.getpid()}"))
    ports.camera.view = scene()
    tablet = Tablet(folder, ports, params=CHEAP)
    return Living(robot=Robot.start(folder, ports, tablet=tablet), camera=ports.camera)


def _take_up(hands: Living) -> None:
    """The visit that is open, or the first task without one."""
    session = hands.robot.app.duty.session
    visits = session.visits()
    ended = {task for visit in visits if visit.last_kind == SEALED for task in visit.task_ids}
    begun = [task for visit in visits if visit.last_kind != SEALED for task in visit.task_ids]
    waiting = [brief.id for brief in session.task_briefs() if brief.id not in ended]
    hands.robot.tap(f"today.task.{[*begun, *waiting][0]}")
    if begun:
        last = hands.visit.flow.events()[-1]
        hands.told = last.visit_id, last.seq - 1
        hands.say()


def _show(hands: Living) -> None:
    shown = {each.officer_id for each in hands.visit.state.shown}
    left = [officer for officer in PINS if officer not in shown]
    if left:
        hands.show(left[0], PINS[left[0]])
    else:
        hands.robot.tap("credentials.next")


def _check(hands: Living) -> None:
    """A photo first, then every point."""
    robot = hands.robot
    if robot.is_open("checklist.to_record"):
        robot.tap("checklist.to_record")
    elif "evidence_added" not in hands.kinds():
        robot.tap("checklist.photo")
        robot.tap("photo.shoot")
    else:
        robot.tap("checklist.answer.conform")


def _read_out(hands: Living) -> None:
    hands.robot.read_to_end("record.paper")
    hands.robot.tap("record.read")


def _sign(hands: Living) -> None:
    hands.robot.draw("signing.pad")
    hands.robot.tap("signing.take")


def _tell(hands: Living) -> None:
    hands.robot.read_to_end("result.paper")
    hands.robot.tap("result.to_sign")
    hands.robot.draw("result.pad")
    hands.robot.tap("result.take")


def _leave(hands: Living) -> None:
    robot = hands.robot
    if robot.is_open("leaving.leave"):
        robot.tap("leaving.leave")
    elif robot.is_open("leaving.seal"):
        robot.tap("leaving.seal")
        robot.wait_for("leaving.done")
    else:
        robot.tap("leaving.done")


ACTS: Mapping[Place, Callable[[Living], None]] = {
    Place.TASK: lambda hands: hands.robot.tap("task.begin"),
    Place.SCAN: lambda hands: hands.scan(),
    Place.CREDENTIALS: _show,
    Place.NOTICE: lambda hands: hands.serve(),
    Place.CHECKLIST: _check,
    Place.RECORD: _read_out,
    Place.SIGNING: _sign,
    Place.RESULT: _tell,
    Place.LEAVING: _leave,
}
