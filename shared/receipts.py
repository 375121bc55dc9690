"""The platform's signed word that it holds a tablet's events up to named heads.

A reply without a receipt that verifies is no receipt: a proxy can say 200. A tablet may trim only
what a receipt covers. Nothing here decides what was stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from shared import crypto, rfc3339, signed
from shared.errors import Untrusted
from shared.validation import load

TYP = "receipt"


class NotAReceipt(Untrusted):
    """Signed by the platform, but something else, or for another tablet."""

    code = "not_a_receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last event of one visit's chain that is held: its `seq` and hex `hash`."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is held of `device_id`; `heads` by visit, `device_seq` up to which none is missing."""

    device_id: str
    heads: Mapping[str, Head]
    device_seq: int
    epoch: str
    received_at: datetime


class _HeadSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    hash = fields.String(required=True, validate=validate.Regexp(r"\A[0-9a-f]{64}\Z"))


class _ReceiptSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    device_id = fields.String(required=True)
    heads = fields.Dict(keys=fields.String(), values=fields.Nested(_HeadSchema), required=True)
    device_seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    epoch = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True)


_SCHEMA = _ReceiptSchema()


def receipt(of: Receipt, *, key: crypto.Signer, kid: str) -> dict[str, Any]:
    """The signed object of a receipt."""
    body = {
        "typ": TYP,
        "device_id": of.device_id,
        "heads": {visit: {"seq": head.seq, "hash": head.hash} for visit, head in of.heads.items()},
        "device_seq": of.device_seq,
        "epoch": of.epoch,
        "received_at": rfc3339.write(of.received_at),
    }
    return signed.sign(body, key, kid)


def read_receipt(obj: Mapping[str, Any], keys: signed.TrustedKeys, device_id: str) -> Receipt:
    """The receipt, verified and for this tablet; `Untrusted` or `BadInput` otherwise."""
    signed.verify(obj, keys, rfc3339.read(obj.get("received_at")))
    if obj.get("typ") != TYP or obj.get("device_id") != device_id:
        raise NotAReceipt("Not a receipt for this tablet.", typ=obj.get("typ"))
    data = load(_SCHEMA, obj, "A receipt cannot be read.")
    data["heads"] = {visit: Head(**head) for visit, head in data["heads"].items()}
    return Receipt(**data)
