"""Certificates bind a key to a tablet, or to an officer on one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.certificates import (
    CertificateNotInForce,
    DeviceCertificate,
    OfficerCertificate,
    WrongCertificate,
    key_id,
    read_certificate,
    read_device_certificate,
    read_officer_certificate,
)
from shared.errors import BadInput, BadSignature, KeyNotInForce
from tests.vectors import keys, made

KEY_SET = keys.key_set()
Reader = Callable[..., Any]


def test_a_tablets_certificate_says_whose_key_it_is() -> None:
    found = read_device_certificate(made.device_certificate(), KEY_SET, keys.NOON)

    assert found == DeviceCertificate(
        device_id=keys.DEVICE_ID,
        agency_id=keys.AGENCY_ID,
        public_key=keys.DEVICE.public,
        valid_from=keys.START,
        valid_to=keys.END,
    )


def test_an_officers_certificate_says_who_they_are_and_on_which_tablet() -> None:
    found = read_officer_certificate(made.officer_certificate(), KEY_SET, keys.NOON)

    assert (found.officer_id, found.device_id) == (keys.WANG_ID, keys.DEVICE_ID)
    assert (found.name, found.certificate_no, found.unit) == (
        "王建国",
        "15010100001",
        "执法二大队",
    )


@pytest.mark.parametrize(
    ("read", "obj"),
    [
        (read_device_certificate, made.officer_certificate()),
        (read_officer_certificate, made.device_certificate()),
        (read_device_certificate, made.receipt() | {"issued_at": "2026-11-23T04:00:00Z"}),
    ],
)
def test_one_kind_does_not_serve_as_the_other(read: Reader, obj: dict[str, Any]) -> None:
    with pytest.raises((WrongCertificate, BadSignature)):
        read(obj, KEY_SET, keys.NOON)


@pytest.mark.parametrize("at", [keys.START - timedelta(seconds=1), keys.END])
@pytest.mark.parametrize(
    ("read", "obj"),
    [
        (read_device_certificate, made.device_certificate()),
        (read_officer_certificate, made.officer_certificate()),
    ],
)
def test_outside_its_time_a_certificate_is_refused(read: Reader, obj: Any, at: Any) -> None:
    with pytest.raises(CertificateNotInForce):
        read(obj, KEY_SET, at)


def test_without_asking_for_a_time_either_kind_is_read() -> None:
    assert isinstance(read_certificate(made.device_certificate(), KEY_SET), DeviceCertificate)
    assert isinstance(read_certificate(made.officer_certificate(), KEY_SET), OfficerCertificate)


@pytest.mark.parametrize("name", ["public_key", "officer_id", "name", "valid_to", "device_id"])
def test_no_member_can_be_changed(name: str) -> None:
    with pytest.raises(BadSignature):
        read_officer_certificate(
            {**made.officer_certificate(), name: "2099-01-01T00:00:00Z"}, KEY_SET, keys.NOON
        )


def test_the_signing_key_must_have_been_in_force_when_it_was_issued() -> None:
    late = made.device_certificate() | {"issued_at": "2029-01-01T00:00:00Z"}

    with pytest.raises(KeyNotInForce):
        read_device_certificate(late, KEY_SET, keys.NOON)


def test_a_certificate_that_does_not_say_when_it_was_issued_is_unreadable() -> None:
    obj = made.device_certificate()
    del obj["issued_at"]

    with pytest.raises(BadInput):
        read_certificate(obj, KEY_SET)


def test_a_key_id_follows_from_the_key_alone() -> None:
    assert key_id(keys.DEVICE.public) == key_id(keys.DEVICE.public)
    assert key_id(keys.DEVICE.public) != key_id(keys.WANG.public)
    assert len(key_id("")) == 16
