"""Tablets in use, retired and lost: who may take one out of use, and the signed order it gets.

A retired tablet hands in what it has and then wipes itself. A lost one wipes at once, so two
administrators and a reason are needed, and what may be on it and nowhere else is listed first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.models import Device, DeviceOrder, DeviceStatus, Visit
from server.services import audit, revocations
from server.services.revocations import Revoked
from server.services.scoping import in_reach, one, require_agency, require_own_agency, require_role
from server.work import Work
from shared import base64url, wipe
from shared.errors import BadInput, Conflict, NotAllowed
from shared.roles import Role
from shared.wipe import WipeForm, WipeOrder

NONCE_BYTES = 16
LONGEST_REASON = 1000
OUT_OF_USE = frozenset({DeviceStatus.RETIRED, DeviceStatus.LOST})


class AlreadyOutOfUse(Conflict):
    """Retired or lost before."""

    code = "device_out_of_use"


class OwnProposal(NotAllowed):
    """A lost tablet is confirmed by another administrator than the one who proposed it."""

    code = "own_proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsynced:
    """What the server knows to be on the tablet and not here.

    `visits` were begun and are not whole; `missing` are [first, last] of the tablet's own count.
    """

    visits: Sequence[str]
    missing: Sequence[Sequence[int]]


def of_agency(work: Work, *, after: str = "", limit: int = 100) -> list[Device]:
    """Tablets in reach of who asks, in the order of their ids, from the one behind `after`."""
    return list(
        work.session.scalars(
            select(Device)
            .where(in_reach(work.who, Device.agency_id), Device.id > after)
            .order_by(Device.id)
            .limit(limit)
        )
    )


def find(work: Work, device_id: str) -> Device:
    """A tablet in reach of who asks; `NotFound`."""
    device = one(work.session.get(Device, device_id))
    require_agency(work, device.agency_id)
    return device


def unsynced(work: Work, device: Device) -> Unsynced:
    """What would be lost with the tablet, as far as it is known here."""
    visits = work.session.scalars(
        select(Visit.id)
        .where(Visit.lead_device_id == device.id, Visit.complete.is_(False))
        .order_by(Visit.opened_at)
    )
    return Unsynced(visits=tuple(visits), missing=tuple(device.missing_seqs))


def retire(work: Work, device_id: str, reason: str) -> DeviceOrder:
    """Take a tablet out of use: no new visit, its pushes go to the quarantine, then it wipes."""
    device = _administered(work, device_id, reason)
    if device.status != DeviceStatus.ACTIVE:
        raise AlreadyOutOfUse("The tablet is out of use.", status=device.status)
    order = _propose(work, device, WipeForm.RETIRED, reason)
    _give(work, order)
    device.status, device.retired_at = DeviceStatus.RETIRED, work.now
    audit.write(work, "device.retired", "device", device.id, reason=reason)
    return order


def propose_lost(work: Work, device_id: str, reason: str) -> DeviceOrder:
    """Say that a tablet is lost; nothing happens until another administrator confirms it."""
    device = _administered(work, device_id, reason)
    if device.status not in (DeviceStatus.ACTIVE, DeviceStatus.RETIRED):
        raise AlreadyOutOfUse("The tablet is lost already.", status=device.status)
    open_one = work.session.scalars(
        select(DeviceOrder).where(
            DeviceOrder.device_id == device.id,
            DeviceOrder.form == WipeForm.LOST,
            DeviceOrder.confirmed_at.is_(None),
        )
    ).first()
    if open_one is not None:
        return open_one
    order = _propose(work, device, WipeForm.LOST, reason)
    audit.write(
        work,
        "device.lost_proposed",
        "device",
        device.id,
        reason=reason,
        unsynced=list(unsynced(work, device).visits),
    )
    return order


def confirm_lost(work: Work, device_id: str, order_id: str) -> DeviceOrder:
    """Confirm as a second administrator: the tablet is to wipe itself at its next contact."""
    require_role(work.who, Role.AGENCY_ADMIN)
    device = _locked(work, device_id)
    order = one(work.session.get(DeviceOrder, order_id))
    if order.device_id != device.id or order.form != WipeForm.LOST:
        one(None)
    if order.confirmed_at is not None:
        return order
    if order.proposed_by == work.who.id:
        raise OwnProposal("Another administrator confirms it.")
    _give(work, order)
    device.status, device.lost_at = DeviceStatus.LOST, work.now
    revocations.record(work, Revoked.DEVICE, device.id, order.reason)
    audit.write(
        work,
        "device.lost",
        "device",
        device.id,
        proposed_by=order.proposed_by,
        unsynced=list(unsynced(work, device).visits),
    )
    return order


def wipe_order(work: Work, device: Device) -> dict[str, Any] | None:
    """The order a tablet that is out of use is given with every reply; None while it is in use.

    It is signed anew when the platform's key has changed since: a tablet obeys no expired key.
    """
    if device.status not in OUT_OF_USE:
        return None
    row = work.session.scalars(
        select(DeviceOrder)
        .where(
            DeviceOrder.device_id == device.id,
            DeviceOrder.form == device.status,
            DeviceOrder.confirmed_at.is_not(None),
        )
        .order_by(DeviceOrder.confirmed_at.desc())
        .limit(1)
    ).one()
    if row.order is not None and row.order["kid"] == work.secrets.signing_kid:
        return row.order
    return _signed(work, row, nonce=row.order["nonce"] if row.order else row.id)


def _administered(work: Work, device_id: str, reason: str) -> Device:
    require_role(work.who, Role.AGENCY_ADMIN)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise BadInput("A reason is needed.", errors={"/reason": "Missing or too long."})
    return _locked(work, device_id)


def _locked(work: Work, device_id: str) -> Device:
    device = one(work.session.get(Device, device_id, with_for_update=True))
    require_own_agency(work, device.agency_id)
    return device


def _propose(work: Work, device: Device, form: WipeForm, reason: str) -> DeviceOrder:
    order = DeviceOrder(
        id=work.ids(),
        device_id=device.id,
        form=str(form),
        reason=reason,
        proposed_by=work.who.id,
        proposed_at=work.now,
    )
    work.session.add(order)
    return order


def _give(work: Work, order: DeviceOrder) -> None:
    order.confirmed_by, order.confirmed_at = work.who.id, work.now
    order.order = _signed(work, order, nonce=base64url.encode(work.chance(NONCE_BYTES)))


def _signed(work: Work, order: DeviceOrder, *, nonce: str) -> dict[str, Any]:
    return wipe.wipe_order(
        WipeOrder(
            device_id=order.device_id,
            form=WipeForm(order.form),
            reason=order.reason,
            issued_at=work.now,
            nonce=nonce,
        ),
        key=work.secrets.signing_key(),
        kid=work.secrets.signing_kid,
    )


def own(work: Work) -> Device:
    """The tablet that asks."""
    return work.session.get_one(Device, work.who.id)
