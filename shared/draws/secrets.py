"""The two secrets of a draw: committed to first, revealed later, together the only chance in it.

    commitment = SHA-256("mingcha-draw-commitment/1" LF draw id LF party LF secret in hex)
    seed       = SHA-256(pool hash ‖ agency's secret ‖ supervision's secret), 32 raw bytes each

The party and the draw are part of a commitment, so that nobody can hand in a copy of another's
and open it with what the other reveals, or with what was revealed in an earlier draw.
"""

import hashlib
import re
from hmac import compare_digest

from shared.draws.model import Party
from shared.errors import BadInput

SECRET_BYTES = 32
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DOMAIN = "mingcha-draw-commitment/1"


def require_hex(text: str, what: str) -> str:
    """`text` if it is 64 small hex letters; `BadInput` pointing at `/what` otherwise."""
    if not _HEX.fullmatch(text):
        raise BadInput("Not 64 hex letters.", errors={f"/{what}": "64 hex letters, small."})
    return text


def commitment(draw_id: str, party: Party, secret: str) -> str:
    """What a party hands in before anybody reveals anything; `secret` in hex."""
    message = "\n".join((_DOMAIN, draw_id, str(party), require_hex(secret, "secret")))
    return hashlib.sha256(message.encode()).hexdigest()


def opens(committed: str, draw_id: str, party: Party, secret: str) -> bool:
    """Whether `secret` is what was committed to."""
    return compare_digest(committed, commitment(draw_id, party, secret))


def seed(pool_hash: str, agency: str, supervision: str) -> bytes:
    """The seed of a draw, 32 bytes; all three in hex."""
    parts = (pool_hash, agency, supervision)
    return hashlib.sha256(b"".join(bytes.fromhex(part) for part in parts)).digest()
