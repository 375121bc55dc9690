"""Suite `intl-1`: SHA-256, Ed25519, AES-256-GCM, X25519 and Argon2id. No other suite, no chance.

The only module of the project, with its neighbour `boxes`, that imports a crypto library.
"""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from shared import base64url
from shared.crypto import boxes
from shared.crypto.pin import PinParams
from shared.errors import BadInput, SealBroken

NAME = "intl-1"
SEED_BYTES = 32
_TOP_BIT = 0x80

# Keys under which a signature can hold for any data (points whose order divides 8, with the
# spellings that reduce to them; RFC 8032 §8.9 and libsodium's list). A tablet that enrolled with
# one could say later that anybody may have signed.
_WEAK_KEYS = frozenset(
    bytes.fromhex(weak)
    for weak in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 private key held in memory."""

    seed: bytes = field(repr=False)
    public: str
    _private: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigningKey":
        """The key of a secret seed of 32 bytes (RFC 8032 §5.1.5); `BadInput` for another length."""
        if len(seed) != SEED_BYTES:
            raise BadInput("A signing seed has 32 bytes.", length=len(seed))
        private = Ed25519PrivateKey.from_private_bytes(seed)
        public = base64url.encode(private.public_key().public_bytes_raw())
        return cls(seed=seed, public=public, _private=private)

    def sign(self, data: bytes) -> bytes:
        """64 bytes; the same for the same data, since Ed25519 uses no chance."""
        return self._private.sign(data)


def verify(public: str, signature: bytes, data: bytes) -> bool:
    """Whether `signature` (64 bytes) is that of `public` (base64url) over `data`."""
    key = _public_key(public)
    if key is None:
        return False
    try:
        key.verify(signature, data)
    except (ValueError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=1024)
def _public_key(public: str) -> Ed25519PublicKey | None:
    """The key of this text, read once; None for one that nothing may be verified with."""
    try:
        key = base64url.decode(public)
        return None if _is_weak(key) else Ed25519PublicKey.from_public_bytes(key)
    except (BadInput, ValueError):
        return None


def _is_weak(key: bytes) -> bool:
    return key[:-1] + bytes([key[-1] & ~_TOP_BIT]) in _WEAK_KEYS if key else True


@dataclass(frozen=True, slots=True)
class Intl1:
    """`intl-1` as the object `suite.get` hands out; see `suite.Suite` for what each part does."""

    name: ClassVar[str] = NAME

    def digest(self, data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    def signing_key(self, seed: bytes) -> SigningKey:
        return SigningKey.from_seed(seed)

    def verify(self, public: str, signature: bytes, data: bytes) -> bool:
        return verify(public, signature, data)

    def seal(self, key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
        return AESGCM(key).encrypt(nonce, plain, aad)

    def open_(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(nonce, sealed, aad)
        except (InvalidTag, ValueError) as error:
            raise SealBroken("Does not open with this key.") from error

    def derive_pin_key(self, pin: str, salt: bytes, params: PinParams) -> bytes:
        argon = Argon2id(
            salt=salt,
            length=32,
            iterations=params.iterations,
            lanes=params.lanes,
            memory_cost=params.memory_kib,
        )
        return argon.derive(pin.encode("utf-8"))

    def sealing_public(self, seed: bytes) -> str:
        return boxes.public_of(seed)

    def seal_to(self, public: str, data: bytes, ephemeral_seed: bytes, nonce: bytes) -> str:
        return boxes.seal_to(public, data, ephemeral_seed, nonce)

    def open_sealed(self, seed: bytes, text: str) -> bytes:
        return boxes.open_sealed(seed, text)
