"""Enrolling and unlocking: PINs of one's own, and honest words when something fails."""

import pytest

from fieldapp.ports.camera import Frame
from fieldapp.viewmodels.background import AtOnce
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.enrolling import EnrollingViewModel, Phase
from fieldapp.viewmodels.pin import ERASE, PinDraft
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.unlocking import UnlockingViewModel
from tests.fieldapp.conftest import OTHER_PIN, PIN, Field
from tests.fieldapp.viewmodels.conftest import Office
from tests.world import LI, WANG


@pytest.fixture
def newcomer(fresh: Field) -> Office:
    """A tablet that belongs to nobody, before its enrolment screen."""
    duty = Duty(fresh.tablet, fresh.ports, AtOnce())
    found = Office(field=fresh, duty=duty)
    duty.watch(found.went.append)
    return found


def seen(office: Office, text: str) -> Frame:
    """Make the code reader find this text in the next frame."""
    office.field.ports.decoder.codes = (text,)
    view = office.field.ports.camera.view
    assert view is not None
    return view


def type_in(model: EnrollingViewModel | UnlockingViewModel, pin: str) -> None:
    for figure in pin:
        model.key(figure)


def enrol(office: Office, model: EnrollingViewModel, officer_id: str, pin: str) -> None:
    model.saw(seen(office, office.field.platform.enrolment(officer_id)))
    for _ in range(2):
        type_in(model, pin)
        model.act()


def test_two_officers_enrol_with_a_pin_each_and_go_to_work(newcomer: Office) -> None:
    model = newcomer.make(EnrollingViewModel)
    model.enter()
    enrol(newcomer, model, WANG, PIN)
    assert newcomer.state.phase is Phase.DONE
    assert newcomer.state.primary.key == "enrol.second"
    model.act()
    enrol(newcomer, model, LI, OTHER_PIN)
    assert [line[:3] for line in newcomer.state.officers] == ["王建国", "李秀英"]
    model.act()
    assert newcomer.went[-1] is Place.TODAY
    assert newcomer.duty.officer_id == WANG
    assert not newcomer.duty.session.is_unlocked(LI)


def test_something_else_before_the_camera_is_no_enrolment(newcomer: Office) -> None:
    model = newcomer.make(EnrollingViewModel)
    model.enter()
    model.saw(seen(newcomer, "https://example.cn/menu"))
    assert newcomer.state.phase is Phase.CODE
    assert "不是平板登记码" in newcomer.state.said.text


def test_two_pins_that_differ_are_both_asked_again(newcomer: Office) -> None:
    model = newcomer.make(EnrollingViewModel)
    model.enter()
    model.saw(seen(newcomer, newcomer.field.platform.enrolment(WANG)))
    type_in(model, PIN)
    model.act()
    type_in(model, OTHER_PIN)
    model.act()
    assert newcomer.state.phase is Phase.PIN
    assert "不一致" in newcomer.state.said.text
    assert newcomer.state.pin_count == 0


def test_without_network_the_same_code_can_be_tried_again(newcomer: Office) -> None:
    model = newcomer.make(EnrollingViewModel)
    model.enter()
    newcomer.field.network.on = False
    enrol(newcomer, model, WANG, PIN)
    assert newcomer.state.said.tone == "problem"
    assert newcomer.state.phase is Phase.PIN
    newcomer.field.network.on = True
    for _ in range(2):
        type_in(model, PIN)
        model.act()
    assert newcomer.state.phase is Phase.DONE


def test_a_weak_pin_is_refused_with_the_rule(newcomer: Office) -> None:
    model = newcomer.make(EnrollingViewModel)
    model.enter()
    enrol(newcomer, model, WANG, "123456")
    assert "连续" in newcomer.state.said.text


def test_nobody_is_let_in_without_choosing_and_a_whole_pin(office: Office) -> None:
    office.duty.lock()
    model = office.make(UnlockingViewModel)
    model.enter()
    assert "选择本人" in office.state.primary.reason
    model.choose(WANG)
    type_in(model, PIN[:5])
    assert "PIN" in office.state.primary.reason
    model.act()
    assert not office.duty.unlocked
    model.key(PIN[5])
    model.act()
    assert office.duty.unlocked
    assert office.went[-1] is Place.TODAY


def test_a_wrong_pin_says_how_many_tries_are_left_and_then_to_wait(office: Office) -> None:
    office.duty.lock()
    model = office.make(UnlockingViewModel)
    model.enter()
    model.choose(WANG)
    type_in(model, OTHER_PIN)
    model.act()
    assert "还可以试 9 次" in office.state.said.text
    for _ in range(4):
        type_in(model, OTHER_PIN)
        model.act()
    type_in(model, PIN)
    assert "等待 30 秒" in office.state.primary.reason
    office.field.clock.advance(seconds=31)
    model.tick()
    model.refresh()
    assert office.state.primary.open
    model.act()
    assert office.duty.unlocked


def test_the_lock_screen_shows_no_full_name(office: Office) -> None:
    office.duty.lock()
    model = office.make(UnlockingViewModel)
    model.enter()
    assert "王建国" not in str(office.shown)
    assert office.duty.officer_name() == ""


def test_a_locked_tablet_goes_nowhere_but_to_its_lock(office: Office) -> None:
    office.duty.lock()
    for place in Place:
        office.duty.go(place)
        assert office.duty.place is Place.UNLOCK


def test_a_pin_takes_figures_and_gives_the_last_one_back() -> None:
    pin = PinDraft()
    for key in ("1", "x", "2", ERASE, "3"):
        pin.press(key)
    assert pin.digits == "13"
    for _ in range(20):
        pin.press("9")
    assert pin.count == 12
