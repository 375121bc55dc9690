"""The platform's keys as a tablet or a case file knows them: one signed object, several keys.

A new set is believed only when a key of the set already held has signed it; the first one only
when its fingerprint was read from the enrolment code. It never fetches anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from shared import crypto, rfc3339, signed
from shared.canonical import canonical
from shared.errors import KeyNotInForce, KeyRevoked, UnknownKey, Untrusted
from shared.validation import load

TYP = "key_set"


class KeySetRolledBack(Untrusted):
    """An older set than the one held, or another one under its number."""

    code = "key_set_rolled_back"


class WrongFingerprint(Untrusted):
    """Not the key set the enrolment code spoke of."""

    code = "wrong_fingerprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformKey:
    """One key of the platform; new signatures from `valid_from` until before `valid_to`."""

    kid: str
    public: str
    valid_from: datetime
    valid_to: datetime | None = None
    revoked_at: datetime | None = None

    def signs_at(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """A key set as read; `signed` is the object as it came, to be kept and passed on."""

    version: int
    keys: tuple[PlatformKey, ...]
    recovery: str
    issued_at: datetime
    signed: Mapping[str, Any]

    def public(self, kid: str, at: datetime) -> str:
        """The base64url key `kid` for something signed at `at`.

        Raises `UnknownKey`; `KeyRevoked`, whatever `at` is, since who stole a key can backdate;
        `KeyNotInForce` outside the key's time. What an expired key signed in its time stays good.
        """
        key = self._key(kid)
        if key.revoked_at is not None:
            raise KeyRevoked("The key is revoked.", kid=kid, revoked_at=key.revoked_at)
        return _in_force(key, at)

    def public_before_revocation(self, kid: str, at: datetime) -> str:
        """Like `public`, but what a key signed before it was revoked stays readable.

        Only for looking back at a case file, whose receipts say when the platform held what.
        """
        key = self._key(kid)
        if key.revoked_at is not None and at >= key.revoked_at:
            raise KeyRevoked("The key was revoked.", kid=kid, revoked_at=key.revoked_at)
        return _in_force(key, at)

    def _key(self, kid: str) -> PlatformKey:
        for key in self.keys:
            if key.kid == kid:
                return key
        raise UnknownKey("No such key of the platform.", kid=kid)


class _KeySchema(Schema):
    class Meta:
        unknown = EXCLUDE

    kid = fields.String(required=True, validate=validate.Length(1, 64))
    public = fields.String(required=True, validate=validate.Length(1, 200))
    valid_from = fields.AwareDateTime(required=True)
    valid_to = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class _KeySetSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    typ = fields.String(required=True, validate=validate.Equal(TYP))
    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    keys = fields.List(fields.Nested(_KeySchema), required=True, validate=validate.Length(1, 20))
    recovery = fields.String(required=True, validate=validate.Length(1, 200))
    issued_at = fields.AwareDateTime(required=True)


_SCHEMA = _KeySetSchema()


def make(
    *,
    version: int,
    keys: Sequence[PlatformKey],
    recovery: str,
    issued_at: datetime,
    key: crypto.Signer,
    kid: str,
) -> dict[str, Any]:
    """The signed object of a key set.

    Args:
        version: 1 for the first, one more for each that follows.
        keys: Every key that still has something to verify, revoked ones included.
        recovery: The X25519 public key (base64url) that tablets seal their store key to.
        issued_at: When this set is made.
        key: A key of the set before, or for the first set one of its own.
        kid: That key's name.
    """
    body = {
        "typ": TYP,
        "version": version,
        "keys": [_as_object(each) for each in keys],
        "recovery": recovery,
        "issued_at": rfc3339.write(issued_at),
    }
    return signed.sign(body, key, kid)


def read(obj: object) -> KeySet:
    """A key set whose keys are not yet trusted; `BadInput` if it cannot be read."""
    data = load(_SCHEMA, obj, "A key set cannot be read.")
    return KeySet(
        version=data["version"],
        keys=tuple(PlatformKey(**each) for each in data["keys"]),
        recovery=data["recovery"],
        issued_at=data["issued_at"],
        signed=obj if isinstance(obj, Mapping) else {},
    )


def fingerprint(obj: Mapping[str, Any]) -> str:
    """The hex SHA-256 of the canonical bytes of a whole signed key set, `sig` included."""
    return crypto.sha256_hex(canonical(obj))


def trust_first(obj: object, expected_fingerprint: str) -> KeySet:
    """The first key set of a tablet: the one whose fingerprint its enrolment code carried."""
    found = read(obj)
    if fingerprint(found.signed) != expected_fingerprint:
        raise WrongFingerprint("Not the key set of this enrolment.")
    signed.verify(found.signed, found, found.issued_at)
    return found


def accept(obj: object, trusted: KeySet, at: datetime) -> KeySet:
    """A set that follows `trusted`, or `trusted` itself when `obj` is it.

    Raises `Untrusted` unless a key that `trusted` holds good at `at` (now) signed it, and
    `KeySetRolledBack` for one that is not newer: else a thief of an old set could undo a
    revocation.
    """
    found = read(obj)
    if fingerprint(found.signed) == fingerprint(trusted.signed):
        return trusted
    signed.verify(found.signed, trusted, at)
    if found.version <= trusted.version:
        raise KeySetRolledBack("Not newer.", held=trusted.version, offered=found.version)
    return found


def _in_force(key: PlatformKey, at: datetime) -> str:
    if not key.signs_at(at):
        raise KeyNotInForce("The key was not in force.", kid=key.kid, at=at)
    return key.public


def _as_object(key: PlatformKey) -> dict[str, Any]:
    return {
        "kid": key.kid,
        "public": key.public,
        "valid_from": rfc3339.write(key.valid_from),
        "valid_to": rfc3339.write(key.valid_to) if key.valid_to else None,
        "revoked_at": rfc3339.write(key.revoked_at) if key.revoked_at else None,
    }
