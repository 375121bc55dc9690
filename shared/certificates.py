"""What binds a key to a tablet, and to an officer on a tablet: certificates signed by the platform.

They let a case file be checked with nothing but the platform's keys. A certificate here is for a
key; the officer's enforcement certificate 行政执法证 is reference data and judged elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from marshmallow import EXCLUDE, Schema, fields, validate

from shared import crypto, rfc3339, signed
from shared.errors import Untrusted
from shared.validation import load

DEVICE = "device_certificate"
OFFICER = "officer_certificate"


class CertificateNotInForce(Untrusted):
    """The key's certificate was not in force at the time of the act."""

    code = "certificate_not_in_force"


class WrongCertificate(Untrusted):
    """A certificate of the other kind."""

    code = "wrong_certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCertificate:
    device_id: str
    agency_id: str
    public_key: str
    valid_from: datetime
    valid_to: datetime

    def in_force(self, at: datetime) -> bool:
        return self.valid_from <= at < self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerCertificate:
    """An officer's own key on one tablet, with what a reader of a case file must see of them."""

    officer_id: str
    device_id: str
    agency_id: str
    name: str
    certificate_no: str
    unit: str
    public_key: str
    valid_from: datetime
    valid_to: datetime

    def in_force(self, at: datetime) -> bool:
        return self.valid_from <= at < self.valid_to


_Certificate = TypeVar("_Certificate", DeviceCertificate, OfficerCertificate)
_WORD = validate.Length(1, 200)


class _DeviceSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    device_id = fields.String(required=True, validate=_WORD)
    agency_id = fields.String(required=True, validate=_WORD)
    public_key = fields.String(required=True, validate=_WORD)
    valid_from = fields.AwareDateTime(required=True)
    valid_to = fields.AwareDateTime(required=True)


class _OfficerSchema(_DeviceSchema):
    officer_id = fields.String(required=True, validate=_WORD)
    name = fields.String(required=True, validate=_WORD)
    certificate_no = fields.String(required=True, validate=validate.Length(max=200))
    unit = fields.String(required=True, validate=validate.Length(max=200))


_DEVICE_SCHEMA = _DeviceSchema()
_OFFICER_SCHEMA = _OfficerSchema()
_UNREADABLE = "A certificate cannot be read."


def key_id(public: str) -> str:
    """The `kid` of a tablet's or officer's key: 16 characters that follow from the key alone."""
    return crypto.sha256_hex(public.encode("ascii", "replace"))[:16]


def device_certificate(
    certificate: DeviceCertificate, *, issued_at: datetime, key: crypto.Signer, kid: str
) -> dict[str, Any]:
    """The signed object of a tablet's certificate."""
    return _sign(DEVICE, certificate, issued_at, key, kid)


def officer_certificate(
    certificate: OfficerCertificate, *, issued_at: datetime, key: crypto.Signer, kid: str
) -> dict[str, Any]:
    """The signed object of an officer's certificate on one tablet."""
    return _sign(OFFICER, certificate, issued_at, key, kid)


def read_device_certificate(
    obj: Mapping[str, Any], keys: signed.TrustedKeys, at: datetime
) -> DeviceCertificate:
    """The certificate, verified and in force at `at`: the time of the act it is needed for.

    Raises `Untrusted` in one of its kinds, or `BadInput` for a verified object that lacks parts.
    """
    found = read_certificate(obj, keys)
    if not isinstance(found, DeviceCertificate):
        raise WrongCertificate("Not a tablet's certificate.")
    return _in_force(found, at)


def read_officer_certificate(
    obj: Mapping[str, Any], keys: signed.TrustedKeys, at: datetime
) -> OfficerCertificate:
    """As `read_device_certificate`, for an officer's key on one tablet."""
    found = read_certificate(obj, keys)
    if not isinstance(found, OfficerCertificate):
        raise WrongCertificate("Not an officer's certificate.")
    return _in_force(found, at)


def read_certificate(
    obj: Mapping[str, Any], keys: signed.TrustedKeys
) -> DeviceCertificate | OfficerCertificate:
    """A certificate of either kind, verified; whether it is in force is for the caller to ask."""
    signed.verify(obj, keys, rfc3339.read(obj.get("issued_at")))
    typ = obj.get("typ")
    if typ == DEVICE:
        return DeviceCertificate(**load(_DEVICE_SCHEMA, obj, _UNREADABLE))
    if typ == OFFICER:
        return OfficerCertificate(**load(_OFFICER_SCHEMA, obj, _UNREADABLE))
    raise WrongCertificate("Not a certificate of a key.", typ=typ)


def _sign(
    typ: str,
    certificate: DeviceCertificate | OfficerCertificate,
    issued_at: datetime,
    key: crypto.Signer,
    kid: str,
) -> dict[str, Any]:
    values = {name: getattr(certificate, name) for name in certificate.__slots__}
    times = {name: rfc3339.write(values[name]) for name in ("valid_from", "valid_to")}
    body = {**values, **times, "typ": typ, "issued_at": rfc3339.write(issued_at)}
    return signed.sign(body, key, kid)


def _in_force(certificate: _Certificate, at: datetime) -> _Certificate:
    if not certificate.in_force(at):
        raise CertificateNotInForce("The key's certificate was not in force.", at=at)
    return certificate
