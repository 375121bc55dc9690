from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.models import AuditEntry, Device, DeviceOfficer, Enrolment
from server.principal import PUBLIC
from server.services import enrolment, platform_keys
from server.services.enrolment import (
    DeviceBarred,
    Enrolled,
    EnrolmentExpired,
    EnrolmentUsed,
    EnrolmentWrong,
)
from server.services.key_certificates import OfficerKeyTaken
from server.work import Parts, open_work
from shared import base64url, keyset
from shared import enrolment as codes
from shared.certificates import read_device_certificate, read_officer_certificate
from shared.errors import BadInput, DomainError, NotAllowed, NotFound
from shared.roles import Role
from tests.server.factories import principal
from tests.server.sync_world import as_tablet
from tests.world import HELPER, LI, WANG, key

ADMIN = principal("admin", Role.AGENCY_ADMIN, agency="agency-1", region="370102")
OTHER = principal("other-admin", Role.AGENCY_ADMIN, agency="agency-2", region="370202")


def issue(parts: Parts, officer: str = WANG, device: str | None = None) -> codes.Enrolment:
    with open_work(parts, ADMIN) as work:
        return codes.decode(enrolment.issue(work, officer, device).text)


def proof(told: codes.Enrolment, name: str, code: str | None = None) -> dict[str, str]:
    public = key(name).public
    said = codes.proof_bytes(told.enrolment_id, code or told.code, public)
    return {"public_key": public, "proof": base64url.encode(key(name).sign(said))}


def request(told: codes.Enrolment, device: str = "new", officer: str = "new/wang") -> Any:
    return {
        "enrolment_id": told.enrolment_id,
        "code": told.code,
        "device": {**proof(told, device), "name": "平板", "model": "M1", "certificate": None},
        "officer": proof(told, officer),
        "sealed_store_key": "intl-1.x",
        "app_version": "0.1",
    }


def enrol(parts: Parts, sent: Any, *, again: bool = False) -> Enrolled:
    with open_work(parts, PUBLIC) as work:
        attempt = enrolment.enrol(work, sent, again=again)
    return attempt.accepted()


def join(parts: Parts, device_id: str, sent: Any, *, again: bool = False) -> Enrolled:
    with open_work(parts, as_tablet(device_id)) as work:
        attempt = enrolment.join(work, device_id, sent, again=again)
    return attempt.accepted()


def devices(parts: Parts) -> int:
    with Session(parts.engine) as session:
        return session.scalar(select(func.count()).select_from(Device)) or 0


def test_a_tablet_is_let_in_with_certificates_that_hold(planted: Parts, clock: SetClock) -> None:
    enrolled = enrol(planted, request(issue(planted)))

    trusted = keyset.read(enrolled.key_set)
    device = read_device_certificate(enrolled.device.certificate, trusted, clock.now())
    officer = read_officer_certificate(enrolled.officer_certificate, trusted, clock.now())
    assert (device.device_id, device.public_key) == (enrolled.device.id, key("new").public)
    assert (officer.officer_id, officer.certificate_no) == (WANG, "15010100001")
    assert officer.public_key == key("new/wang").public
    assert enrolled.device.lease_until == clock.now() + timedelta(days=7)


def test_the_code_names_this_server_and_its_keys(planted: Parts) -> None:
    told = issue(planted)

    with open_work(planted, ADMIN) as work:
        fingerprint = keyset.fingerprint(platform_keys.key_set(work))
    assert told.server == "http://mingcha.test"
    assert told.key_set_fingerprint == fingerprint
    assert len(base64url.decode(told.code)) * 8 >= 128


def test_the_code_itself_is_kept_nowhere(planted: Parts) -> None:
    told = issue(planted)

    with Session(planted.engine) as session:
        row = session.scalars(select(Enrolment)).one()
        assert told.code not in str({c.name: getattr(row, c.name) for c in row.__table__.columns})


def test_a_code_is_good_once(planted: Parts) -> None:
    sent = request(issue(planted))
    enrol(planted, sent)

    with pytest.raises(EnrolmentUsed):
        enrol(planted, sent)


def test_a_repetition_that_says_so_gets_the_same_answer(planted: Parts) -> None:
    sent = request(issue(planted))
    first = enrol(planted, sent)

    again = enrol(planted, sent, again=True)

    assert again.device.id == first.device.id
    assert again.officer_certificate == first.officer_certificate
    assert devices(planted) == 2  # the planted one, and this


@pytest.mark.parametrize("changed", ["device", "officer"])
def test_a_used_enrolment_lets_nobody_else_in(planted: Parts, changed: str) -> None:
    told = issue(planted)
    enrol(planted, request(told))

    with pytest.raises(EnrolmentUsed):
        enrol(planted, request(told, **{changed: "somebody-else"}), again=True)


def test_after_fifteen_minutes_it_is_over(planted: Parts, clock: SetClock) -> None:
    told = issue(planted)
    clock.move(timedelta(minutes=15))

    with pytest.raises(EnrolmentExpired):
        enrol(planted, request(told))


def test_five_wrong_tries_end_it_for_the_right_one_too(planted: Parts) -> None:
    told = issue(planted)
    for number in range(5):
        with pytest.raises(EnrolmentWrong):
            enrol(planted, {**request(told), "code": f"wrong-{number}"})

    with pytest.raises(EnrolmentExpired):
        enrol(planted, request(told))


def swap(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda sent: {**sent, name: {**sent[name], "public_key": key("x").public}}


@pytest.mark.parametrize(
    "forge",
    [
        swap("device"),
        swap("officer"),
        lambda sent: {**sent, "enrolment_id": "unknown"},
        lambda sent: {**sent, "device": {**sent["device"], "proof": "A" * 86}},
        lambda sent: {**sent, "device": {**sent["device"], "proof": "~" * 86}},
    ],
)
def test_a_key_that_is_not_proven_is_not_let_in(planted: Parts, forge: Any) -> None:
    with pytest.raises(EnrolmentWrong):
        enrol(planted, forge(request(issue(planted))))
    assert devices(planted) == 1


def test_nothing_stays_of_a_try_that_was_refused(planted: Parts) -> None:
    """The officer's key is the tablet's own: found late, after the tablet was written."""
    told = issue(planted)

    with pytest.raises(BadInput):
        enrol(planted, request(told, device="new", officer="new"))

    assert devices(planted) == 1
    with Session(planted.engine) as session:
        acts = session.scalars(select(AuditEntry.action)).all()
    assert "device.enrolled" not in acts


def test_a_second_officer_joins_with_an_enrolment_of_their_own(planted: Parts) -> None:
    first = enrol(planted, request(issue(planted)))
    told = issue(planted, LI, first.device.id)
    sent = {**request(told), "officer": proof(told, "new/li")}

    joined = join(planted, first.device.id, sent)

    assert joined.officer_certificate["officer_id"] == LI
    with pytest.raises(EnrolmentUsed):
        join(planted, first.device.id, sent)
    again = join(planted, first.device.id, sent, again=True)
    assert again.officer_certificate == joined.officer_certificate
    other = {**sent, "officer": proof(told, "new/li-again")}
    with pytest.raises(EnrolmentUsed):
        join(planted, first.device.id, other, again=True)


def test_nobody_joins_another_tablet(planted: Parts) -> None:
    first = enrol(planted, request(issue(planted)))
    told = issue(planted, LI, first.device.id)
    sent = {**request(told), "officer": proof(told, "x/li")}

    with pytest.raises(NotFound), open_work(planted, as_tablet("tablet-1")) as work:
        enrolment.join(work, first.device.id, sent)
    with pytest.raises(EnrolmentWrong):
        join(planted, "tablet-1", sent)
    with pytest.raises(EnrolmentWrong):
        enrol(planted, request(told))


def test_one_key_serves_one_officer_on_one_tablet(planted: Parts) -> None:
    told = issue(planted, LI, "tablet-1")

    with pytest.raises(OfficerKeyTaken):
        join(planted, "tablet-1", {**request(told), "officer": proof(told, WANG)})


def test_enrolled_again_the_old_key_ends_and_its_time_is_kept(
    planted: Parts, clock: SetClock
) -> None:
    told = issue(planted, WANG, "tablet-1")
    join(planted, "tablet-1", {**request(told), "officer": proof(told, "wang-2")})

    with Session(planted.engine) as session:
        old = session.scalars(
            select(DeviceOfficer).where(DeviceOfficer.public_key == key(WANG).public)
        ).one()
        assert old.revoked_at == clock.now()


def test_an_assistant_has_no_key(planted: Parts) -> None:
    with pytest.raises(BadInput):
        issue(planted, HELPER)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        (OTHER, NotFound),
        (principal("reader", Role.OFFICER, agency="agency-1"), NotAllowed),
    ],
)
def test_only_the_agencys_administrator_issues(
    planted: Parts, who: Any, error: type[DomainError]
) -> None:
    with pytest.raises(error), open_work(planted, who) as work:
        enrolment.issue(work, WANG)


def test_a_tablet_this_database_forgot_keeps_its_id(planted: Parts) -> None:
    """After a restore the row is gone; its events still say the old id."""
    first = enrol(planted, request(issue(planted)))
    with Session(planted.engine) as session:
        session.execute(delete(DeviceOfficer).where(DeviceOfficer.device_id == first.device.id))
        session.execute(delete(Enrolment))
        session.execute(delete(Device).where(Device.id == first.device.id))
        session.commit()

    sent = request(issue(planted))
    sent["device"]["certificate"] = first.device.certificate
    assert enrol(planted, sent).device.id == first.device.id


def test_nobody_takes_another_tablets_id(planted: Parts) -> None:
    first = enrol(planted, request(issue(planted)))
    sent = request(issue(planted, LI), device="thief", officer="thief/li")
    sent["device"]["certificate"] = first.device.certificate

    with pytest.raises(DeviceBarred):
        enrol(planted, sent)
