"""Objects signed by the platform: what is signed, and by whom it must be."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import signed
from shared.canonical import canonical, parse_object
from shared.errors import BadSignature, DomainError, UnknownKey, UnknownSuite, Untrusted
from tests.vectors import keys

BODY = {"typ": "example", "text": "明察", "n": 1}
SIGNED = signed.sign(BODY, keys.PLATFORM, keys.PLATFORM_KID)
KEY_SET = keys.key_set()


def verify(obj: dict[str, Any], at: datetime = keys.NOON) -> None:
    signed.verify(obj, KEY_SET, at)


def test_a_signed_object_names_version_suite_and_key() -> None:
    assert {name: SIGNED[name] for name in SIGNED if name != "sig"} == {
        **BODY,
        "v": 1,
        "suite": "intl-1",
        "kid": keys.PLATFORM_KID,
    }
    verify(SIGNED)


def test_the_order_of_members_does_not_matter() -> None:
    verify(dict(reversed(list(SIGNED.items()))))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"text": "暗察"}, BadSignature),
        ({"typ": "other"}, BadSignature),
        ({"more": 1}, BadSignature),
        ({"sig": "AAAA"}, BadSignature),
        ({"sig": "not base64!"}, BadSignature),
        ({"sig": None}, BadSignature),
        ({"kid": keys.NEXT_KID}, BadSignature),
        ({"kid": "nobody"}, UnknownKey),
        ({"kid": 7}, BadSignature),
        ({"suite": "sm-1"}, UnknownSuite),
        ({"v": 2}, Untrusted),
    ],
)
def test_a_changed_object_is_refused(change: dict[str, Any], error: type[DomainError]) -> None:
    with pytest.raises(error):
        verify({**SIGNED, **change})


@pytest.mark.parametrize("missing", ["v", "suite", "kid", "sig", "text"])
def test_an_object_without_one_of_its_parts_is_refused(missing: str) -> None:
    with pytest.raises(Untrusted):
        verify({name: SIGNED[name] for name in SIGNED if name != missing})


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_changed_byte_still_verifies(where: int, flip: int) -> None:
    raw = bytearray(canonical(SIGNED))
    raw[where % len(raw)] ^= flip
    with pytest.raises(DomainError):
        verify(parse_object(bytes(raw)))
