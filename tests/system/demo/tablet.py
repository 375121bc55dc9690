"""The officers' tablet: the real field app in a process of its own, moved by touches alone.

It is told what to do by lines of JSON on its standard input and answers each with one. Nothing
is done behind the screen's back: what it reports of the store it only reads.
"""

import argparse
import hashlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fieldapp.flow.inspection import InspectionFlow
from fieldapp.ports.desktop import desktop_ports
from fieldapp.store.outbox import OutboxState
from tests.robot import Robot  # first: it sets the window's environment
from tests.system.demo.breaking import Break

Said = dict[str, Any]
PATIENCE_S = 60.0
SYNC_S = 30.0
SETTLE_S = 0.15
# The tap that DEMO_BREAK=touch loses on its way to the window.
LOST_TAP = "notice.take"


class Tablet:
    """What the demo's officers do, screen by screen; every act leaves pictures behind."""

    def __init__(self, robot: Robot, screens: Path, broken: Break) -> None:
        self._robot = robot
        self._screens = screens
        self._lost = LOST_TAP if broken is Break.TOUCH else ""
        self._shots = 0

    def start(self) -> Said:
        self._shot("enrol")
        return {"screen": self._robot.words()[:6]}

    def enrol(self, *, pin: str) -> Said:
        """The code is before the camera: choose a PIN, twice."""
        self._choose_pin(pin)
        self._wait("enrol.second", SYNC_S)
        self._shot("enrolled")
        return {"device_id": self._session.identity.device_id}

    def enrol_second(self, *, pin: str) -> Said:
        self._tap("enrol.second")
        self._choose_pin(pin)
        self._wait("enrol.start", SYNC_S)
        self._shot("enrolled-second")
        return {"officers": [officer.name for officer in self._session.officers()]}

    def pull(self, *, task: str) -> Said:
        """To today's tasks, which the first cycle with the server brings."""
        self._tap("enrol.start")
        self._sync()
        self._shot("sync-first")
        self._tap("sync.back")
        self._wait(f"today.task.{task}")
        self._shot("today")
        return {"tasks": len(self._session.tasks())}

    def open(self, *, task: str) -> Said:
        self._tap(f"today.task.{task}")
        self._wait("task.begin")
        self._shot("task")
        self._tap("task.begin")
        self._wait("scan.by_hand")
        self._shot("scan")
        return self._visit()

    def scan(self) -> Said:
        """The enterprise's code is before the camera."""
        self._wait("scan.next")
        self._shot("scan-right")
        self._tap("scan.next")
        return self._visit()

    def show_credential(self, *, officer: str, pin: str) -> Said:
        self._tap(f"credentials.officer.{officer}")
        self._robot.type_pin("credentials", pin)
        shown = self._count("credentials_shown")
        self._tap("credentials.confirm")
        self._robot.wait(
            lambda: self._count("credentials_shown") > shown, "the credential", timeout=PATIENCE_S
        )
        self._settle()
        self._shot("credential")
        return self._visit()

    def try_sync(self) -> Said:
        """Try while the server is down; says what the screen and the cycle say of it."""
        self._sync()
        self._shot("sync-offline")
        said = self._standing()
        self._tap("sync.back")
        return said

    def notice(self, *, name: str) -> Said:
        self._tap("credentials.next")
        self._robot.wait_for("notice.paper", timeout=PATIENCE_S)
        self._shot("notice")
        self._wait("notice.to_sign", reading="notice.paper")
        self._tap("notice.to_sign")
        self._tap(f"notice.name.{name}")
        self._tap("notice.capacity.负责人")
        self._robot.draw("notice.pad")
        self._shot("notice-signed")
        self._tap("notice.take")
        self._wait("checklist.answer.conform")
        return self._visit()

    def checklist(self, *, points: int, nonconform: int, note: str) -> Said:
        """Answer every point; number `nonconform` is not met, with a photo of what is there."""
        for number in range(1, points + 1):
            self._wait("checklist.answer.conform")
            if number == nonconform:
                self._nonconform(note)
            else:
                if number in (1, points):
                    self._shot("checklist")
                self._tap("checklist.answer.conform")
            self._settle()
        self._wait("checklist.to_record")
        self._shot("checklist-done")
        return self._visit()

    def record(self, *, statement: str) -> Said:
        self._tap("checklist.to_record")
        self._tap("record.statement.own")
        self._robot.wait_for("record.statement", timeout=PATIENCE_S)
        self._robot.type_text("record.statement", statement)
        self._wait("record.read", reading="record.paper")
        self._shot("record")
        self._tap("record.read")
        return self._visit()

    def sign(self) -> Said:
        self._wait("signing.pad")
        self._robot.draw("signing.pad")
        self._shot("signing")
        self._tap("signing.take")
        return self._visit()

    def result(self) -> Said:
        """The result is shown; the enterprise will sign for it when the notice has come."""
        self._wait("result.later", reading="result.paper")
        self._shot("result")
        self._tap("result.later")
        return self._visit()

    def leave(self) -> Said:
        self._wait("leaving.leave")
        self._shot("leaving")
        self._tap("leaving.leave")
        return self._visit()

    def seal(self) -> Said:
        self._wait("leaving.seal")
        self._tap("leaving.seal")
        self._wait("leaving.done")
        self._shot("sealed")
        return self._visit()

    def done(self) -> Said:
        self._tap("leaving.done")
        self._settle()
        self._shot("today-after")
        return {}

    def sync(self) -> Said:
        self._sync()
        self._shot("sync-done")
        return self._standing()

    def hashes(self, *, visit: str) -> Said:
        """What the encrypted store holds of a visit: its chain, and its evidence's very bytes."""
        flow = self._session.inspection(visit)
        files = [self._session.evidence_bytes(each.evidence.id) for each in flow.evidence()]
        return {
            "events": [[event.kind.value, event.hash] for event in flow.events()],
            "evidence": sorted(hashlib.sha256(data).hexdigest() for data in files),
        }

    @property
    def _session(self) -> Any:
        return self._robot.app.duty.session

    def _standing(self) -> Said:
        state = self._session.sync_state()
        counts = {str(kind): count for kind, count in state.counts.items()}
        waiting = state.counts[OutboxState.WAITING] + state.counts[OutboxState.SENT]
        return {
            "problem": state.problem,
            "counts": counts,
            "waiting": waiting,
            "files_left": state.files_left,
        }

    def _visit(self) -> Said:
        self._settle()
        return {"visit": self._flow.visit_id, "kinds": self._kinds()}

    def _count(self, kind: str) -> int:
        return self._kinds().count(kind)

    def _kinds(self) -> list[str]:
        return [event.kind.value for event in self._flow.events()]

    @property
    def _flow(self) -> InspectionFlow:
        visit = self._robot.app.duty.visit
        assert visit is not None
        assert visit.flow is not None
        return visit.flow

    def _choose_pin(self, pin: str) -> None:
        self._wait("enrol.0")
        self._shot("enrol-pin")
        self._robot.type_pin("enrol", pin)
        self._tap("enrol.next")
        self._robot.type_pin("enrol", pin)
        self._tap("enrol.finish")

    def _nonconform(self, note: str) -> None:
        self._tap("checklist.answer.nonconform")
        self._tap("checklist.severity.rectify")
        self._robot.type_text("checklist.note", note)
        self._tap("checklist.photo")
        self._wait("photo.shoot")
        self._shot("photo")
        self._tap("photo.shoot")
        self._wait("checklist.save")
        self._shot("checklist-nonconform")
        self._tap("checklist.save")

    def _sync(self) -> None:
        self._tap("top.sync")
        self._tap("sync.now")
        self._settle()
        self._wait("sync.now", SYNC_S)

    def _tap(self, role: str) -> None:
        self._wait(role)
        if role != self._lost:
            self._robot.tap(role)

    def _wait(self, role: str, seconds: float = PATIENCE_S, *, reading: str = "") -> None:
        if reading:
            self._robot.wait_for(reading, timeout=seconds)
            self._robot.read_to_end(reading)
        self._robot.wait_for(role, timeout=seconds)

    def _settle(self) -> None:
        self._robot.tick(SETTLE_S)

    def _shot(self, name: str) -> None:
        self._shots += 1
        self._robot.shot(self._screens / f"{self._shots:02d}-{name}.png")


def answer(acts: Mapping[str, Callable[..., Said]], line: str) -> Said:
    """Do what a line asks; a failure is answered with what it was."""
    asked = json.loads(line)
    worked = time.process_time()
    try:
        seen = acts[asked["do"]](**asked.get("with", {}))
        return {"did": asked["do"], "cpu_s": round(time.process_time() - worked, 2), **seen}
    except Exception as error:  # noqa: BLE001 -- whatever it was, the other side must hear of it
        traceback.print_exc()
        what, _, _ = str(error).partition("; on the screen")  # the whole of it is in the log
        return {"failed": f"{asked['do']}: {what or type(error).__name__}"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("screens", type=Path)
    parser.add_argument("--broken", type=Break, default=Break.NOTHING)
    asked = parser.parse_args()
    # Whatever a library prints belongs into the log; the pipe carries answers and nothing else.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    robot = Robot.start(asked.folder, desktop_ports(asked.folder))
    tablet = Tablet(robot, asked.screens, asked.broken)
    acts = {name: getattr(tablet, name) for name in dir(tablet) if not name.startswith("_")}
    try:
        for line in sys.stdin:
            said = answer(acts, line)
            if "failed" in said:
                robot.shot(asked.screens / "failed.png")
                said["sees"] = list(robot.words())[:40]
            print(json.dumps(said, ensure_ascii=False), file=answers, flush=True)
    finally:
        robot.stop()


if __name__ == "__main__":
    main()
