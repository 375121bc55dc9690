"""Sealed boxes of suite `intl-1`: anyone may seal to a public key, only its owner may open.

X25519 with a fresh key per box, HKDF-SHA256, AES-256-GCM. Written as
`intl-1.<base64url of ephemeral public ‖ nonce ‖ ciphertext>`. It never makes the ephemeral seed
or the nonce itself; giving the same pair twice for different data would break the seal.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared import base64url
from shared.errors import BadInput, SealBroken

_PREFIX = "intl-1."
_PURPOSE = b"mingcha sealed box intl-1"
_KEY_BYTES = 32
NONCE_BYTES = 12


def public_of(seed: bytes) -> str:
    """The base64url public key of a private seed of 32 bytes."""
    return base64url.encode(_private(seed).public_key().public_bytes_raw())


def seal_to(public: str, data: bytes, ephemeral_seed: bytes, nonce: bytes) -> str:
    """`data` sealed to `public` (base64url); `BadInput` for a key or nonce that cannot be used."""
    if len(nonce) != NONCE_BYTES:
        raise BadInput("A nonce has 12 bytes.", length=len(nonce))
    receiver = base64url.decode(public)
    mine = _private(ephemeral_seed)
    sender = mine.public_key().public_bytes_raw()
    try:
        key = _shared_key(mine, receiver, sender=sender, receiver=receiver)
    except ValueError as error:
        raise BadInput("Not a usable X25519 public key.") from error
    return _PREFIX + base64url.encode(sender + nonce + AESGCM(key).encrypt(nonce, data, sender))


def open_sealed(seed: bytes, text: str) -> bytes:
    """What was sealed; `SealBroken` for another key, another suite or one changed character."""
    mine = _private(seed)
    if not text.startswith(_PREFIX):
        raise SealBroken("Not a sealed box of this suite.")
    try:
        box = base64url.decode(text.removeprefix(_PREFIX))
        sender, rest = box[:_KEY_BYTES], box[_KEY_BYTES:]
        nonce, sealed = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        receiver = mine.public_key().public_bytes_raw()
        key = _shared_key(mine, sender, sender=sender, receiver=receiver)
        return AESGCM(key).decrypt(nonce, sealed, sender)
    except (BadInput, ValueError, InvalidTag) as error:
        raise SealBroken("Does not open with this key.") from error


def _private(seed: bytes) -> X25519PrivateKey:
    if len(seed) != _KEY_BYTES:
        raise BadInput("An X25519 seed has 32 bytes.", length=len(seed))
    return X25519PrivateKey.from_private_bytes(seed)


def _shared_key(
    private: X25519PrivateKey, other: bytes, *, sender: bytes, receiver: bytes
) -> bytes:
    # Both public keys go into the salt, so a box cannot be turned to another receiver.
    secret = private.exchange(X25519PublicKey.from_public_bytes(other))
    return HKDF(SHA256(), _KEY_BYTES, salt=sender + receiver, info=_PURPOSE).derive(secret)
