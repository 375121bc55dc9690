"""Crypto by suite. The only package that knows an algorithm; it makes no randomness.

`get(name)` gives the suite a signed thing names. The functions here are those of `SUITE`, the
suite everything new is made with.
"""

import hashlib

from shared.crypto.intl1 import SEED_BYTES, SigningKey, verify
from shared.crypto.pin import PinParams
from shared.crypto.suite import SUITE, Signer, Suite, get

__all__ = [
    "SEED_BYTES",
    "SUITE",
    "PinParams",
    "Signer",
    "SigningKey",
    "Suite",
    "derive_pin_key",
    "get",
    "open_",
    "open_sealed",
    "seal",
    "seal_to",
    "sealing_public",
    "sha256_hex",
    "verify",
]

_CURRENT = get(SUITE)

seal = _CURRENT.seal
open_ = _CURRENT.open_
derive_pin_key = _CURRENT.derive_pin_key
sealing_public = _CURRENT.sealing_public
seal_to = _CURRENT.seal_to
open_sealed = _CURRENT.open_sealed


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of `data` in lower-case hex: evidence files and documents, whatever the suite."""
    return hashlib.sha256(data).hexdigest()
