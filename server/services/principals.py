"""From a secret that was shown to who is asking. It never says why a secret does not hold."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from server.glances import glance
from server.models import (
    Agency,
    Contact,
    Device,
    DeviceStatus,
    DeviceToken,
    Enterprise,
    LoginSession,
    Person,
    PortalSession,
    SystemClient,
)
from server.principal import Principal, PrincipalKind
from server.refusals import NotSignedIn
from server.services import bearer
from server.services.bearer import Bearer
from server.services.people import OF_PEOPLE
from shared.roles import Role

OF_DEVICES = frozenset({Role.DEVICE})
OF_ENTERPRISES = (Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)


def recognise(
    session: Session, secret: str, now: datetime, *, taken: Collection[Bearer]
) -> Principal:
    """Who holds `secret`, if secrets of its kind are `taken` here; raises `NotSignedIn`."""
    kind = bearer.kind_of(secret)
    found: Principal | None = None
    if kind not in taken:
        pass  # a cookie's secret is no token, and the other way round
    elif kind in (Bearer.PERSON, Bearer.WEB):
        found = _person(session, bearer.hash_of(secret), now)
    elif kind is Bearer.DEVICE:
        found = _device(session, bearer.hash_of(secret), now)
    elif kind is Bearer.SYSTEM:
        found = _system(session, bearer.hash_of(secret), now)
    elif kind is Bearer.PORTAL:
        found = _enterprise(session, bearer.hash_of(secret), now)
    if found is None:
        raise NotSignedIn("The token or session does not hold.")
    return found


def _person(session: Session, token_hash: str, now: datetime) -> Principal | None:
    row = session.execute(
        select(LoginSession.id, Person, Agency.region)
        .join(Person, Person.id == LoginSession.person_id)
        .outerjoin(Agency, Agency.id == Person.agency_id)
        .where(
            LoginSession.token_hash == token_hash,
            LoginSession.expires_at > now,
            LoginSession.ended_at.is_(None),
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    session_id, person, region = row
    return Principal(
        kind=PrincipalKind.PERSON,
        id=person.id,
        # Whatever stands in the column: a person never has the server's own role, or a tablet's.
        roles=frozenset(Role(word) for word in person.roles if word in OF_PEOPLE),
        name=person.name,
        agency_id=person.agency_id,
        region=region,
        session_id=session_id,
    )


def _device(session: Session, token_hash: str, now: datetime) -> Principal | None:
    told = {"token_hash": token_hash, "now": now}
    rows = glance(session, _of_a_device(), told)
    if not rows:
        return None
    ((device_id, name, agency_id, region),) = rows
    return Principal(
        kind=PrincipalKind.DEVICE,
        id=device_id,
        roles=OF_DEVICES,
        name=name,
        agency_id=agency_id,
        region=region,
    )


@cache
def _of_a_device() -> Select[str, str, str, str]:
    """Put together once: tablets ask all day long."""
    return (
        select(Device.id, Device.name, Device.agency_id, Agency.region)
        .join(DeviceToken, DeviceToken.device_id == Device.id)
        .join(Agency, Agency.id == Device.agency_id)
        .where(*token_holds())
    )


def token_holds() -> Sequence[ColumnElement[bool]]:
    """That a tablet's token, by its `token_hash`, holds `now`, as part of a query."""
    return (
        DeviceToken.token_hash == bindparam("token_hash"),
        DeviceToken.expires_at > bindparam("now"),
        DeviceToken.revoked_at.is_(None),
        Device.status != DeviceStatus.WIPED,
    )


def _system(session: Session, token_hash: str, now: datetime) -> Principal | None:
    """Another system: an assessor who may also bring things, of its scopes alone (access.py)."""
    row = session.execute(
        select(SystemClient, Agency.region)
        .join(Agency, Agency.id == SystemClient.agency_id)
        .where(
            SystemClient.token_hash == token_hash,
            SystemClient.expires_at > now,
            SystemClient.revoked_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    client, region = row
    return Principal(
        kind=PrincipalKind.SYSTEM,
        id=client.id,
        roles=frozenset({Role.ASSESSOR, Role.CLIENT}),
        name=client.name,
        agency_id=client.agency_id,
        region=region if client.whole_region else None,
        scopes=frozenset(client.scopes),
    )


def _enterprise(session: Session, token_hash: str, now: datetime) -> Principal | None:
    row = session.execute(
        select(PortalSession, Enterprise.name, Contact.role)
        .join(Enterprise, Enterprise.uscc == PortalSession.uscc)
        .join(Contact, Contact.id == PortalSession.contact_id)
        .where(
            PortalSession.token_hash == token_hash,
            PortalSession.expires_at > now,
            PortalSession.ended_at.is_(None),
            Contact.removed_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    portal, name, role = row
    return Principal(
        kind=PrincipalKind.ENTERPRISE,
        id=portal.contact_id,
        roles=frozenset({Role(role) if role in OF_ENTERPRISES else Role.ENTERPRISE_USER}),
        name=name,
        uscc=portal.uscc,
        session_id=portal.id,
    )
