"""The device desk: tablets, who is on them, what is proposed about them. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from server.models import (
    Device,
    DeviceOfficer,
    DeviceOrder,
    DeviceStatus,
    Enrolment,
    Officer,
    OfficerKind,
    Person,
    Visit,
)
from server.services import scoping
from server.work import Work

NEWEST = 20


class Show(StrEnum):
    ALL = "all"
    TO_CONFIRM = "to_confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    device: Device
    officers: tuple[str, ...]
    awaits: bool
    """Whether a proposal waits for a second administrator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    name: str
    officer_id: str
    valid_to: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    order: DeviceOrder
    by: str
    confirmed_by: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    device: Device
    officers: tuple[Enrolled, ...]
    proposals: tuple[Proposal, ...]
    open_visits: tuple[Visit, ...]
    """Begun on this tablet and not sealed: what is lost if the tablet is."""
    visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEnrolment:
    id: str
    officer: str
    device: str
    expires_at: datetime
    tries: int


def lines(work: Work, show: Show = Show.ALL) -> tuple[DeviceLine, ...]:
    """Tablets in reach, those in use first."""
    devices = work.session.scalars(
        select(Device)
        .where(scoping.in_reach(work.who, Device.agency_id))
        .order_by(Device.status != DeviceStatus.ACTIVE, Device.name)
    ).all()
    found = _lines(work, devices)
    return found if show is Show.ALL else tuple(line for line in found if line.awaits)


def line(work: Work, device: Device) -> DeviceLine:
    """One tablet as the list shows it."""
    return _lines(work, [device])[0]


def one(work: Work, device_id: str) -> DeviceView:
    """One tablet in reach; `NotFound` otherwise."""
    device = scoping.one(work.session.get(Device, device_id))
    scoping.require_agency(work, device.agency_id)
    enrolled = work.session.execute(
        select(DeviceOfficer, Officer.name)
        .join(Officer, Officer.id == DeviceOfficer.officer_id)
        .where(DeviceOfficer.device_id == device.id)
        .order_by(DeviceOfficer.valid_from.desc())
    )
    visits = work.session.scalars(
        select(Visit)
        .where(Visit.lead_device_id == device.id, Visit.complete.is_(False))
        .order_by(Visit.received_at.desc())
        .limit(NEWEST)
    )
    return DeviceView(
        device=device,
        officers=tuple(
            Enrolled(
                name=name,
                officer_id=row.officer_id,
                valid_to=row.valid_to,
                revoked_at=row.revoked_at,
            )
            for row, name in enrolled
        ),
        proposals=_proposals(work, device.id),
        open_visits=tuple(visits),
        visits=work.session.scalar(select(func.count()).where(Visit.lead_device_id == device.id))
        or 0,
    )


def officers_to_enrol(work: Work) -> tuple[Officer, ...]:
    """Certified officers of this agency, by name: who may be put on a tablet."""
    return tuple(
        work.session.scalars(
            select(Officer)
            .where(Officer.agency_id == work.who.agency_id, Officer.kind == OfficerKind.OFFICER)
            .order_by(Officer.name, Officer.id)
        )
    )


def officer_name(work: Work, officer_id: str) -> str:
    """What an officer is called."""
    return work.session.scalar(select(Officer.name).where(Officer.id == officer_id)) or ""


def device_name(work: Work, device_id: str | None) -> str:
    """What a tablet is called; empty for a new one."""
    found = work.session.scalar(select(Device.name).where(Device.id == device_id))
    return found or ""


def open_enrolments(work: Work) -> tuple[OpenEnrolment, ...]:
    """Codes issued, not used and not run out."""
    rows = work.session.execute(
        select(Enrolment, Officer.name, Device.name)
        .join(Officer, Officer.id == Enrolment.officer_id)
        .outerjoin(Device, Device.id == Enrolment.device_id)
        .where(
            scoping.in_reach(work.who, Enrolment.agency_id),
            Enrolment.used_at.is_(None),
            Enrolment.expires_at > work.now,
        )
        .order_by(Enrolment.expires_at)
    )
    return tuple(
        OpenEnrolment(
            id=row.id,
            officer=officer,
            device=device or "",
            expires_at=row.expires_at,
            tries=row.tries,
        )
        for row, officer, device in rows
    )


def _lines(work: Work, devices: Sequence[Device]) -> tuple[DeviceLine, ...]:
    ids = [device.id for device in devices]
    names, waiting = _officer_names(work, ids), _waiting(work, ids)
    return tuple(
        DeviceLine(device=d, officers=tuple(names.get(d.id, ())), awaits=d.id in waiting)
        for d in devices
    )


def _officer_names(work: Work, device_ids: Sequence[str]) -> Mapping[str, list[str]]:
    rows = work.session.execute(
        select(DeviceOfficer.device_id, Officer.name)
        .join(Officer, Officer.id == DeviceOfficer.officer_id)
        .where(
            DeviceOfficer.device_id.in_(device_ids),
            DeviceOfficer.revoked_at.is_(None),
            DeviceOfficer.valid_to > work.now,
        )
        .order_by(Officer.name)
    )
    found: dict[str, list[str]] = {}
    for device_id, name in rows:
        if name not in found.setdefault(device_id, []):
            found[device_id].append(name)
    return found


def _waiting(work: Work, device_ids: Sequence[str]) -> set[str]:
    return set(
        work.session.scalars(
            select(DeviceOrder.device_id).where(
                DeviceOrder.device_id.in_(device_ids), DeviceOrder.confirmed_at.is_(None)
            )
        )
    )


def _proposals(work: Work, device_id: str) -> tuple[Proposal, ...]:
    orders = work.session.scalars(
        select(DeviceOrder)
        .where(DeviceOrder.device_id == device_id)
        .order_by(DeviceOrder.proposed_at.desc())
    ).all()
    ids = {id_ for order in orders for id_ in (order.proposed_by, order.confirmed_by) if id_}
    rows = work.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = dict(rows.all())
    return tuple(
        Proposal(
            order=order,
            by=names.get(order.proposed_by, order.proposed_by),
            confirmed_by=names.get(order.confirmed_by or "", ""),
            is_own=order.proposed_by == work.who.id,
        )
        for order in orders
    )
