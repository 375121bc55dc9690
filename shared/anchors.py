"""The daily anchor: the platform's signed word for everything it had receipted and noted by then.

Once published it binds the platform itself: what it says today of last week must lead to the root
that everybody could read then. Each anchor names the one before, so none can be left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from shared import crypto, merkle, rfc3339, signed
from shared.canonical import canonical
from shared.errors import Untrusted
from shared.validation import load

TYP = "anchor"
HEX = validate.Regexp(r"\A[0-9a-f]{64}\Z")


class NotAnAnchor(Untrusted):
    """Signed by the platform, but no anchor; or a proof that leads elsewhere."""

    code = "anchor_mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """`root` of `size` leaves of one `day` (ISO); `prev` is the digest of the anchor before."""

    day: str
    size: int
    root: str
    prev: str
    made_at: datetime


class _AnchorSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    day = fields.Date(required=True)
    size = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    root = fields.String(required=True, validate=HEX)
    prev = fields.String(required=True, validate=validate.Regexp(r"\A([0-9a-f]{64})?\Z"))
    made_at = fields.AwareDateTime(required=True)


class _ProofSchema(Schema):
    leaf = fields.String(required=True, validate=HEX)
    index = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    path = fields.List(fields.String(validate=HEX), required=True, validate=validate.Length(max=64))
    anchor = fields.Dict(required=True)


_SCHEMA, _PROOF = _AnchorSchema(), _ProofSchema()


def anchor(of: Anchor, *, key: crypto.Signer, kid: str) -> dict[str, Any]:
    """The signed object of an anchor."""
    told = {name: getattr(of, name) for name in ("day", "size", "root", "prev")}
    return signed.sign({"typ": TYP, **told, "made_at": rfc3339.write(of.made_at)}, key, kid)


def read(obj: Mapping[str, Any], keys: signed.TrustedKeys) -> Anchor:
    """The anchor, verified; `Untrusted` or `BadInput` otherwise."""
    signed.verify(obj, keys, rfc3339.read(obj.get("made_at")))
    if obj.get("typ") != TYP:
        raise NotAnAnchor("Not an anchor.", typ=obj.get("typ"))
    data = load(_SCHEMA, obj, "An anchor cannot be read.")
    return Anchor(**{**data, "day": data["day"].isoformat()})


def digest(obj: Mapping[str, Any]) -> str:
    """What the next anchor calls this one: the SHA-256 of the whole signed object, `sig` too."""
    return crypto.sha256_hex(canonical(obj))


def receipt_leaf(receipt: Mapping[str, Any]) -> bytes:
    """The leaf hash of a receipt: of its canonical form, as a case file has it."""
    return merkle.leaf(canonical(receipt))


def audit_leaf(seq: int, entry_hash: str) -> bytes:
    """The leaf hash of an entry of the audit log, whose own hash covers all before it."""
    return merkle.leaf(canonical({"audit": seq, "hash": entry_hash}))


def proof(leaves: Sequence[bytes], index: int, anchored: Mapping[str, Any]) -> dict[str, Any]:
    """That leaf `index` is under the root of a signed anchor."""
    return {
        "leaf": leaves[index].hex(),
        "index": index,
        "path": [each.hex() for each in merkle.path(leaves, index)],
        "anchor": dict(anchored),
    }


def check_proof(obj: Mapping[str, Any], keys: signed.TrustedKeys) -> tuple[bytes, Anchor]:
    """The leaf a proof is of and the anchor it leads to; `Untrusted` or `BadInput`."""
    told = load(_PROOF, obj, "A proof cannot be read.")
    found = read(told["anchor"], keys)
    leaf = bytes.fromhex(told["leaf"])
    way = [bytes.fromhex(each) for each in told["path"]]
    reached = merkle.root_from(leaf, told["index"], found.size, way)
    if reached is None or reached.hex() != found.root:
        raise NotAnAnchor("The proof does not lead to the root.", day=found.day)
    return leaf, found
