"""Suite intl-1: published vectors, and what must not verify or open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import base64url, crypto
from shared.crypto import PinParams, SigningKey
from shared.crypto.intl1 import _WEAK_KEYS
from shared.errors import BadInput, SealBroken

CHEAP = PinParams(memory_kib=64, iterations=1, lanes=1)
KEY = SigningKey.from_seed(b"k" * 32)
SUITE = crypto.get("intl-1")


def test_ed25519_agrees_with_rfc_8032() -> None:
    """RFC 8032 §7.1, test 2."""
    seed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
    public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    key = SUITE.signing_key(bytes.fromhex(seed))

    assert base64url.decode(key.public).hex() == public
    assert key.sign(b"\x72").hex() == signature
    assert crypto.verify(key.public, bytes.fromhex(signature), b"\x72")


def test_sha_256_agrees_with_fips_180() -> None:
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    assert crypto.sha256_hex(b"abc") == SUITE.digest(b"abc").hex() == digest


@given(data=st.binary(max_size=50), where=st.integers(min_value=0, max_value=511))
def test_one_flipped_bit_of_a_signature_or_its_data_is_noticed(data: bytes, where: int) -> None:
    signature = bytearray(KEY.sign(data))
    assert SUITE.verify(KEY.public, bytes(signature), data)
    signature[where // 8] ^= 1 << where % 8

    assert not SUITE.verify(KEY.public, bytes(signature), data)
    assert not SUITE.verify(KEY.public, KEY.sign(data), data + b"\0")


@pytest.mark.parametrize("public", ["", "AAAA", "测", "=" * 43, KEY.public + "A"])
@pytest.mark.parametrize("signature", [b"", b"x" * 64])
def test_malformed_keys_and_signatures_verify_nothing(public: str, signature: bytes) -> None:
    assert not crypto.verify(public, signature, b"data")


@pytest.mark.parametrize("weak", sorted(_WEAK_KEYS))
@pytest.mark.parametrize("top_bit", [0, 0x80])
def test_a_key_that_lets_anybody_sign_verifies_nothing(weak: bytes, top_bit: int) -> None:
    public = base64url.encode(weak[:-1] + bytes([weak[-1] | top_bit]))
    # S = 0 with R the neutral point: OpenSSL takes this "signature" under some of these keys.
    forged = b"\x01" + bytes(31) + bytes(32)

    assert not any(crypto.verify(public, forged, bytes([n])) for n in range(16))


def test_a_signing_key_never_shows_its_seed() -> None:
    assert KEY.seed.hex() not in repr(KEY)
    assert "kkkk" not in repr(KEY)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BadInput):
        SigningKey.from_seed(b"x" * length)


def test_what_is_sealed_opens_only_with_all_its_parts() -> None:
    key, nonce = b"a" * 32, b"n" * 12
    sealed = crypto.seal(key, nonce, b"plain", b"chunk 1")

    assert crypto.open_(key, nonce, sealed, b"chunk 1") == b"plain"
    for parts in (
        (b"b" * 32, nonce, sealed, b"chunk 1"),
        (key, b"m" * 12, sealed, b"chunk 1"),
        (key, nonce, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"chunk 1"),
        (key, nonce, sealed, b"chunk 2"),
        (key, nonce, b"", b"chunk 1"),
        (b"short", nonce, sealed, b"chunk 1"),
    ):
        with pytest.raises(SealBroken):
            crypto.open_(*parts)


def test_argon2id_agrees_with_its_reference_implementation() -> None:
    """From the tests of phc-winner-argon2: 64 MiB, two passes, one lane."""
    params = PinParams(memory_kib=65536, iterations=2, lanes=1)
    key = "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"

    assert crypto.derive_pin_key("password", b"somesalt", params).hex() == key


def test_a_pin_key_follows_from_every_input() -> None:
    key = crypto.derive_pin_key("135790", b"s" * 16, CHEAP)
    harder = PinParams(memory_kib=64, iterations=2, lanes=1)

    assert key == crypto.derive_pin_key("135790", b"s" * 16, CHEAP)
    assert key != crypto.derive_pin_key("135791", b"s" * 16, CHEAP)
    assert key != crypto.derive_pin_key("135790", b"t" * 16, CHEAP)
    assert key != crypto.derive_pin_key("135790", b"s" * 16, harder)


def test_pin_parameters_are_kept_beside_the_wrap() -> None:
    assert PinParams.from_object(CHEAP.as_object()) == CHEAP
    assert PinParams() == PinParams(memory_kib=65536, iterations=3, lanes=4)
