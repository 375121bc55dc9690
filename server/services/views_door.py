"""What anybody's phone learns from a code at the door: an officer's, or the enterprise's own.

Reads only. A code that does not hold tells nothing about any person; one that does shows no more
than stands on the officer's card, and the enterprise's name masked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from server.models import (
    Agency,
    Certificate,
    Device,
    DeviceOfficer,
    DeviceStatus,
    Enterprise,
    EnterpriseCode,
    InspectionItem,
    Officer,
    Premise,
    Task,
    TaskStatus,
)
from server.services import platform_keys
from server.work import Work
from shared import keyset, tokens
from shared.errors import NotFound
from shared.localtime import local_day
from shared.mask import mask_enterprise
from shared.tokens import TokenExpired, TokenForged, TokenRefused, TokenType


class Standing(StrEnum):
    """Whether the officer may inspect here and now, and if not why."""

    VALID = "valid"
    NOT_GENUINE = "not_genuine"
    EXPIRED = "expired"
    NOT_CERTIFIED = "not_certified"
    NOT_ASSIGNED = "not_assigned"
    OUT_OF_WINDOW = "out_of_window"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Who stands at the door, for what. Only given when the code is genuine and in its time."""

    name: str
    unit: str
    agency: str
    certificate_no: str
    valid_to: date | None
    photo_sha256: str | None
    items: tuple[str, ...]
    enterprise_masked: str
    uscc: str  # for the enterprise itself to compare; shown to nobody
    window_from: date
    window_to: date
    supervision_phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerCheck:
    """`time_confirmed` is false for a tablet that never heard the server's time."""

    standing: Standing
    time_confirmed: bool
    checked_at: datetime
    shown: Shown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseCheck:
    """`is_live`: issued by this platform for a door, and not called back."""

    is_live: bool
    enterprise_masked: str
    premise: str


def officer(work: Work, token: str) -> OfficerCheck:
    """Judge an officer's code as it stands now. Never raises for a bad one."""
    try:
        key = _key(work, str(tokens.unverified(token)["kid"]))
        claims = tokens.read(token, TokenType.OFFICER, _lookup(key), work.now)
    except TokenExpired:
        return _refused(work, Standing.EXPIRED)
    except TokenRefused:
        return _refused(work, Standing.NOT_GENUINE)
    found = _found(work, claims, key)
    if found is None:
        return _refused(work, Standing.NOT_GENUINE)
    person, certificate, task = found
    return OfficerCheck(
        standing=_standing(work, person, certificate, task),
        time_confirmed=claims.get("unsure") is not True,
        checked_at=work.now,
        shown=_shown(work, person, certificate, task),
    )


def enterprise(work: Work, token: str) -> EnterpriseCheck:
    """Say whose door a code is for, as far as anybody may know. Never raises for a bad one."""
    try:
        claims = tokens.read(token, TokenType.ENTERPRISE, _platform_keys(work), work.now)
    except (TokenRefused, NotFound):
        return EnterpriseCheck(is_live=False, enterprise_masked="", premise="")
    code = work.session.scalars(
        select(EnterpriseCode).where(EnterpriseCode.nonce == claims["nonce"])
    ).one_or_none()
    firm = work.session.get(Enterprise, claims["uscc"])
    place = work.session.get(Premise, claims["premise"])
    return EnterpriseCheck(
        is_live=code is not None and code.revoked_at is None,
        enterprise_masked=mask_enterprise(firm.name) if firm else "",
        premise=place.name if place else "",
    )


def _platform_keys(work: Work) -> tokens.Lookup:
    return keyset.read(platform_keys.key_set(work)).public


def _key(work: Work, kid: str) -> DeviceOfficer | None:
    """The officer's key in force on an active tablet, before anything of a code is believed."""
    return work.session.scalars(
        select(DeviceOfficer)
        .join(Device, Device.id == DeviceOfficer.device_id)
        .where(
            DeviceOfficer.kid == kid,
            DeviceOfficer.revoked_at.is_(None),
            Device.status == DeviceStatus.ACTIVE,
        )
        .order_by(DeviceOfficer.id)
        .limit(1)
    ).one_or_none()


def _lookup(key: DeviceOfficer | None) -> tokens.Lookup:
    def lookup(kid: str, at: datetime) -> str:
        if key is None or not key.valid_from <= at < key.valid_to:
            raise TokenForged("No such key of an officer.", kid=kid)
        return key.public_key

    return lookup


def _found(
    work: Work, claims: Mapping[str, Any], key: DeviceOfficer | None
) -> tuple[Officer, Certificate | None, Task] | None:
    """Whose key it is, and the task. A code that names another officer or tablet is not genuine."""
    if key is None or claims.get("officer", key.officer_id) != key.officer_id:
        return None
    if claims.get("device", key.device_id) != key.device_id:
        return None
    person = work.session.get(Officer, key.officer_id)
    task = work.session.get(Task, claims["task"])
    if person is None or task is None:
        return None
    certificate = work.session.scalars(
        select(Certificate)
        .where(Certificate.officer_id == person.id)
        .order_by(Certificate.revoked_at.is_not(None), Certificate.valid_to.desc())
        .limit(1)
    ).one_or_none()
    return person, certificate, task


def _standing(work: Work, person: Officer, certificate: Certificate | None, task: Task) -> Standing:
    today = local_day(work.now)
    if (
        certificate is None
        or certificate.revoked_at is not None
        or not certificate.valid_from <= today <= certificate.valid_to
    ):
        return Standing.NOT_CERTIFIED
    if person.id not in task.officer_ids or task.status == TaskStatus.CANCELLED:
        return Standing.NOT_ASSIGNED
    if not task.window_from <= today <= task.window_to:
        return Standing.OUT_OF_WINDOW
    return Standing.VALID


def _shown(work: Work, person: Officer, certificate: Certificate | None, task: Task) -> Shown:
    agency = work.session.get(Agency, task.agency_id)
    firm = work.session.get(Enterprise, task.uscc)
    items = work.session.scalars(
        select(InspectionItem.name).where(InspectionItem.id.in_(task.item_ids))
    )
    return Shown(
        name=person.name,
        unit=person.unit,
        agency=agency.name if agency else "",
        certificate_no=certificate.number if certificate else "",
        valid_to=certificate.valid_to if certificate else None,
        photo_sha256=person.photo_sha256,
        items=tuple(items),
        enterprise_masked=mask_enterprise(firm.name) if firm else "",
        uscc=task.uscc,
        window_from=task.window_from,
        window_to=task.window_to,
        supervision_phone=agency.supervision_phone if agency else "",
    )


def _refused(work: Work, standing: Standing) -> OfficerCheck:
    return OfficerCheck(standing=standing, time_confirmed=True, checked_at=work.now, shown=None)
