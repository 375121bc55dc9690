"""What enrolment and the device desk look like on the wire."""

from typing import Any

import marshmallow as ma
from marshmallow.validate import Length, Regexp

from server.api.any_json import any_json
from server.api.plan_schemas import Word
from server.models import Device, DeviceOrder, DeviceStatus
from server.services.devices import LONGEST_REASON, Unsynced
from server.services.enrolment import Enrolled

PUBLIC_KEY = Regexp(r"\A[A-Za-z0-9_-]{43}\Z", error="Not a base64url Ed25519 key.")
SIGNATURE = Regexp(r"\A[A-Za-z0-9_-]{86}\Z", error="Not a base64url signature.")


class EnrolmentRequestSchema(ma.Schema):
    officer_id = ma.fields.String(required=True, validate=Length(1, 64))
    device_id = ma.fields.String(load_default=None, allow_none=True, validate=Length(1, 64))


class IssuedSchema(ma.Schema):
    enrolment_id = ma.fields.String(required=True)
    officer_id = ma.fields.String(required=True)
    device_id = ma.fields.String(required=True, allow_none=True)
    text = ma.fields.String(
        required=True, metadata={"description": "MCE1.…, to be shown as a QR code. Told once."}
    )
    expires_at = ma.fields.AwareDateTime(required=True)


class OfficerProofSchema(ma.Schema):
    public_key = ma.fields.String(required=True, validate=PUBLIC_KEY)
    proof = ma.fields.String(
        required=True,
        validate=SIGNATURE,
        metadata={"description": "By that key, over enrolment_id, code and public_key joined."},
    )


class DeviceProofSchema(OfficerProofSchema):
    name = ma.fields.String(required=True, validate=Length(1, 80))
    model = ma.fields.String(load_default="", validate=Length(max=80))
    certificate = ma.fields.Dict(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "A certificate it had before: it keeps its id on a restored server.",
            "additionalProperties": any_json(),
        },
    )


class EnrolSchema(ma.Schema):
    enrolment_id = ma.fields.String(required=True, validate=Length(1, 64))
    code = ma.fields.String(required=True, validate=Length(1, 200))
    device = ma.fields.Nested(DeviceProofSchema, required=True)
    officer = ma.fields.Nested(OfficerProofSchema, required=True)
    sealed_store_key = ma.fields.String(required=True, validate=Length(1, 2000))
    app_version = ma.fields.String(required=True, validate=Length(1, 40))


class JoinSchema(ma.Schema):
    enrolment_id = ma.fields.String(required=True, validate=Length(1, 64))
    code = ma.fields.String(required=True, validate=Length(1, 200))
    officer = ma.fields.Nested(OfficerProofSchema, required=True)
    app_version = ma.fields.String(load_default="", validate=Length(max=40))


class JoinedSchema(ma.Schema):
    officer_certificate = ma.fields.Dict(required=True)
    key_set = ma.fields.Dict(required=True)
    lease_until = ma.fields.AwareDateTime(required=True)


class EnrolledSchema(JoinedSchema):
    device_id = ma.fields.String(required=True)
    device_certificate = ma.fields.Dict(required=True)
    epoch = ma.fields.String(required=True)
    settings = ma.fields.Dict(required=True)


class DeviceReasonSchema(ma.Schema):
    reason = ma.fields.String(required=True, validate=Length(1, LONGEST_REASON))


class DeviceOrderSchema(ma.Schema):
    id = ma.fields.String(required=True)
    device_id = ma.fields.String(required=True)
    form = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    proposed_by = ma.fields.String(required=True)
    proposed_at = ma.fields.AwareDateTime(required=True)
    confirmed_by = ma.fields.String(required=True, allow_none=True)
    confirmed_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class UnsyncedSchema(ma.Schema):
    visits = ma.fields.List(ma.fields.String(), required=True)
    missing = ma.fields.List(
        ma.fields.List(ma.fields.Integer()),
        required=True,
        metadata={"description": "[first, last] of the tablet's own count of events."},
    )


class DeviceLineSchema(ma.Schema):
    id = ma.fields.String(required=True)
    agency_id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    model = ma.fields.String(required=True)
    status = Word(DeviceStatus, required=True)
    app_version = ma.fields.String(required=True)
    enrolled_at = ma.fields.AwareDateTime(required=True)
    lease_until = ma.fields.AwareDateTime(required=True)
    last_seen_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    last_device_seq = ma.fields.Integer(required=True)


class DeviceSchema(DeviceLineSchema):
    unsynced = ma.fields.Nested(UnsyncedSchema, required=True)


class DevicePageSchema(ma.Schema):
    devices = ma.fields.List(ma.fields.Nested(DeviceLineSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class DevicePageQuerySchema(ma.Schema):
    after = ma.fields.String(load_default="", validate=Length(max=64))
    limit = ma.fields.Integer(load_default=100, validate=ma.validate.Range(1, 500))


class ProposalSchema(DeviceOrderSchema):
    unsynced = ma.fields.Nested(UnsyncedSchema, required=True)


def joined(enrolled: Enrolled) -> dict[str, Any]:
    """An officer's entry on a tablet, as it travels."""
    return {
        "officer_certificate": enrolled.officer_certificate,
        "key_set": enrolled.key_set,
        "lease_until": enrolled.device.lease_until,
    }


def shown(device: Device, unsynced: Unsynced) -> dict[str, Any]:
    """A tablet with what is known to be on it alone."""
    names = DeviceLineSchema().fields
    return {**{name: getattr(device, name) for name in names}, "unsynced": unsynced}


def proposal(order: DeviceOrder, unsynced: Unsynced) -> dict[str, Any]:
    """A proposal with what would be lost by it."""
    names = DeviceOrderSchema().fields
    return {**{name: getattr(order, name) for name in names}, "unsynced": unsynced}
