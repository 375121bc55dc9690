"""What a crypto suite is, and which there are. Nothing outside this package names an algorithm.

Every signed or sealed thing carries the name of its suite, so that `sm-1` (SM2, SM3, SM4) can
stand beside `intl-1` as one more object here. No suite makes randomness: seeds, salts and nonces
come in as arguments, which keeps shared/ pure and the vectors golden.
"""

from collections.abc import Mapping
from typing import Protocol

from shared.crypto.intl1 import Intl1
from shared.crypto.pin import PinParams
from shared.errors import UnknownSuite

SUITE = "intl-1"


class Signer(Protocol):
    """A private signing key, wherever it is kept."""

    @property
    def public(self) -> str:
        """The public half, base64url."""

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`."""


class Suite(Protocol):
    """All algorithms under one name. Public keys are base64url text, all else bytes."""

    @property
    def name(self) -> str:
        """As it stands on the wire."""

    def digest(self, data: bytes) -> bytes:
        """The hash of `data`, 32 bytes."""

    def signing_key(self, seed: bytes) -> Signer:
        """The key made from a seed of 32 bytes."""

    def verify(self, public: str, signature: bytes, data: bytes) -> bool:
        """Whether `signature` is `public`'s over `data`; False for a malformed key or signature."""

    def seal(self, key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
        """`plain` encrypted and authenticated together with `aad`."""

    def open_(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        """What `seal` was given; raises `SealBroken`."""

    def derive_pin_key(self, pin: str, salt: bytes, params: PinParams) -> bytes:
        """A key of 32 bytes that costs `params` for every guess at `pin`."""

    def sealing_public(self, seed: bytes) -> str:
        """The public key others seal to, from its private seed of 32 bytes."""

    def seal_to(self, public: str, data: bytes, ephemeral_seed: bytes, nonce: bytes) -> str:
        """`data` readable only by the owner of `public`'s private seed."""

    def open_sealed(self, seed: bytes, text: str) -> bytes:
        """What `seal_to` was given; raises `SealBroken`."""


_SUITES: Mapping[str, Suite] = {SUITE: Intl1()}


def get(name: object) -> Suite:
    """The suite of that name; raises `UnknownSuite`. Takes anything, since names come by wire."""
    suite = _SUITES.get(name) if isinstance(name, str) else None
    if suite is None:
        raise UnknownSuite("A newer crypto suite than this version has.", suite=name)
    return suite
