"""Letting a tablet and its officers in: a one-time code, proof of their keys, certificates.

A code lives fifteen minutes, works once and stands five wrong tries. A wrong try must be
remembered, so nothing raises inside the unit of work: `enrol` and `join` answer with an Attempt.
No private key ever comes here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.models import (
    Agency,
    Certificate,
    Device,
    DeviceStatus,
    Enrolment,
    Officer,
    OfficerKind,
)
from server.services import audit, bearer, key_certificates, parameters, platform_keys
from server.services.key_certificates import OfficerKeyTaken
from server.services.scoping import one, require_own_agency, require_role
from server.work import Work
from shared import base64url, crypto, enrolment, keyset
from shared.certificates import read_device_certificate
from shared.errors import BadInput, Conflict, DomainError, Expired, NotAllowed, NotFound, Untrusted
from shared.localtime import local_day
from shared.roles import Role

LIFE = timedelta(minutes=15)
WRONG_TRIES = 5
CODE_BYTES = 16


class EnrolmentWrong(Untrusted):
    """No such enrolment, another code, or a proof that does not hold: told alike."""

    code = "enrolment_wrong"


class EnrolmentUsed(Conflict):
    """Another key came with this code before."""

    code = "enrolment_used"


class EnrolmentExpired(Expired):
    """Too late, or tried wrongly too often: a new one must be issued."""

    code = "enrolment_expired"


class DeviceBarred(NotAllowed):
    """A tablet that was retired, lost, or is another agency's."""

    code = "device_barred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A fresh enrolment. `text` is its QR code, shown once and kept nowhere."""

    enrolment_id: str
    officer_id: str
    device_id: str | None
    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What a tablet is told when it or an officer on it was let in."""

    device: Device
    officer_certificate: Mapping[str, Any]
    key_set: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of a try, to be asked after the commit."""

    enrolled: Enrolled | None = None
    refusal: DomainError | None = None

    def accepted(self) -> Enrolled:
        """The enrolment; raises what it was refused with."""
        if self.enrolled is None:
            raise self.refusal or EnrolmentWrong("Not a valid enrolment.")
        return self.enrolled


def issue(work: Work, officer_id: str, device_id: str | None = None) -> Issued:
    """A one-time enrolment of one officer, on a new tablet or on `device_id`."""
    require_role(work.who, Role.AGENCY_ADMIN, Role.SYSTEM)
    officer = one(work.session.get(Officer, officer_id))
    require_own_agency(work, officer.agency_id)
    if officer.kind != OfficerKind.OFFICER:
        raise BadInput("An assistant has no key of their own.", errors={"/officer_id": "R05"})
    if device_id is not None:
        _own_device(work, device_id, officer)
    code = base64url.encode(work.chance(CODE_BYTES))
    row = Enrolment(
        id=work.ids(),
        agency_id=officer.agency_id,
        officer_id=officer.id,
        device_id=device_id,
        code_hash=bearer.hash_of(code),
        issued_by=work.who.id,
        issued_at=work.now,
        expires_at=work.now + LIFE,
    )
    work.session.add(row)
    audit.write(work, "enrolment.issued", "enrolment", row.id, officer=officer.id)
    fingerprint = keyset.fingerprint(platform_keys.key_set(work))
    return Issued(
        enrolment_id=row.id,
        officer_id=officer.id,
        device_id=device_id,
        text=enrolment.encode(work.settings.public_url, row.id, code, fingerprint),
        expires_at=row.expires_at,
    )


def find_officer(work: Work, told: str) -> Officer:
    """An officer by id or by the number on the certificate; `NotFound`."""
    officer = work.session.get(Officer, told)
    if officer is not None:
        return officer
    by_number = select(Officer).join(Certificate).where(Certificate.number == told)
    return one(work.session.scalars(by_number).one_or_none())


def enrol(work: Work, sent: Mapping[str, Any], *, again: bool = False) -> Attempt:
    """Let a tablet with its first officer in.

    With `again` a code that was used with the very same keys gets the first answer once more.
    """
    row = _find(work, sent["enrolment_id"])
    try:
        with work.session.begin_nested():
            held = _hold_good(row, sent, sent["device"], sent["officer"], now=work.now)
            _refuse_used(held, again=again)
            if held.device_id is not None:
                raise EnrolmentWrong("This enrolment is for another tablet.")
            officer = work.session.get_one(Officer, held.officer_id)
            device = _device(work, sent, officer) if held.used_at is None else _replayed(work, held)
            if device.public_key != sent["device"]["public_key"]:
                raise EnrolmentUsed("This enrolment was used.")
            enrolled = _let_in(work, held, device, officer, sent["officer"]["public_key"])
    except DomainError as refusal:
        return _refused(row, refusal)
    audit.write(work, "device.enrolled", "device", device.id, officer=officer.id)
    return Attempt(enrolled=enrolled)


def join(work: Work, device_id: str, sent: Mapping[str, Any], *, again: bool = False) -> Attempt:
    """Let a further officer in on a tablet, which asks for itself; `again` as in `enrol`."""
    if device_id != work.who.id:
        raise NotFound("No such tablet.")
    row = _find(work, sent["enrolment_id"])
    try:
        with work.session.begin_nested():
            held = _hold_good(row, sent, sent["officer"], now=work.now)
            _refuse_used(held, again=again)
            officer = work.session.get_one(Officer, held.officer_id)
            device = _own_device(work, device_id, officer)
            if (held.device_id or device.id) != device.id:
                raise EnrolmentWrong("This enrolment is for another tablet.")
            if held.used_at is not None and held.used_by_device != device.id:
                raise EnrolmentUsed("This enrolment was used.")
            enrolled = _let_in(work, held, device, officer, sent["officer"]["public_key"])
    except DomainError as refusal:
        return _refused(row, refusal)
    audit.write(work, "officer.enrolled", "device", device.id, officer=officer.id)
    return Attempt(enrolled=enrolled)


def _find(work: Work, enrolment_id: str) -> Enrolment | None:
    return work.session.scalars(
        select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update()
    ).one_or_none()


def _hold_good(
    row: Enrolment | None, sent: Mapping[str, Any], *proofs: Mapping[str, str], now: datetime
) -> Enrolment:
    """The enrolment, if its code and every key's proof are right and it is in its time.

    The code comes first: who does not know it learns nothing of the enrolment.
    """
    if row is None:
        raise EnrolmentWrong("Not a valid enrolment.")
    if row.tries >= WRONG_TRIES:
        raise EnrolmentExpired("Tried wrongly too often.")
    if bearer.hash_of(sent["code"]) != row.code_hash:
        raise EnrolmentWrong("Not a valid enrolment.")
    if now >= row.expires_at:
        raise EnrolmentExpired("The fifteen minutes are over.")
    if not all(_proves(sent, proof) for proof in proofs):
        raise EnrolmentWrong("A key's proof does not hold.")
    return row


def _refuse_used(row: Enrolment, *, again: bool) -> None:
    if row.used_at is not None and not again:
        raise EnrolmentUsed("This enrolment was used.")


def _proves(sent: Mapping[str, Any], proof: Mapping[str, str]) -> bool:
    public = proof["public_key"]
    said = enrolment.proof_bytes(sent["enrolment_id"], sent["code"], public)
    try:
        return crypto.verify(public, base64url.decode(proof["proof"]), said)
    except BadInput:
        return False


def _refused(row: Enrolment | None, refusal: DomainError) -> Attempt:
    if row is not None and isinstance(refusal, EnrolmentWrong):
        row.tries += 1
    return Attempt(refusal=refusal)


def _own_device(work: Work, device_id: str, officer: Officer) -> Device:
    device = one(work.session.get(Device, device_id, with_for_update=True))
    if device.agency_id != officer.agency_id:
        raise NotFound("No such tablet.")
    return _in_use(device)


def _in_use(device: Device) -> Device:
    if device.status != DeviceStatus.ACTIVE:
        raise DeviceBarred("This tablet is out of use.", status=device.status)
    return device


def _replayed(work: Work, row: Enrolment) -> Device:
    return _in_use(work.session.get_one(Device, row.used_by_device))


def _device(work: Work, sent: Mapping[str, Any], officer: Officer) -> Device:
    """The tablet's row: a new one, or the one it had, known by its key or by our certificate."""
    told = sent["device"]
    # Asked before the row is in the session: the query would write it without its certificate.
    lease_until = work.now + lease(work, officer.agency_id)
    device = work.session.scalars(
        select(Device).where(Device.public_key == told["public_key"]).with_for_update()
    ).one_or_none()
    if device is None:
        device = Device(
            id=_former_id(work, told) or work.ids(),
            public_key=told["public_key"],
            status=DeviceStatus.ACTIVE,
            last_device_seq=0,
            missing_seqs=[],
            agency_id=officer.agency_id,
        )
        work.session.add(device)
    elif device.agency_id != officer.agency_id:
        raise DeviceBarred("This tablet is another agency's.")
    _in_use(device)
    device.name, device.model = told["name"], told["model"]
    device.sealed_store_key, device.app_version = sent["sealed_store_key"], sent["app_version"]
    device.enrolled_at = work.now
    device.lease_until = lease_until
    device.certificate = key_certificates.of_device(work, device)
    return device


def _former_id(work: Work, told: Mapping[str, Any]) -> str | None:
    """The id a tablet had before this database was restored to a time before it came.

    Its events say that id, so it must keep it; our own signature on its certificate proves it.
    """
    shown = told.get("certificate")
    if shown is None:
        return None
    trusted = keyset.read(platform_keys.key_set(work))
    found = read_device_certificate(shown, trusted, work.now)
    taken = work.session.get(Device, found.device_id) is not None
    if taken or found.public_key != told["public_key"]:
        raise DeviceBarred("The certificate is of another tablet.")
    return found.device_id


def _let_in(
    work: Work, row: Enrolment, device: Device, officer: Officer, public_key: str
) -> Enrolled:
    if public_key == device.public_key:
        raise BadInput("An officer's key is their own.", errors={"/officer/public_key": "device's"})
    work.session.flush()
    if row.used_at is None:
        certificate = key_certificates.give(work, device, officer, public_key)
        row.used_at, row.used_by_device = work.now, device.id
    else:
        certificate = _given_before(work, device, officer, public_key)
    return Enrolled(
        device=device, officer_certificate=certificate, key_set=platform_keys.key_set(work)
    )


def _given_before(
    work: Work, device: Device, officer: Officer, public_key: str
) -> Mapping[str, Any]:
    try:
        return key_certificates.given(work, device, officer, public_key)
    except OfficerKeyTaken:
        raise EnrolmentUsed("This enrolment was used.") from None


def lease(work: Work, agency_id: str) -> timedelta:
    """How long a tablet of this agency may begin visits without a word from here."""
    agency = work.session.get_one(Agency, agency_id)
    values = parameters.values(work, agency, local_day(work.now))
    return timedelta(days=values["lease_days"])
