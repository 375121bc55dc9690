"""The platform's order to a tablet to retire, or to destroy its key at once.

Obeyed only if a trusted key signed it and it names this very tablet. This module reads the order;
it never wipes anything, and never asks whether it should have been given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from shared import crypto, rfc3339, signed
from shared.errors import Untrusted
from shared.validation import load

TYP = "wipe"


class WipeForm(StrEnum):
    """`retired`: no new visit, wipe when all is sent. `lost`: wipe now."""

    RETIRED = "retired"
    LOST = "lost"


class NotThisTablet(Untrusted):
    """A wipe order for another tablet, or no wipe order at all."""

    code = "not_this_tablet"


@dataclass(frozen=True, slots=True, kw_only=True)
class WipeOrder:
    device_id: str
    form: WipeForm
    reason: str
    issued_at: datetime
    nonce: str


class _WipeSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    device_id = fields.String(required=True)
    form = fields.Enum(WipeForm, by_value=True, required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 4000))
    issued_at = fields.AwareDateTime(required=True)
    nonce = fields.String(required=True, validate=validate.Length(1, 100))


_SCHEMA = _WipeSchema()


def wipe_order(order: WipeOrder, *, key: crypto.Signer, kid: str) -> dict[str, Any]:
    """The signed object of a wipe order."""
    body = {
        "typ": TYP,
        "device_id": order.device_id,
        "form": str(order.form),
        "reason": order.reason,
        "issued_at": rfc3339.write(order.issued_at),
        "nonce": order.nonce,
    }
    return signed.sign(body, key, kid)


def read_wipe(
    order: Mapping[str, Any], keys: signed.TrustedKeys, device_id: str, at: datetime
) -> WipeOrder:
    """The order, if it must be obeyed by `device_id`; `Untrusted` or `BadInput` if not.

    `at` is now: a key that is no longer in force cannot order a wipe, whenever it claims to have
    signed.
    """
    signed.verify(order, keys, at)
    if order.get("typ") != TYP or order.get("device_id") != device_id:
        raise NotThisTablet("Not an order for this tablet.", device_id=order.get("device_id"))
    return WipeOrder(**load(_SCHEMA, order, "A wipe order cannot be read."))
