"""Signed calls to other systems, as Standard Webhooks 1.0.0 (standardwebhooks.com) says.

    webhook-id: <the same at every try>
    webhook-timestamp: <seconds since 1970>
    webhook-signature: v1,<base64 of HMAC-SHA256 over "id.timestamp.body">

A secret is `whsec_` and the base64 of 16 to 64 bytes; ours have 32. Never asks for the
time: it is handed in.
"""

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping

from shared.errors import BadInput

PREFIX = "whsec_"
TOLERANCE_S = 5 * 60
SHORTEST, LONGEST = 16, 64


def secret_of(chance: bytes) -> str:
    """A secret made of random bytes."""
    return PREFIX + b64encode(chance).decode()


def headers(secret: str, message_id: str, at: int, body: bytes) -> dict[str, str]:
    """What a call carries beside its body; `at` is seconds since 1970."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(secret, message_id, at, body),
    }


def signature(secret: str, message_id: str, at: int, body: bytes) -> str:
    """`v1,…` over id, time and body; `BadInput` for what is no secret."""
    signed = f"{message_id}.{at}.".encode() + body
    return "v1," + b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


def is_signed(secret: str, carried: Mapping[str, str], body: bytes, *, now: int) -> bool:
    """Whether a call was made by somebody with the secret, within five minutes of `now`.

    `carried` are headers by their lower-case names. More than one signature may stand there, for
    secrets that are being changed.
    """
    message_id, at = carried.get("webhook-id", ""), carried.get("webhook-timestamp", "")
    if not (at.isascii() and at.isdecimal()) or abs(int(at[:12]) - now) > TOLERANCE_S:
        return False
    right = signature(secret, message_id, int(at[:12]), body).encode()
    told = carried.get("webhook-signature", "").encode("utf-8", "surrogatepass").split()
    return sum(hmac.compare_digest(right, each) for each in told) > 0


def _key(secret: str) -> bytes:
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not SHORTEST <= len(key) <= LONGEST:
        raise BadInput("Not a secret of a webhook.", errors={"/secret": "whsec_ and base64."})
    return key
