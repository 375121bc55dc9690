"""The tablet as a whole: enrolling, unlocking, recovering, and enrolling again."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from fieldapp.errors import (
    AlreadyEnrolled,
    EnrolmentInsecure,
    HalfReply,
    NoSpace,
    NotEnrolled,
    OfficerLocked,
    PinTooWeak,
    PinWrapDropped,
    RefusedByServer,
    WrongPin,
)
from fieldapp.ports.desktop.keystore import NoKeyStore
from fieldapp.ports.fake.network import LossyTransport
from fieldapp.ports.keystore import Protection
from fieldapp.store.files import KEYS, STORE
from fieldapp.store.outbox import OutboxState
from fieldapp.tablet import Condition, Tablet
from shared import crypto, enrolment, keyset
from shared.errors import BadInput, Untrusted
from tests.fieldapp import visiting
from tests.fieldapp.conftest import CHEAP, OTHER_PIN, PIN, Field
from tests.fieldapp.simulator import RECOVERY_SEED, SERVER
from tests.world import LI, TASK, WANG


def test_a_new_tablet_has_nothing(fresh: Field) -> None:
    assert fresh.tablet.condition() is Condition.NEW
    with pytest.raises(NotEnrolled):
        fresh.tablet.officers_to_unlock()
    with pytest.raises(NotEnrolled):
        fresh.tablet.unlock(WANG, PIN)


def test_enrolling_makes_an_open_tablet_with_its_first_officer(fresh: Field) -> None:
    session = fresh.tablet.enrol(fresh.platform.enrolment(WANG), pin=PIN, tablet_name="历下一号")
    assert fresh.tablet.condition() is Condition.OPEN
    assert session.identity.device_id == "tablet-1"
    assert session.identity.tablet_name == "历下一号"
    assert [officer.name for officer in session.officers()] == ["王建国"]
    assert session.is_unlocked(WANG)
    assert session.key_protection is Protection.HARDWARE


def test_a_second_officer_joins_with_a_code_and_pin_of_his_own(field: Field) -> None:
    assert [officer.officer_id for officer in field.session.officers()] == [WANG, LI]
    field.tablet.lock()
    assert field.tablet.condition() is Condition.LOCKED
    session = field.tablet.unlock(LI, OTHER_PIN)
    assert session.is_unlocked(LI)
    assert not session.is_unlocked(WANG)
    with pytest.raises(WrongPin):
        session.unlock_officer(WANG, OTHER_PIN)
    session.unlock_officer(WANG, PIN)
    assert session.is_unlocked(WANG)


def test_the_lock_screen_tells_officers_apart_without_naming_them(field: Field) -> None:
    labels = [locked.label for locked in field.tablet.officers_to_unlock()]
    assert labels == ["王**（尾号 0001）", "李**（尾号 0002）"]


def test_a_lost_answer_is_asked_for_again_with_the_same_keys(fresh: Field) -> None:
    fresh.network._inner = LossyTransport(fresh.platform, left=2)
    code = fresh.platform.enrolment(WANG)
    for _ in range(2):
        with pytest.raises(HalfReply):
            fresh.tablet.enrol(code, pin=PIN, tablet_name="一号")
    assert fresh.tablet.condition() is Condition.NEW
    session = fresh.tablet.enrol(code, pin=PIN, tablet_name="一号")
    assert session.identity.key.public in fresh.platform.devices.values()


def test_a_tablet_whose_clock_is_years_off_can_be_enrolled(fresh: Field) -> None:
    fresh.platform.skew = timedelta(days=800)
    fresh.platform.key_set = fresh.platform.make_key_set(version=1)
    fresh.platform.dated = True
    fresh.tablet.enrol(fresh.platform.enrolment(WANG), pin=PIN, tablet_name="一号")
    assert fresh.sync().problem is None
    assert fresh.held.timekeeper.now() == fresh.platform.now()


def test_a_used_code_is_refused(field: Field, tmp_path) -> None:
    other = Tablet(tmp_path / "other", field.ports, params=CHEAP)
    code = enrolment.encode(
        SERVER, "enrolment-1", "c" * 22, keyset.fingerprint(field.platform.key_set)
    )
    with pytest.raises(RefusedByServer) as refused:
        other.enrol(code, pin=PIN, tablet_name="二号")
    assert refused.value.reason == "enrolment_used"
    assert other.condition() is Condition.NEW
    assert not (tmp_path / "other" / STORE).exists()


def test_a_server_with_other_keys_than_the_code_says_is_not_trusted(fresh: Field) -> None:
    fresh.platform.enrolments["e"] = ("c" * 22, WANG)
    code = enrolment.encode(SERVER, "e", "c" * 22, "0" * 64)
    with pytest.raises(Untrusted):
        fresh.tablet.enrol(code, pin=PIN, tablet_name="一号")
    assert fresh.platform.used == {}, "nothing secret was sent"
    assert fresh.tablet.condition() is Condition.NEW


def test_certificates_for_another_key_are_not_accepted(fresh: Field) -> None:
    code = fresh.platform.enrolment(WANG)
    real = fresh.platform._device_certificate
    fresh.platform._device_certificate = lambda id_, _: real(id_, "A" * 43)  # type: ignore[method-assign]
    with pytest.raises(Untrusted):
        fresh.tablet.enrol(code, pin=PIN, tablet_name="一号")
    assert fresh.tablet.condition() is Condition.NEW


@pytest.mark.parametrize("pin", ["123456", "12345"])
def test_a_weak_pin_is_refused_before_anything_is_sent(fresh: Field, pin: str) -> None:
    with pytest.raises(PinTooWeak):
        fresh.tablet.enrol(fresh.platform.enrolment(WANG), pin=pin, tablet_name="一号")
    assert fresh.platform.requests == []


def test_a_full_disk_is_found_before_the_code_is_used(fresh: Field) -> None:
    fresh.ports.device.free = 1000
    with pytest.raises(NoSpace):
        fresh.tablet.enrol(fresh.platform.enrolment(WANG), pin=PIN, tablet_name="一号")
    assert fresh.platform.requests == []


@pytest.mark.parametrize("text", ["", "MCE1.", "hello", "MCE1.e30", "MCE2.e30"])
def test_any_other_text_is_no_code(fresh: Field, text: str) -> None:
    with pytest.raises(BadInput):
        fresh.tablet.enrol(text, pin=PIN, tablet_name="一号")


def test_a_server_without_tls_is_refused_unless_it_is_this_machine(fresh: Field) -> None:
    code = enrolment.encode("http://10.0.0.9", "e", "c" * 22, "0" * 64)
    with pytest.raises(EnrolmentInsecure):
        fresh.tablet.enrol(code, pin=PIN, tablet_name="一号")
    assert fresh.platform.requests == []


def test_a_tablet_is_enrolled_once(field: Field) -> None:
    with pytest.raises(AlreadyEnrolled):
        field.tablet.enrol(field.platform.enrolment(WANG), pin=PIN, tablet_name="一号")


def test_a_crash_while_founding_leaves_a_new_tablet(
    fresh: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    code = fresh.platform.enrolment(WANG)
    with monkeypatch.context() as killed:
        killed.setattr("fieldapp.founding.keyfile.save", die)
        with pytest.raises(Killed):
            fresh.tablet.enrol(code, pin=PIN, tablet_name="一号")
    again = Tablet(fresh.folder, fresh.ports, params=CHEAP)
    assert again.condition() is Condition.NEW
    again.enrol(fresh.platform.enrolment(WANG), pin=PIN, tablet_name="一号")
    again.lock()


def test_locking_forgets_every_key(field: Field) -> None:
    session = field.session
    field.tablet.lock()
    with pytest.raises(OfficerLocked):
        session.desk.keys.get(WANG)
    assert field.tablet.session() is None


def test_the_sealed_copy_opens_the_store_after_every_pin_is_lost(field: Field) -> None:
    flow = visiting.finish(field.visit())
    before = flow.state()
    field.tablet.lock()
    for officer_id in (WANG, LI):
        for _ in range(10):
            with pytest.raises((WrongPin, PinWrapDropped)):
                field.tablet.unlock(officer_id, "000002")
            field.clock.advance(seconds=3600)
    with pytest.raises(PinWrapDropped):
        field.tablet.unlock(WANG, PIN)
    sealed = json.loads((field.folder / KEYS).read_text())["recovery"]["box"]
    assert sealed == field.platform.sealed_store_key
    store_key = crypto.open_sealed(RECOVERY_SEED, sealed)
    session = field.tablet.recover(store_key, officer_id=WANG, label="王**", pin="161803")
    assert session.inspection(flow.visit_id).state() == before
    assert not session.is_unlocked(WANG), "the officer's own key is not recovered"
    session.add_officer(field.platform.enrolment(WANG), pin="161803")
    assert session.is_unlocked(WANG)
    field.tablet.lock()
    assert field.tablet.unlock(WANG, "161803").is_unlocked(WANG)


def test_enrolled_again_after_a_restore_it_keeps_its_key_and_offers_everything(
    field: Field,
) -> None:
    flow = visiting.finish(field.visit())
    field.sync()
    key = field.session.identity.key.public
    field.platform.devices.clear()
    field.platform.restore_backup()
    field.sync()
    assert field.session.sync_state().problem == "unknown_device"
    field.session.enrol_again(field.platform.enrolment(WANG), pin="161803")
    assert field.session.identity.device_id == "tablet-1"
    assert field.session.identity.key.public == key
    assert field.sync().problem is None
    assert field.platform.chains[flow.visit_id] == [dict(e.raw) for e in flow.events()]
    assert field.session.sync_state().counts[OutboxState.APPLIED] == len(flow.events())
    field.tablet.lock()
    field.tablet.unlock(WANG, "161803")
    field.tablet.unlock(LI, OTHER_PIN)
    assert field.session.is_unlocked(LI)


def test_a_round_that_is_still_running_when_the_tablet_is_locked_ends_quietly(
    field: Field,
) -> None:
    cycle = field.session.cycle()
    field.tablet.lock()
    report = cycle.run()
    assert report.problem is not None
    assert report.problem.code == "store_closed"


def test_tasks_are_listed_with_their_enterprise_and_visit(field: Field) -> None:
    (line,) = field.session.tasks()
    assert line.enterprise is not None
    assert line.premise is not None
    assert (line.task.id, line.visit) == (TASK, None)
    flow = field.visit()
    (line,) = field.session.tasks()
    assert line.visit is not None
    assert line.visit.visit_id == flow.visit_id


def test_on_a_desktop_the_missing_hardware_is_said(fresh: Field) -> None:
    ports = replace(fresh.ports, keystore=NoKeyStore())
    tablet = Tablet(fresh.folder, ports, params=CHEAP)
    session = tablet.enrol(fresh.platform.enrolment(WANG), pin=PIN, tablet_name="一号")
    assert session.key_protection is Protection.NONE
    tablet.lock()
