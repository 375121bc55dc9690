"""Which keys of the platform are believed, when, and how the set of them moves on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import crypto, keyset
from shared.errors import (
    BadInput,
    BadSignature,
    KeyNotInForce,
    KeyRevoked,
    UnknownKey,
    Untrusted,
)
from shared.keyset import KeySet, KeySetRolledBack, PlatformKey, WrongFingerprint
from tests.vectors import keys

OLD, NEW = keys.PLATFORM_KID, keys.NEXT_KID
SECOND = timedelta(seconds=1)


def made(version: int = 2, signer: crypto.SigningKey = keys.PLATFORM, **other: Any) -> Any:
    arguments: dict[str, Any] = {
        "keys": keys.KEYS,
        "recovery": "recovery",
        "issued_at": keys.NOON,
        "kid": OLD,
        **other,
    }
    return keyset.make(version=version, key=signer, **arguments)


def revoked(key: PlatformKey) -> KeySet:
    others = [each for each in keys.KEYS if each.kid != key.kid]
    return keyset.read(made(keys=[*others, replace(key, revoked_at=keys.NOON)]))


def test_a_key_is_good_from_its_first_moment_until_before_its_last() -> None:
    held = keys.key_set()

    assert held.public(OLD, keys.START) == keys.PLATFORM.public
    assert held.public(OLD, keys.END - SECOND) == keys.PLATFORM.public
    for outside in (keys.START - SECOND, keys.END):
        with pytest.raises(KeyNotInForce):
            held.public(OLD, outside)


def test_two_keys_may_live_at_once() -> None:
    held = keys.key_set()

    assert held.public(NEW, keys.NOON) == keys.NEXT_PLATFORM.public
    assert held.public(OLD, keys.NOON) == keys.PLATFORM.public


def test_a_key_nobody_named_is_unknown() -> None:
    with pytest.raises(UnknownKey):
        keys.key_set().public("p-1999", keys.NOON)


def test_a_revoked_key_is_refused_even_for_what_claims_to_be_older() -> None:
    held = revoked(keys.KEYS[0])

    for at in (keys.START, keys.NOON - SECOND, keys.NOON):
        with pytest.raises(KeyRevoked):
            held.public(OLD, at)


def test_looking_back_a_revoked_key_stays_good_for_what_came_before() -> None:
    held = revoked(keys.KEYS[0])

    assert held.public_before_revocation(OLD, keys.NOON - SECOND) == keys.PLATFORM.public
    with pytest.raises(KeyRevoked):
        held.public_before_revocation(OLD, keys.NOON)


def test_the_first_set_is_believed_by_its_fingerprint() -> None:
    obj = keys.key_set_object()

    assert keyset.trust_first(obj, keyset.fingerprint(obj)).version == 1
    with pytest.raises(WrongFingerprint):
        keyset.trust_first(obj, "0" * 64)


def test_a_fingerprint_is_that_of_every_byte() -> None:
    obj = keys.key_set_object()

    assert keyset.fingerprint({**obj, "sig": "other"}) != keyset.fingerprint(obj)
    assert keyset.fingerprint({**obj, "more": 1}) != keyset.fingerprint(obj)


def test_a_first_set_that_its_own_key_did_not_sign_is_refused() -> None:
    obj = made(version=1, signer=keys.DEVICE)

    with pytest.raises(BadSignature):
        keyset.trust_first(obj, keyset.fingerprint(obj))


def test_a_following_set_is_accepted_when_a_held_key_signed_it() -> None:
    followed = keyset.accept(made(), keys.key_set(), keys.NOON)

    assert (followed.version, followed.recovery) == (2, "recovery")
    assert keyset.accept(made(3, keys.NEXT_PLATFORM, kid=NEW), followed, keys.NOON).version == 3


def test_the_set_already_held_is_accepted_again() -> None:
    held = keys.key_set()

    assert keyset.accept(keys.key_set_object(), held, keys.END + SECOND) is held


@pytest.mark.parametrize(
    "offered",
    [
        made(signer=keys.DEVICE),
        made(signer=keys.DEVICE, kid="stranger"),
        {**made(), "version": 9},
        {**made(), "recovery": "mine"},
    ],
)
def test_a_set_no_held_key_signed_is_refused(offered: Any) -> None:
    with pytest.raises(Untrusted):
        keyset.accept(offered, keys.key_set(), keys.NOON)


@pytest.mark.parametrize("version", [1, 2])
def test_a_revocation_cannot_be_undone_by_an_older_set(version: int) -> None:
    held = revoked(keys.KEYS[1])

    with pytest.raises(KeySetRolledBack):
        keyset.accept(made(version=version), held, keys.NOON)


def test_a_revoked_key_signs_no_further_set() -> None:
    with pytest.raises(KeyRevoked):
        keyset.accept(made(version=5), revoked(keys.KEYS[0]), keys.NOON)


@pytest.mark.parametrize(
    "obj",
    [
        None,
        {},
        {**made(), "typ": "receipt"},
        {**made(), "keys": []},
        {**made(), "keys": [{"kid": "x"}]},
        {**made(), "version": "1"},
        {**made(), "issued_at": "yesterday"},
    ],
)
def test_what_is_no_key_set_is_bad_input(obj: Any) -> None:
    with pytest.raises(BadInput):
        keyset.read(obj)
