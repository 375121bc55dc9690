"""A tablet proves with its key that it is itself, and gets a bearer token for half an hour.

The proof is an RFC 7523 client assertion: a JWT (EdDSA) about itself, for this server, for five
minutes at most, taken once. Only the token's hash is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.models import Device, DeviceStatus, DeviceToken, UsedAssertion
from server.refusals import NotSignedIn, WithMembers
from server.services import bearer, devices, enrolment
from server.services.bearer import Bearer
from server.work import Work
from shared import base64url, crypto, rfc3339
from shared.canonical import parse_object
from shared.errors import BadInput, NotAllowed

LONGEST_LIFE = timedelta(minutes=5)
MAX_CHARACTERS = 4096
LONGEST_JTI = 80
PARTS = 3


class AssertionRefused(NotSignedIn):
    """Not an assertion, or not this tablet's, or not for this server."""

    code = "assertion_refused"


class AssertionExpired(WithMembers, NotSignedIn):
    """Outside its time: the tablet's clock may be wrong, so it is told ours."""

    code = "assertion_expired"


class ReplayedAssertion(NotSignedIn):
    """Its `jti` was used before."""

    code = "replayed_assertion"


class UnknownDevice(NotSignedIn):
    """A tablet this server does not know (any more): it keeps everything and enrols again."""

    code = "unknown_device"


class DeviceLost(WithMembers, NotAllowed):
    """A tablet that was declared lost gets nothing but the order to wipe itself."""

    code = "device_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token just made; `secret` is told once."""

    secret: str
    expires_at: datetime
    lease_until: datetime
    wipe_order: Mapping[str, Any] | None


def issue(work: Work, assertion: str) -> Token:
    """A token for the tablet that `assertion` is of; renews its lease while it is in use."""
    header, claims, signature, signed = _take_apart(assertion)
    device = _device(work, claims)
    holds = header.get("alg") == "EdDSA" and crypto.verify(device.public_key, signature, signed)
    if not holds:
        raise AssertionRefused("The signature does not hold.")
    _check_claims(work, claims)
    _use_up(work, device, claims)
    order = devices.wipe_order(work, device)
    if device.status == DeviceStatus.LOST:
        raise DeviceLost("This tablet was declared lost.", members={"wipe_order": order})
    if device.status == DeviceStatus.ACTIVE:
        device.lease_until = work.now + enrolment.lease(work, device.agency_id)
    device.last_seen_at = work.now
    secret, kept = bearer.make(Bearer.DEVICE, work.chance)
    expires_at = work.now + work.settings.device_token_life
    work.session.add(
        DeviceToken(token_hash=kept, device_id=device.id, issued_at=work.now, expires_at=expires_at)
    )
    return Token(
        secret=secret, expires_at=expires_at, lease_until=device.lease_until, wipe_order=order
    )


def _take_apart(assertion: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    parts = assertion.split(".")
    if len(parts) != PARTS or len(assertion) > MAX_CHARACTERS:
        raise AssertionRefused("Not an assertion.")
    try:
        header, claims = (parse_object(base64url.decode(part)) for part in parts[:2])
        signature = base64url.decode(parts[2])
    except BadInput as unreadable:
        raise AssertionRefused("Not an assertion.") from unreadable
    return header, claims, signature, f"{parts[0]}.{parts[1]}".encode("ascii", "replace")


def _device(work: Work, claims: Mapping[str, Any]) -> Device:
    device_id = claims.get("iss")
    if not isinstance(device_id, str) or claims.get("sub") != device_id:
        raise AssertionRefused("Issuer and subject are the tablet itself.")
    device = work.session.scalars(
        select(Device).where(Device.id == device_id).with_for_update()
    ).one_or_none()
    if device is None:
        raise UnknownDevice("No such tablet.")
    return device


def _check_claims(work: Work, claims: Mapping[str, Any]) -> None:
    audience = claims.get("aud")
    if work.settings.public_url not in (audience if isinstance(audience, list) else [audience]):
        raise AssertionRefused("For another server.")
    expires = claims.get("exp")
    if isinstance(expires, bool) or not isinstance(expires, int):
        raise AssertionRefused("It does not say when it ends.")
    left = expires - work.now.timestamp()
    if not 0 < left <= LONGEST_LIFE.total_seconds():
        raise AssertionExpired(
            "Outside its five minutes.", members={"server_time": rfc3339.write(work.now)}
        )


def _use_up(work: Work, device: Device, claims: Mapping[str, Any]) -> None:
    """Take the assertion once; the tablet's row is locked, so two at once are one after another."""
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI:
        raise AssertionRefused("It has no name of its own.")
    if work.session.get(UsedAssertion, (device.id, jti)) is not None:
        raise ReplayedAssertion("Seen before.")
    ends = datetime.fromtimestamp(claims["exp"], UTC)
    work.session.add(UsedAssertion(device_id=device.id, jti=jti, expires_at=ends))
