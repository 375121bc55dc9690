"""No step can be skipped: at every stage of a visit, on every screen, with every button.

The journal is made to refuse everything at the last moment, so that a stage can be tried with all
its buttons and stays what it is; whatever the flow itself refuses before that is a fault.
"""

from collections import Counter

import pytest

from fieldapp.errors import StepRefused
from fieldapp.flow.inspection import InspectionFlow
from fieldapp.language import say
from fieldapp.ports.camera import Photo
from fieldapp.screens.widgets.touch import DeedButton
from fieldapp.store.journal import Journal
from fieldapp.viewmodels.places import OF_A_VISIT, PLACE_OF, Place
from shared.errors import DomainError
from shared.events.kinds import EventKind
from shared.flow.musts import Must, Progress
from shared.flow.stage import Stage
from tests.fieldapp import visiting
from tests.fieldapp.conftest import OTHER_PIN, PIN
from tests.fieldapp.screens.bench import Bench, jpeg
from tests.world import LI, TASK, WANG

SHEETS = ("photo.cancel", "sound.cancel", "file.cancel")
"""How a sheet over the screen is closed. Those for sound and files have a test of their own."""
ELSEWHERE = ("top.", "rail.", "way.", "photo.cancel", "sound.", "file.")
"""Ways out of a screen; they are walked by a test of their own."""
ALIKE = 2
"""Of figures, names, reasons and points to jump to, so many are touched; they do the same."""
MANY = ("jump", "capacity", "name", "reason", "statement", "explanation", "of", "basis", "why")


class NotWritten(DomainError):
    """Lawful, but this test wants nothing to change."""

    code = "not_written"


def photographed(flow: InspectionFlow) -> None:
    flow.add_photo(Photo(data=jpeg()), officer_id=WANG)


def unable(flow: InspectionFlow) -> None:
    payload = {
        "reason": "closed",
        "explanation": "大门关闭",
        "officer_ids": [WANG, LI],
        "evidence": [item.sha256 for item in flow.state().evidence],
    }
    flow.take(EventKind.UNABLE, officer_id=WANG, payload=payload)


def told_later(flow: InspectionFlow) -> None:
    content = flow.result()
    payload = {"conclusion": "unable", "content_hash": content.hash, "given": "later"}
    flow.take(EventKind.RESULT_GIVEN, officer_id=WANG, payload=payload)


BROKEN_OFF = (photographed, unable, told_later, visiting.leave, visiting.seal)


@pytest.fixture
def open_bench(bench: Bench) -> Bench:
    """A visit just opened."""
    session = bench.field.session
    session.open_visit([TASK], officer_id=WANG)
    bench.robot.tick(0)
    return bench


class Ledger:
    """Remembers what the flow refused; while `closed`, nothing at all is written."""

    def __init__(self) -> None:
        self.refused: list[tuple[EventKind, str]] = []
        self.closed = True


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    found = Ledger()
    take, append = InspectionFlow.take, Journal.append

    def watched(flow: InspectionFlow, kind: EventKind, **rest: object) -> object:
        try:
            return take(flow, kind, **rest)
        except StepRefused as error:
            found.refused.append((kind, str(error)))
            raise

    def held_back(journal: Journal, *rest: object) -> None:
        if found.closed:
            raise NotWritten
        append(journal, *rest)

    monkeypatch.setattr(InspectionFlow, "take", watched)
    monkeypatch.setattr(Journal, "append", held_back)
    return found


def take_up(bench: Bench) -> None:
    line = next(line for line in bench.field.session.tasks() if line.task.id == TASK)
    bench.robot.app.duty.take_up(line)
    bench.robot.tick(0)


def try_everything(bench: Bench, place: Place) -> int:
    """Touch every open button of a screen, over and over while new ones appear."""
    robot, done, touched = bench.robot, set(), Counter()
    while True:
        if bench.place is not place:
            robot.app.duty.go(place)
            robot.tick(0)
        for way_out in SHEETS:
            if robot.sees(way_out):
                robot.tap(way_out)
        waiting = [
            widget.role
            for widget in robot.visible()
            if getattr(widget, "role", "")
            and hasattr(widget, "on_release")
            and not widget.disabled
            and not widget.role.startswith(ELSEWHERE)
            and not widget.role[-1].isdecimal()
            and widget.role not in done
            and touched[group(widget.role)] < ALIKE
        ]
        if not waiting:
            return len(done)
        done.add(waiting[0])
        touched[group(waiting[0])] += 1
        robot.tap(waiting[0])


def group(role: str) -> str:
    """What a button is one of many of; a button of its own is its own group."""
    parts = role.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 and parts[1] in MANY else role


@pytest.mark.long
@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(visiting.STEPS, id="a clean visit"),
        pytest.param(BROKEN_OFF, id="a visit broken off", marks=pytest.mark.torture),
    ],
)
def test_at_no_stage_does_an_open_button_ask_for_what_the_flow_refuses(
    open_bench: Bench, steps: tuple[visiting.Step, ...], ledger: Ledger
) -> None:
    bench = open_bench
    take_up(bench)
    flow = bench.visit.flow
    seen, led = [], set()
    for step in (None, *steps):
        if step is not None:
            ledger.closed = False
            bench.field.session.unlock_officer(LI, OTHER_PIN)  # the screens lock it again
            step(flow)
            ledger.closed = True
        take_up(bench)
        standing = (bench.visit.stage, len(bench.visit.state.shown), bench.visit.due())
        if standing in seen:
            continue  # one more answer or photo: the same buttons as before
        seen.append(standing)
        before = len(flow.events())
        for place in sorted(OF_A_VISIT):
            try_everything(bench, place)
            led |= follow_the_way_out(bench, place)
        assert (standing, ledger.refused) == (standing, [])
        assert len(flow.events()) == before
    assert seen[-1][0] is Stage.SEALED
    assert {(Place.NOTICE, Place.SCAN), (Place.LEAVING, Place.SCAN)} <= led


def follow_the_way_out(bench: Bench, place: Place) -> set[tuple[Place, Place]]:
    """From each lock that the flow lifts elsewhere to the screen where it is lifted, by touch."""
    robot, led = bench.robot, set()
    robot.app.duty.go(place)
    robot.tick(0)
    locked = [
        widget.role
        for widget in robot.visible()
        if isinstance(widget, DeedButton) and widget.role and widget.action.reason
    ]
    for role in locked:
        action = robot.find(role).action
        wanted = lifted_at(bench, action.reason)
        if wanted in (None, place):
            assert not action.way.key, (place, role, action.reason)
            continue
        assert action.way.key == f"way.{wanted}", (place, role, action.reason)
        robot.tap_locked(role)
        assert robot.says(action.reason), (place, role)
        robot.tap(action.way.key)
        assert bench.place is wanted, (place, role)
        led.add((place, wanted))
        robot.app.duty.go(place)
        robot.tick(0)
    return led


def lifted_at(bench: Bench, reason: str) -> Place | None:
    """The screen of the act that the flow's table says would lift the lock with this reason."""
    for kind in EventKind:
        for refusal in bench.visit.refusals(kind)[:1]:
            if say(refusal.reason) == reason and refusal.lifted_by:
                return PLACE_OF.get(refusal.lifted_by)
    return None


def test_before_the_visit_only_its_beginning_is_open(bench: Bench, ledger: Ledger) -> None:
    take_up(bench)
    for place in sorted(OF_A_VISIT):
        try_everything(bench, place)
    assert ledger.refused == []
    assert bench.field.session.visits() == ()
    robot = bench.robot
    robot.app.duty.go(Place.LEAVING)
    robot.tick(0)
    robot.tap("way.task")
    assert bench.place is Place.TASK
    assert robot.is_open("task.begin")


def test_a_locked_must_leads_nowhere_and_says_why(open_bench: Bench) -> None:
    robot = open_bench.robot
    take_up(open_bench)
    assert open_bench.place is Place.SCAN
    for must in (Must.SHOWN, Must.TRACED, Must.TOLD):
        assert open_bench.visit.progress()[must] is Progress.LOCKED
        robot.tap(f"rail.{must}")
        assert open_bench.place is Place.SCAN
        assert robot.says("请先“扫码入企”"), must
    robot.app.duty.go(Place.LEAVING)
    robot.tick(0)
    robot.tap(f"rail.{Must.SHOWN}")
    robot.tap("way.scan")
    assert open_bench.place is Place.SCAN


def test_every_locked_button_shows_its_reason_and_does_nothing(open_bench: Bench) -> None:
    robot = open_bench.robot
    take_up(open_bench)
    for place, button in (
        (Place.CREDENTIALS, "credentials.confirm"),
        (Place.NOTICE, "notice.to_sign"),
        (Place.CHECKLIST, "checklist.to_record"),
        (Place.RECORD, "record.read"),
        (Place.SIGNING, "signing.take"),
        (Place.RESULT, "result.to_sign"),
        (Place.LEAVING, "leaving.leave"),
    ):
        robot.app.duty.go(place)
        robot.tick(0)
        reason = robot.reason_of(button)
        assert reason, place
        assert robot.says(reason), place
        robot.tap_locked(button)
        assert open_bench.place is place
    assert open_bench.kinds() == ["visit_opened"]


def test_one_officer_cannot_show_for_two(bench: Bench) -> None:
    bench.begin()
    bench.scan()
    bench.show(WANG, PIN)
    robot = bench.robot
    robot.tap(f"credentials.officer.{LI}")
    robot.type_pin("credentials", PIN)
    robot.tap("credentials.confirm")
    robot.wait(lambda: robot.says("PIN 不正确"), "the refusal")
    assert bench.kinds() == ["visit_opened", "scanned_in", "credentials_shown"]
    assert not robot.is_open("credentials.next")


def test_the_second_officers_key_is_locked_again_when_the_screen_is_left(bench: Bench) -> None:
    bench.begin()
    bench.scan()
    bench.show(WANG, PIN)
    bench.show(LI, OTHER_PIN)
    assert bench.field.session.is_unlocked(LI)
    bench.robot.tap("credentials.next")
    assert not bench.field.session.is_unlocked(LI)
    assert bench.field.session.is_unlocked(WANG)
