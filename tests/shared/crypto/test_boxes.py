"""Sealed boxes: for one receiver, and not to be changed on the way."""

import pytest

from shared import base64url, crypto
from shared.errors import BadInput, SealBroken

OWNER = b"o" * 32
PUBLIC = crypto.sealing_public(OWNER)
BOX = crypto.seal_to(PUBLIC, b"store key", b"e" * 32, b"n" * 12)


def test_only_the_owner_opens_a_box() -> None:
    assert crypto.open_sealed(OWNER, BOX) == b"store key"
    with pytest.raises(SealBroken):
        crypto.open_sealed(b"x" * 32, BOX)


@pytest.mark.parametrize("at", range(0, len(BOX), 3))
def test_a_changed_character_is_noticed(at: int) -> None:
    other = "A" if BOX[at] != "A" else "B"
    with pytest.raises(SealBroken):
        crypto.open_sealed(OWNER, BOX[:at] + other + BOX[at + 1 :])


@pytest.mark.parametrize("text", ["", "intl-1.", "intl-1.AAAA", "sm-1.AAAA", BOX[:-8]])
def test_what_is_no_box_does_not_open(text: str) -> None:
    with pytest.raises(SealBroken):
        crypto.open_sealed(OWNER, text)


def test_a_box_from_a_key_that_shares_with_everybody_does_not_open() -> None:
    with pytest.raises(SealBroken):
        crypto.open_sealed(OWNER, "intl-1." + base64url.encode(bytes(32 + 12 + 16)))


@pytest.mark.parametrize(
    ("public", "seed", "nonce"),
    [
        (base64url.encode(bytes(32)), b"e" * 32, b"n" * 12),
        ("AAAA", b"e" * 32, b"n" * 12),
        (PUBLIC, b"e" * 31, b"n" * 12),
        (PUBLIC, b"e" * 32, b"n" * 11),
    ],
)
def test_nothing_is_sealed_with_unusable_parts(public: str, seed: bytes, nonce: bytes) -> None:
    with pytest.raises(BadInput):
        crypto.seal_to(public, b"x", seed, nonce)
