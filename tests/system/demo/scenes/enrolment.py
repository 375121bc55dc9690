"""A tablet and its two officers are let in: codes from the interface, read by the camera."""

import os
import secrets

from tests.system.demo import drawing
from tests.system.demo.play import Play
from tests.system.demo.scenes import console
from tests.system.demo.timeline import Line, check

ADMIN = "admin.market"
PIN_DIGITS = 6
# The very place, as a receiver would find it: a few metres off.
OFF_DEGREES = 0.0002
ACCURACY_M = 8


def start(play: Play, line: Line) -> None:
    """The field app starts in its own process, with nothing in its folder."""
    place = play.known.place
    play.tablet = play.start_tablet(
        {
            "MINGCHA_FIELD_CAMERA": str(play.folders.camera),
            "MINGCHA_FIELD_FIX": f"{place.lat + OFF_DEGREES},{place.lon},{ACCURACY_M}",
            "SDL_VIDEODRIVER": "x11" if os.environ.get("DISPLAY") else "offscreen",
            # Without a graphics card smoothed edges double the time of every frame.
            "KCFG_GRAPHICS_MULTISAMPLES": "0",
        }
    )
    seen = play.tablet.do("start")
    line.show(" ".join(seen["screen"][:2]))


def first(play: Play, line: Line) -> None:
    officer = play.known.officers[0]
    _hold_code(play, officer.id, "enrol-1")
    seen = play.tablet.do("enrol", pin=_pin(play, officer.id))
    play.device_id = seen["device_id"]
    drawing.take_away(play.folders.camera)
    line.show(officer.name, f"平板 tablet {play.device_id}")
    line.note(device_id=play.device_id)


def second(play: Play, line: Line) -> None:
    officer = play.known.officers[1]
    _hold_code(play, officer.id, "enrol-2")
    seen = play.tablet.do("enrol_second", pin=_pin(play, officer.id))
    drawing.take_away(play.folders.camera)
    check(len(seen["officers"]) == 2, f"平板上应有两名执法人员 two officers: {seen['officers']}")
    line.show("、".join(seen["officers"]))


def pull(play: Play, line: Line) -> None:
    seen = play.tablet.do("pull", task=play.task["id"])
    line.show(f"今日任务 {seen['tasks']} 个 task(s)")


def desk(play: Play, line: Line) -> None:
    """The administrator sees the tablet on the device desk."""
    page = console.desk(play, ADMIN)
    play.pages.go(page, "/console/devices/", "devices")
    play.pages.go(page, f"/console/devices/{play.device_id}", "device")
    line.show(play.account(ADMIN).name)


def _hold_code(play: Play, officer_id: str, name: str) -> None:
    """An administrator issues an enrolment; its code is held before the tablet's camera."""
    issued = play.api(ADMIN).post("/devices/enrolments", {"officer_id": officer_id})
    drawing.hold(drawing.code(issued["text"]), play.folders.camera, name)


def _pin(play: Play, officer_id: str) -> str:
    """A PIN of the officer's own, that is no run and no repetition."""
    while True:
        pin = "".join(str(secrets.randbelow(10)) for _ in range(PIN_DIGITS))
        if len(set(pin)) > PIN_DIGITS // 2:
            play.pins[officer_id] = pin
            return pin
