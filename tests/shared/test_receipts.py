"""Receipts: only one that verifies, and is for this tablet, lets it trim anything."""

from typing import Any

import pytest

from shared import signed
from shared.errors import BadInput, BadSignature
from shared.receipts import Head, NotAReceipt, Receipt, read_receipt, receipt
from tests.vectors import keys, made

KEY_SET = keys.key_set()
GIVEN = Receipt(
    device_id=keys.DEVICE_ID,
    heads={keys.VISIT_ID: Head(seq=4, hash="ab" * 32)},
    device_seq=48,
    epoch="epoch-1",
    received_at=keys.NOON,
)


def issued(given: Receipt = GIVEN) -> dict[str, Any]:
    return receipt(given, key=keys.PLATFORM, kid=keys.PLATFORM_KID)


def test_a_receipt_is_read_as_it_was_given() -> None:
    assert read_receipt(issued(), KEY_SET, keys.DEVICE_ID) == GIVEN


def test_another_tablets_receipt_is_none() -> None:
    with pytest.raises(NotAReceipt):
        read_receipt(issued(), KEY_SET, "d-0002")


def test_another_signed_object_is_no_receipt() -> None:
    body = {"typ": "wipe", "device_id": keys.DEVICE_ID, "received_at": "2026-11-23T04:00:00Z"}
    with pytest.raises(NotAReceipt):
        read_receipt(signed.sign(body, keys.PLATFORM, keys.PLATFORM_KID), KEY_SET, keys.DEVICE_ID)


@pytest.mark.parametrize(
    "change",
    [
        {"heads": {}},
        {"heads": {keys.VISIT_ID: {"seq": 5, "hash": "ab" * 32}}},
        {"device_seq": 49},
        {"epoch": "epoch-2"},
        {"received_at": "2026-11-23T04:00:01Z"},
    ],
)
def test_a_changed_receipt_does_not_hold(change: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        read_receipt({**issued(), **change}, KEY_SET, keys.DEVICE_ID)


@pytest.mark.parametrize("reply", [{}, {"status": "ok"}, {"received_at": "now"}])
def test_the_bare_reply_of_a_proxy_is_no_receipt(reply: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        read_receipt(reply, KEY_SET, keys.DEVICE_ID)


@pytest.mark.parametrize("heads", [[], {"v": {"seq": 0, "hash": "ab" * 32}}, {"v": {"seq": 1}}])
def test_heads_that_cannot_be_read_are_bad_input(heads: object) -> None:
    body = {name: value for name, value in made.receipt().items() if name != "sig"}
    obj = signed.sign({**body, "heads": heads}, keys.PLATFORM, keys.PLATFORM_KID)

    with pytest.raises(BadInput):
        read_receipt(obj, KEY_SET, keys.DEVICE_ID)
