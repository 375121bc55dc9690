"""Secrets that are shown to prove who one is: made here, kept only as SHA-256."""

from collections.abc import Callable
from enum import StrEnum

from shared import base64url, crypto

SECRET_BYTES = 32


class Bearer(StrEnum):
    """What a secret opens; the first letters of the secret itself, so a leak can be told."""

    PERSON = "mcp"
    DEVICE = "mcd"
    WEB = "mcw"
    PORTAL = "mce"
    SYSTEM = "mcs"


def make(kind: Bearer, chance: Callable[[int], bytes]) -> tuple[str, str]:
    """A new secret and the hash to keep of it."""
    secret = f"{kind}_{base64url.encode(chance(SECRET_BYTES))}"
    return secret, hash_of(secret)


def kind_of(secret: str) -> Bearer | None:
    """What `secret` claims to open; says nothing about whether it does."""
    prefix = secret.partition("_")[0]
    return Bearer(prefix) if prefix in set(Bearer) else None


def hash_of(secret: str) -> str:
    """How a secret is kept and looked up. It has 256 random bits, so it needs no salt."""
    return crypto.sha256_hex(secret.encode("utf-8", "surrogatepass"))
