"""What tablets show each other at a joint visit: the join, answer and closing codes (protocol §5).

A tablet without network does not know the other's key, so the code carries the certificate of the
tablet that made it, without what the token says anyway. Whoever holds the platform's keys can so
tell offline that a code is of a tablet of the platform, and of which agency.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared import crypto, tokens
from shared.certificates import DEVICE, DeviceCertificate, key_id, read_device_certificate
from shared.errors import BadInput, Untrusted
from shared.keyset import KeySet
from shared.tokens import LONGEST_LIFE, TokenForged, TokenRevoked, TokenType

SAID_ONCE = ("v", "suite", "typ", "device_id")
"""Members of the certificate that the token says itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TabletHead:
    """Another tablet's place in a visit, as its code says; `uscc` is empty where it does not."""

    visit_id: str
    device_id: str
    agency_id: str
    seq: int
    head: str
    uscc: str = ""

    @property
    def quote(self) -> dict[str, Any]:
        """As an event quotes it."""
        return {"device_id": self.device_id, "seq": self.seq, "head": self.head}


def make(
    typ: TokenType,
    place: TabletHead,
    *,
    certificate: Mapping[str, Any],
    key: crypto.Signer,
    now: datetime,
    time_known: bool,
) -> str:
    """The token to draw; `now` is the tablet's best estimate of the server's time."""
    claims = {
        "visit": place.visit_id,
        "device": place.device_id,
        "head": place.head,
        "seq": place.seq,
        "iat": int(now.timestamp()),
        "exp": int((now + LONGEST_LIFE[typ] - timedelta(seconds=1)).timestamp()),
        "cert": {name: certificate[name] for name in certificate if name not in SAID_ONCE},
        **({"uscc": place.uscc} if place.uscc else {}),
        **({} if time_known else {"unsure": True}),
    }
    return tokens.make(typ, claims, key, key_id(key.public))


def read(
    token: str,
    typ: TokenType,
    keys: KeySet,
    at: datetime,
    *,
    revoked_devices: Collection[str] = (),
) -> TabletHead:
    """Whose code it is and what it quotes. Raises as `tokens.read`, and for a revoked tablet."""
    certificate = _certificate(tokens.unverified(token), keys, at)

    def lookup(kid: str, _at: datetime) -> str:
        if certificate is None or kid != key_id(certificate.public_key):
            raise TokenForged("No certificate goes with it.", kid=kid)
        return certificate.public_key

    claims = tokens.read(token, typ, lookup, at)
    if claims["device"] in revoked_devices:
        raise TokenRevoked("The tablet was called back.", device=claims["device"])
    return TabletHead(
        visit_id=claims["visit"],
        device_id=claims["device"],
        agency_id=certificate.agency_id if certificate else "",
        seq=claims["seq"],
        head=claims["head"],
        uscc=claims.get("uscc", ""),
    )


def _certificate(claims: Mapping[str, Any], keys: KeySet, at: datetime) -> DeviceCertificate | None:
    """The certificate of the tablet that the token names; None where none holds."""
    carried = claims.get("cert")
    if not isinstance(carried, Mapping):
        return None
    said = {"v": tokens.VERSION, "suite": claims.get("suite"), "typ": DEVICE}
    try:
        return read_device_certificate(
            {**carried, **said, "device_id": claims.get("device")}, keys, at
        )
    except (BadInput, Untrusted):
        return None
