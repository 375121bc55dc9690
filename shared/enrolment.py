"""The one-time code that lets a tablet in: `MCE1.<base64url JSON>`, and what its proof signs.

The code is a secret for fifteen minutes. Nothing here logs it, and an `Enrolment` does not show
it in its repr.
"""

from dataclasses import dataclass, field
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from shared import base64url
from shared.canonical import canonical, parse_object
from shared.errors import BadInput
from shared.validation import load

PREFIX = "MCE1."
MAX_CHARACTERS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    server: str
    enrolment_id: str
    code: str = field(repr=False)
    key_set_fingerprint: str


class _EnrolmentSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    server = fields.String(required=True, validate=validate.Regexp(r"\Ahttps?://\S{1,500}\Z"))
    enrolment_id = fields.String(required=True, validate=validate.Length(1, 100))
    code = fields.String(required=True, validate=validate.Length(1, 200))
    key_set_fingerprint = fields.String(
        required=True, validate=validate.Regexp(r"\A[0-9a-f]{64}\Z")
    )


_SCHEMA = _EnrolmentSchema()


def encode(server: str, enrolment_id: str, code: str, fingerprint: str) -> str:
    """The text of the enrolment QR code; `BadInput` if a part cannot stand in it."""
    body: dict[str, Any] = {
        "server": server,
        "enrolment_id": enrolment_id,
        "code": code,
        "key_set_fingerprint": fingerprint,
    }
    load(_SCHEMA, body, "An enrolment cannot be written.")
    return PREFIX + base64url.encode(canonical(body))


def decode(text: str) -> Enrolment:
    """The enrolment a QR code carries; `BadInput` for any other text."""
    if not text.startswith(PREFIX) or len(text) > MAX_CHARACTERS:
        raise BadInput("Not an enrolment code.")
    body = parse_object(base64url.decode(text.removeprefix(PREFIX)))
    return Enrolment(**load(_SCHEMA, body, "An enrolment code cannot be read."))


def proof_bytes(enrolment_id: str, code: str, public_key: str) -> bytes:
    """What a tablet, and its officer, sign to prove that they hold `public_key`'s private half.

    The UTF-8 of the three texts one after the other, nothing between (protocol §1).
    """
    return f"{enrolment_id}{code}{public_key}".encode()
