"""A tablet that asks what is new: all that must be known of it, in one statement.

Whose it is, what it may hold, what it is told to do, which life of the database this is and how
far the log may be told: a pull that finds nothing costs little more than this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, bindparam, func, select

from server.database import is_postgresql
from server.glances import glance
from server.models import Agency, Device, DeviceOfficer, DeviceStatus, Parameter
from server.services import change_log, devices, epochs, parameters
from server.services.change_log import Line
from server.services.device_tokens import DeviceLost
from server.services.parameters import InForce
from server.services.publishing import EVERYBODY, agency_scope, device_scope, officer_scope
from server.work import Work
from shared.localtime import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingTablet:
    """`scopes` is what it may hold now; `values` are the thresholds of its agency today."""

    id: str
    status: str
    lease_until: datetime
    scopes: tuple[str, ...]
    epoch: str
    line: Line
    values: Mapping[str, Any]


def find(work: Work) -> AskingTablet:
    """The tablet that asks.

    Raises `DeviceLost` for one that may be in a thief's hands: it gets nothing but its order.
    """
    told = {"device": work.who.id, "day": local_day(work.now)}
    postgresql = is_postgresql(work.session.get_bind())
    ((agency, region, status, lease, officers, rows, epoch, low, high),) = glance(
        work.session, _everything(postgresql), told
    )
    if status == DeviceStatus.LOST:
        order = wipe_order(work, status)
        raise DeviceLost("This tablet was declared lost.", members={"wipe_order": order})
    own = {EVERYBODY, agency_scope(agency), device_scope(work.who.id)}
    return AskingTablet(
        id=work.who.id,
        status=status,
        lease_until=lease,
        scopes=tuple(sorted(own.union(map(officer_scope, officers or ())))),
        epoch=epochs.there(epoch),
        line=change_log.line_of(low, high, postgresql=postgresql),
        values=parameters.nearest([InForce(*row) for row in rows or ()], region),
    )


def wipe_order(work: Work, status: str) -> Mapping[str, Any] | None:
    """The order it is given with every reply when it is out of use."""
    if status not in devices.OUT_OF_USE:
        return None
    return devices.wipe_order(work, work.session.get_one(Device, work.who.id))


@cache
def _everything(postgresql: bool) -> Select[Any]:  # noqa: FBT001 -- one of two engines
    """Put together once: tablets ask all day long."""
    officers = select(_list_of(DeviceOfficer.officer_id, postgresql=postgresql)).where(
        DeviceOfficer.device_id == Device.id, DeviceOfficer.revoked_at.is_(None)
    )
    low, high = change_log.edges(postgresql=postgresql)
    return (
        select(
            Device.agency_id,
            Agency.region,
            Device.status,
            Device.lease_until,
            officers.scalar_subquery(),
            _thresholds(postgresql=postgresql),
            epochs.NEWEST.scalar_subquery(),
            low,
            high,
        )
        .join(Agency, Agency.id == Device.agency_id)
        .where(Device.id == bindparam("device"))
    )


def _thresholds(*, postgresql: bool) -> ColumnElement[Any]:
    """The rows that hold today, each as a list in the order of `InForce`."""
    value = Parameter.value if postgresql else func.json(Parameter.value)
    of_row = func.json_build_array if postgresql else func.json_array
    row = of_row(
        Parameter.id,
        Parameter.key,
        value,
        Parameter.region,
        Parameter.agency_id,
        Parameter.valid_from,
    )
    listed = select(_list_of(row, postgresql=postgresql))
    return listed.where(*parameters.holding(Device.agency_id)).scalar_subquery()


def _list_of(column: Any, *, postgresql: bool) -> ColumnElement[Any]:
    gathered = func.json_agg if postgresql else func.json_group_array
    return gathered(column, type_=JSON)
