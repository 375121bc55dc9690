"""The tablet's proof of itself: an RFC 7523 client assertion, a JWT signed with Ed25519 (RFC 8037).

Written by hand because it is one line of base64url, and the tablet then needs no JWT library.
"""

from datetime import datetime, timedelta

from shared import base64url
from shared.canonical import canonical
from shared.certificates import key_id
from shared.crypto import Signer

LIFE = timedelta(minutes=4)
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def make(*, device_id: str, audience: str, key: Signer, jti: str, now: datetime) -> str:
    """`iss` and `sub` are the tablet, `aud` the server's URL; good for one use within `LIFE`."""
    header = {"alg": "EdDSA", "typ": "JWT", "kid": key_id(key.public)}
    claims = {
        "iss": device_id,
        "sub": device_id,
        "aud": audience,
        "jti": jti,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFE).timestamp()),
    }
    body = f"{_part(header)}.{_part(claims)}"
    return f"{body}.{base64url.encode(key.sign(body.encode('ascii')))}"


def _part(value: object) -> str:
    return base64url.encode(canonical(value))
