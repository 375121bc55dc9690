"""A whole inspection by touches alone, from the enrolment's code to the seal and the sync."""

from hashlib import sha256
from pathlib import Path

import pytest

from fieldapp import language
from fieldapp.theme.paint import CALM, paint
from shared.chain import verify_chain
from shared.events.kinds import EventKind as Kind
from shared.text import Language
from tests.fieldapp.conftest import PIN
from tests.fieldapp.screens import walk
from tests.fieldapp.screens.album import Album, Pictures
from tests.fieldapp.screens.bench import OWNER, Bench, jpeg
from tests.robot import Robot
from tests.world import LI, POINTS, WANG


@pytest.mark.long
def test_an_inspection_is_finished_by_touches_alone(new_bench: Bench, tmp_path: Path) -> None:
    bench = new_bench
    album = Album(bench.robot, tmp_path / "pictures", pictures=Pictures.SOME)
    walk.inspect(bench, album)
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
    # It was looked at with marks on it; what is kept is what the camera gave.
    assert bench.field.session.evidence_bytes(evidence["evidence_id"]) == jpeg(0)
    assert sha256(jpeg(0)).hexdigest() == evidence["sha256"]
    public = bench.field.session.identity.key.public
    assert verify_chain([event.raw for event in events], public) == ()
    walk.hand_in(bench, album)
    assert set(bench.field.platform.taken) == {event.id for event in events}
    assert album.faults == []


@pytest.mark.long
@pytest.mark.parametrize(
    "large",
    [
        pytest.param(False, id="plain"),
        pytest.param(True, id="large type", marks=pytest.mark.torture),
    ],
)
def test_the_ways_aside_are_laid_out_as_well(bench: Bench, tmp_path: Path, large: bool) -> None:
    pictures = Pictures.NONE if large else Pictures.SOME
    album = Album(bench.robot, tmp_path / "pictures", large=large, pictures=pictures)
    if large:
        walk.enlarge(bench)
    walk.look_aside(bench, album)
    assert album.faults == []


def test_an_officer_finds_the_tablet_as_it_was_left(bench: Bench) -> None:
    robot = bench.robot
    for button in ("top.type", "top.look", "top.language"):
        robot.tap(button)
    assert wears(bench) == (True, True, Language.EN)
    robot.stop()
    language.use(Language.ZH)
    paint.wear(CALM)
    again = Robot.start(bench.field.folder, bench.field.ports, tablet=bench.field.tablet)
    bench.robot = again
    assert wears(bench) == (False, False, Language.ZH), "the way in is plain after a restart"
    again.tap(f"unlock.officer.{WANG}")
    again.type_pin("unlock", PIN)
    again.tap("unlock.open")
    again.wait_for("top.lock")
    assert wears(bench) == (True, True, Language.EN)
    assert again.find("today.emergency").height >= 48
    for button in ("top.type", "top.look", "top.language"):
        again.tap(button)
    assert wears(bench) == (False, False, Language.ZH)


def wears(bench: Bench) -> tuple[bool, bool, Language]:
    look = bench.robot.app.look()
    return look.large, look.sunlight, look.language
