"""A whole inspection by touches alone, from the enrolment's code to the seal and the sync."""

from itertools import count
from pathlib import Path

import pytest
from PIL import Image

from shared.chain import verify_chain
from shared.events.kinds import EventKind as Kind
from tests.fieldapp.conftest import OTHER_PIN, PIN
from tests.fieldapp.screens.bench import OWNER, Bench, jpeg
from tests.fieldapp.screens.layout import badly_laid
from tests.world import LI, POINTS, TASK, WANG

LEAST_COLOURS = 50


class Album:
    """Takes a picture of every screen and looks at it."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self._bench = bench
        self._folder = folder
        self._number = count(1)

    def take(self, name: str) -> None:
        path = self._folder / f"{next(self._number):02d}-{name}.png"
        self._bench.robot.shot(path)
        with Image.open(path) as picture:
            colours = picture.getcolors(picture.width * picture.height)
        assert colours is not None
        assert len(colours) >= LEAST_COLOURS, f"{name} is blank"
        assert badly_laid(self._bench.robot) == [], name


def enrol(bench: Bench, officer_id: str, pin: str, album: Album) -> None:
    robot = bench.robot
    bench.hold(bench.field.platform.enrolment(officer_id))
    robot.wait_for("enrol.1")
    bench.take_away()
    robot.type_pin("enrol", pin)
    album.take("enrol-pin")
    robot.tap("enrol.next")
    robot.type_pin("enrol", pin)
    robot.tap("enrol.finish")


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("tongue", ["中文", "English"])
def test_an_inspection_is_finished_by_touches_alone(
    new_bench: Bench, tmp_path: Path, tongue: str
) -> None:
    bench, robot = new_bench, new_bench.robot
    album = Album(bench, tmp_path / "pictures")
    if tongue == "English":
        robot.tap("top.language")
    album.take("enrol")

    enrol(bench, WANG, PIN, album)
    robot.wait_for("enrol.second")
    album.take("enrolled")
    robot.tap("enrol.second")
    enrol(bench, LI, OTHER_PIN, album)
    robot.wait_for("enrol.start")
    robot.tap("enrol.start")
    robot.wait_for(f"today.task.{TASK}")
    album.take("today")
    robot.tap("today.library")
    robot.wait_for("library.back")
    album.take("library")
    robot.tap("library.back")

    robot.wait_for("top.lock")
    robot.tap("top.lock")
    album.take("unlock")
    robot.tap(f"unlock.officer.{WANG}")
    robot.type_pin("unlock", PIN)
    robot.tap("unlock.open")
    robot.wait_for(f"today.task.{TASK}")
    robot.wait_for("top.lock")

    bench.field.network.on = False
    robot.tap(f"today.task.{TASK}")
    album.take("task")
    robot.tap("task.begin")
    album.take("scan")
    bench.hold(bench.enterprise_code())
    robot.wait_for("scan.next")
    album.take("scanned")
    robot.tap("scan.next")
    album.take("credentials")
    bench.show(WANG, PIN)
    album.take("credential")
    bench.show(LI, OTHER_PIN)
    robot.tap("credentials.next")

    album.take("notice")
    assert not robot.is_open("notice.to_sign")
    robot.read_to_end("notice.paper")
    robot.tap("notice.to_sign")
    album.take("notice-pad")
    robot.tap(f"notice.name.{OWNER}")
    robot.draw("notice.pad")
    robot.tap("notice.take")

    album.take("checklist")
    robot.tap("checklist.answer.nonconform")
    assert not robot.is_open("checklist.save")
    robot.tap("checklist.severity.rectify")
    robot.type_text("checklist.note", "健康证明过期")
    robot.tap("checklist.photo")
    album.take("photo")
    robot.tap("photo.shoot")
    album.take("checklist-problem")
    robot.tap("checklist.save")
    assert not robot.is_open("checklist.to_record")
    for _ in POINTS[1:]:
        robot.tap("checklist.answer.conform")
    robot.tap("checklist.to_record")

    album.take("record")
    robot.tap("record.statement.own")
    robot.type_text("record.statement", "三日内改正。")
    robot.read_to_end("record.paper")
    album.take("record-end")
    robot.tap("record.read")
    album.take("signing")
    robot.draw("signing.pad")
    robot.tap("signing.take")
    album.take("result")
    robot.read_to_end("result.paper")
    robot.tap("result.to_sign")
    robot.draw("result.pad")
    robot.tap("result.take")
    album.take("leaving")
    robot.tap("leaving.leave")
    robot.tap("leaving.seal")
    robot.wait_for("leaving.done")
    album.take("sealed")

    events = bench.visit.flow.events()
    assert [event.kind for event in events] == [
        Kind.VISIT_OPENED,
        Kind.SCANNED_IN,
        Kind.CREDENTIALS_SHOWN,
        Kind.CREDENTIALS_SHOWN,
        Kind.NOTICE_SERVED,
        Kind.EVIDENCE_ADDED,
        *[Kind.POINT_ANSWERED] * len(POINTS),
        Kind.RECORD_READ,
        Kind.SIGNED,
        Kind.RESULT_GIVEN,
        Kind.LEFT,
        Kind.SEALED,
    ]
    said = {event.kind: event.payload for event in events}
    assert said[Kind.SCANNED_IN]["method"] == "enterprise_code"
    assert {e.officer_id for e in events if e.kind is Kind.CREDENTIALS_SHOWN} == {WANG, LI}
    assert said[Kind.RECORD_READ]["statement"] == "三日内改正。"
    assert said[Kind.SIGNED]["content_hash"] == said[Kind.RECORD_READ]["content_hash"]
    assert said[Kind.SIGNED]["name"] == OWNER
    assert said[Kind.SIGNED]["strokes"]
    assert said[Kind.RESULT_GIVEN]["conclusion"] == "rectify"
    first = next(e.payload for e in events if e.kind is Kind.POINT_ANSWERED)
    assert (first["answer"], first["severity"], first["note"]) == (
        "nonconform",
        "rectify",
        "健康证明过期",
    )
    evidence = said[Kind.EVIDENCE_ADDED]
    assert bench.field.session.evidence_bytes(evidence["evidence_id"]) == jpeg(0)
    public = bench.field.session.identity.key.public
    assert verify_chain([event.raw for event in events], public) == ()

    robot.tap("top.sync")
    robot.wait(lambda: not robot.app.duty.syncing, "the end of the round")
    album.take("sync-offline")
    bench.field.network.on = True
    robot.tap("sync.now")
    robot.wait(lambda: not robot.app.duty.syncing, "the end of the round")
    album.take("sync-done")
    assert set(bench.field.platform.taken) == {event.id for event in events}
    robot.tap("sync.back")
    robot.tap("leaving.done")
    album.take("today-done")
