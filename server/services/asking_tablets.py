"""A tablet that asks what is new: all that must be known of it, in one statement.

Whose it is, what it may hold, what it is told to do, which life of the database this is, how far
the log may be told, and what the log has after the place where the tablet stands. On PostgreSQL
the tablet is recognised by that same statement (`recognise`): a pull is one question.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    column,
    func,
    null,
    select,
)
from sqlalchemy.orm import Session

from server.database import is_postgresql
from server.glances import Row, glance
from server.models import Agency, Device, DeviceOfficer, DeviceStatus, DeviceToken, Parameter
from server.principal import Principal, PrincipalKind
from server.refusals import NotSignedIn
from server.services import (
    bearer,
    change_log,
    devices,
    epochs,
    page_statements,
    parameters,
    principals,
)
from server.services.bearer import Bearer
from server.services.change_log import NOTHING, Line, Told
from server.services.cursors import Cursor
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What a request wants, read before anybody knows who sent it: the page after `at`.

    `at` is what this server wrote into `cursor`, for whichever tablet.
    """

    cursor: str
    at: Cursor
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking(Principal):
    """A tablet that was recognised by what it asks, and what was found with it."""

    tablet: AskingTablet
    ahead: Ahead | None
    told: Told | None
    """The page that `ahead` wants: for this tablet only if it holds the scopes of `ahead.at`."""


def recognise(
    session: Session,
    secret: str,
    now: datetime,
    *,
    taken: Collection[Bearer],
    ahead: Ahead | None = None,
) -> Principal:
    """As `principals.recognise`; of a tablet everything is found that `find` wants."""
    is_ours = Bearer.DEVICE in taken and bearer.kind_of(secret) is Bearer.DEVICE
    if not is_ours or not is_postgresql(session.get_bind()):
        return principals.recognise(session, secret, now, taken=taken)
    told = {"token_hash": bearer.hash_of(secret), "now": now, "day": local_day(now)}
    if ahead is not None:
        told |= change_log.asked_of_changed(ahead.at.scopes, ahead.at.position, ahead.limit)
    rows = glance(session, _of_a_token(with_page=ahead is not None), told)
    if not rows:
        raise NotSignedIn("The token or session does not hold.")
    name, *of_tablet = rows[0][:WIDTH]
    device_id, agency_id, region = of_tablet[:3]
    return Asking(
        kind=PrincipalKind.DEVICE,
        id=device_id,
        roles=principals.OF_DEVICES,
        name=name,
        agency_id=agency_id,
        region=region,
        tablet=_tablet(of_tablet, postgresql=True),
        ahead=ahead,
        told=_page(ahead, [row[WIDTH:] for row in rows[1:]]),
    )


def _page(ahead: Ahead | None, found: Sequence[Row]) -> Told | None:
    if ahead is None:
        return None
    return change_log.changed_of(ahead.limit, found) if found else NOTHING


def find(work: Work) -> AskingTablet:
    """The tablet that asks.

    Raises `DeviceLost` for one that may be in a thief's hands: it gets nothing but its order.
    """
    tablet = work.who.tablet if isinstance(work.who, Asking) else _looked_for(work)
    if tablet.status == DeviceStatus.LOST:
        order = wipe_order(work, tablet.status)
        raise DeviceLost("This tablet was declared lost.", members={"wipe_order": order})
    return tablet


def asked_ahead(work: Work, cursor: str | None) -> Ahead | None:
    """What was read of this very cursor before."""
    ahead = work.who.ahead if isinstance(work.who, Asking) else None
    return ahead if ahead is not None and ahead.cursor == cursor else None


def told_ahead(work: Work, at: Cursor, limit: int) -> Told | None:
    """The page after `at`, where it was asked for when the tablet was recognised."""
    who = work.who
    if not isinstance(who, Asking) or who.ahead is None:
        return None
    return who.told if (who.ahead.at, who.ahead.limit) == (at, limit) else None


def _looked_for(work: Work) -> AskingTablet:
    told = {"device": work.who.id, "day": local_day(work.now)}
    postgresql = is_postgresql(work.session.get_bind())
    (row,) = glance(work.session, _of_a_device(postgresql), told)
    return _tablet(row, postgresql=postgresql)


def _tablet(row: Sequence[Any], *, postgresql: bool) -> AskingTablet:
    id_, agency, region, status, lease, officers, rows, epoch, low, high = row
    own = {EVERYBODY, agency_scope(agency), device_scope(id_)}
    return AskingTablet(
        id=id_,
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


def _everything(*, postgresql: bool) -> tuple[Any, ...]:
    """What `_tablet` makes a tablet of."""
    officers = select(_list_of(DeviceOfficer.officer_id, postgresql=postgresql)).where(
        DeviceOfficer.device_id == Device.id, DeviceOfficer.revoked_at.is_(None)
    )
    low, high = change_log.edges(postgresql=postgresql)
    return (
        Device.id,
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


WIDTH = 1 + 10
"""Columns of `_of_a_token` without a page: the tablet's name, and everything."""


@cache
def _of_a_device(postgresql: bool) -> Select[Any]:  # noqa: FBT001 -- one of two engines
    """Put together once: tablets ask all day long."""
    return (
        select(*_everything(postgresql=postgresql))
        .join(Agency, Agency.id == Device.agency_id)
        .where(Device.id == bindparam("device"))
    )


@cache
def _of_a_token(*, with_page: bool) -> Select[Any] | CompoundSelect[Any]:
    """The tablet's row, and after it one for each piece of the page, which nothing reads twice."""
    wanted = enumerate((Device.name, *_everything(postgresql=True)))
    found = (
        select(*[one.label(f"of_tablet_{place}") for place, one in wanted])
        .join(Agency, Agency.id == Device.agency_id)
        .join(DeviceToken, DeviceToken.device_id == Device.id)
        .where(*principals.token_holds())
    )
    if not with_page:
        return found
    page = page_statements.CHANGED.columns(*map(column, PAGE)).cte("page")
    tablet = found.cte("tablet")
    pieces = select(*[null()] * WIDTH, *page.c).where(select(tablet).exists())
    return select(*tablet.c, *[null()] * len(PAGE)).union_all(pieces)


PAGE = ("piece", "entries", "xid", "seq", "told", "written")


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
