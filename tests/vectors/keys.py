"""The keys of the vectors. Their seeds are public: they must never sign anything real."""

from datetime import UTC, datetime
from hashlib import sha256

from shared import crypto, keyset
from shared.certificates import key_id
from shared.crypto import SigningKey
from shared.keyset import KeySet, PlatformKey


def seed(name: str) -> bytes:
    return sha256(f"mingcha vector {name}".encode()).digest()


def key(name: str) -> SigningKey:
    return SigningKey.from_seed(seed(name))


PLATFORM = key("platform")
NEXT_PLATFORM = key("platform next")
DEVICE = key("device")
WANG = key("officer wang")
LI = key("officer li")

PLATFORM_KID, NEXT_KID = "p-2026-1", "p-2026-2"
DEVICE_KID, WANG_KID = key_id(DEVICE.public), key_id(WANG.public)
DEVICE_ID, WANG_ID, LI_ID, AGENCY_ID = "d-0001", "o-wang", "o-li", "a-370102-01"
VISIT_ID = "01932f3e-0000-7000-8000-000000000001"

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2028, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RECOVERY_SEED = seed("recovery")

KEYS = (
    PlatformKey(kid=PLATFORM_KID, public=PLATFORM.public, valid_from=START, valid_to=END),
    PlatformKey(kid=NEXT_KID, public=NEXT_PLATFORM.public, valid_from=NOON),
)


def key_set_object() -> dict[str, object]:
    return keyset.make(
        version=1,
        keys=KEYS,
        recovery=crypto.sealing_public(RECOVERY_SEED),
        issued_at=START,
        key=PLATFORM,
        kid=PLATFORM_KID,
    )


def key_set() -> KeySet:
    return keyset.read(key_set_object())
