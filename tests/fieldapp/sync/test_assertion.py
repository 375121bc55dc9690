"""The hand-written assertion, read by a JWT library that knows nothing of ours."""

from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fieldapp.sync import assertion
from shared import base64url
from shared.certificates import key_id
from tests.world import NOON, key

SERVER = "https://mingcha.example"


def made(**other) -> str:
    return assertion.make(
        **{
            "device_id": "tablet-1",
            "audience": SERVER,
            "key": key("tablet-1"),
            "jti": "j1",
            "now": NOON,
            **other,
        }
    )


def read(text: str, name: str = "tablet-1"):
    public = Ed25519PublicKey.from_public_bytes(base64url.decode(key(name).public))
    unchecked = {"verify_exp": False, "verify_iat": False}
    return jwt.decode(text, public, algorithms=["EdDSA"], audience=SERVER, options=unchecked)


def test_any_jwt_library_can_verify_it() -> None:
    claims = read(made())
    assert claims == {
        "iss": "tablet-1",
        "sub": "tablet-1",
        "aud": SERVER,
        "jti": "j1",
        "iat": int(NOON.timestamp()),
        "exp": int((NOON + timedelta(minutes=4)).timestamp()),
    }
    assert jwt.get_unverified_header(made()) == {
        "alg": "EdDSA",
        "typ": "JWT",
        "kid": key_id(key("tablet-1").public),
    }


def test_it_lives_less_than_five_minutes() -> None:
    assert timedelta(0) < assertion.LIFE < timedelta(minutes=5)


def test_another_key_does_not_verify_it() -> None:
    with pytest.raises(jwt.InvalidSignatureError):
        read(made(), "tablet-2")


def test_it_is_for_one_server_only() -> None:
    with pytest.raises(jwt.InvalidAudienceError):
        read(made(audience="https://elsewhere.example"))
