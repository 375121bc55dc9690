"""Objects signed by the platform: key sets, certificates, receipts, wipe orders.

What is signed is the canonical JSON of the whole object without `sig`, so `v`, `suite`, `kid` and
`typ` are signed with the rest and no object can stand in for another. It never decides which keys
are trusted: that is the key set it is given.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from shared import base64url, crypto
from shared.canonical import canonical
from shared.errors import BadInput, BadSignature, Untrusted

VERSION = 1


class TrustedKeys(Protocol):
    """Where a public key is looked up; `keyset.KeySet` is one."""

    def public(self, kid: str, at: datetime) -> str:
        """The base64url key `kid`; raises `UnknownKey` or `KeyNotInForce`."""


def sign(obj: Mapping[str, Any], key: crypto.Signer, kid: str) -> dict[str, Any]:
    """`obj` with `v`, `suite`, `kid` and `sig`; those four must not be in it."""
    body = {**obj, "v": VERSION, "suite": crypto.SUITE, "kid": kid}
    return {**body, "sig": base64url.encode(key.sign(canonical(body)))}


def verify(obj: Mapping[str, Any], keys: TrustedKeys, at: datetime) -> None:
    """Return if `obj` is signed by a key that `keys` trusted at that time.

    Raises `UnknownSuite`, `UnknownKey`, `KeyNotInForce` or `BadSignature`, all `Untrusted`.
    """
    if obj.get("v") != VERSION:
        raise Untrusted("A signed object of another version.", v=obj.get("v"))
    kid = obj.get("kid")
    if not isinstance(kid, str):
        raise BadSignature("A signed object names its key.")
    if not holds(obj, keys.public(kid, at)):
        raise BadSignature("The signature does not hold.", kid=kid)


def holds(obj: Mapping[str, Any], public: str) -> bool:
    """Whether `sig` in `obj` is that of `public`; raises `UnknownSuite`."""
    suite = crypto.get(obj.get("suite"))
    body = {name: obj[name] for name in obj if name != "sig"}
    try:
        return suite.verify(public, base64url.decode(str(obj.get("sig"))), canonical(body))
    except BadInput:
        return False
