"""The platform's word on whose a key is: certificates for tablets and for officers on them.

They let a case file be checked years later without this server. An officer enrolled again gets a
new certificate; the old key's time is noted and never rewritten.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from server.models import Certificate, Device, DeviceOfficer, Officer
from server.work import Work
from shared.certificates import (
    DeviceCertificate,
    OfficerCertificate,
    device_certificate,
    key_id,
    officer_certificate,
)
from shared.errors import Conflict

LIFE = timedelta(days=3 * 365)
BACKDATED = timedelta(minutes=5)  # a tablet whose clock is a little behind signs at once


class OfficerKeyTaken(Conflict):
    """A key that is somebody's already, or on another tablet: nobody can play two."""

    code = "officer_key_taken"


def of_device(work: Work, device: Device) -> dict[str, Any]:
    """A fresh certificate of a tablet's key."""
    return device_certificate(
        DeviceCertificate(
            device_id=device.id,
            agency_id=device.agency_id,
            public_key=device.public_key,
            valid_from=work.now - BACKDATED,
            valid_to=work.now + LIFE,
        ),
        issued_at=work.now,
        key=work.secrets.signing_key(),
        kid=work.secrets.signing_kid,
    )


def give(work: Work, device: Device, officer: Officer, public_key: str) -> Mapping[str, Any]:
    """Certify an officer's key on a tablet; a key they had on it before ends now."""
    row = _of_key(work, public_key)
    if row is not None:
        return given(work, device, officer, public_key)
    earlier = select(DeviceOfficer).where(
        DeviceOfficer.device_id == device.id,
        DeviceOfficer.officer_id == officer.id,
        DeviceOfficer.revoked_at.is_(None),
    )
    for held in work.session.scalars(earlier):
        held.revoked_at = work.now
    made = DeviceOfficer(
        id=work.ids(),
        device_id=device.id,
        officer_id=officer.id,
        public_key=public_key,
        kid=key_id(public_key),
        valid_from=work.now - BACKDATED,
        valid_to=work.now + LIFE,
    )
    made.certificate = _certify(work, officer, made)
    work.session.add(made)
    return made.certificate


def given(work: Work, device: Device, officer: Officer, public_key: str) -> Mapping[str, Any]:
    """The certificate this key has already, if it is this officer's on this tablet."""
    row = _of_key(work, public_key)
    if row is None or (row.device_id, row.officer_id) != (device.id, officer.id):
        raise OfficerKeyTaken("That key is not this officer's on this tablet.")
    return row.certificate


def _of_key(work: Work, public_key: str) -> DeviceOfficer | None:
    return work.session.scalars(
        select(DeviceOfficer).where(DeviceOfficer.public_key == public_key)
    ).one_or_none()


def _certify(work: Work, officer: Officer, key: DeviceOfficer) -> dict[str, Any]:
    certificate = work.session.scalars(
        select(Certificate)
        .where(Certificate.officer_id == officer.id, Certificate.revoked_at.is_(None))
        .order_by(Certificate.valid_to.desc())
        .limit(1)
    ).one_or_none()
    return officer_certificate(
        OfficerCertificate(
            officer_id=officer.id,
            device_id=key.device_id,
            agency_id=officer.agency_id,
            name=officer.name,
            certificate_no=certificate.number if certificate else "",
            unit=certificate.unit if certificate else officer.unit,
            public_key=key.public_key,
            valid_from=key.valid_from,
            valid_to=key.valid_to,
        ),
        issued_at=work.now,
        key=work.secrets.signing_key(),
        kid=work.secrets.signing_kid,
    )
