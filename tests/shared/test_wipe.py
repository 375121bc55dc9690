"""A wipe order is obeyed only by the tablet it names, and only from the platform."""

from datetime import datetime
from typing import Any

import pytest

from shared import signed
from shared.errors import BadInput, BadSignature, DomainError, KeyNotInForce, UnknownKey
from shared.wipe import NotThisTablet, WipeForm, WipeOrder, read_wipe, wipe_order
from tests.vectors import keys, made

KEY_SET = keys.key_set()
GIVEN = WipeOrder(
    device_id=keys.DEVICE_ID,
    form=WipeForm.RETIRED,
    reason="更换终端",
    issued_at=keys.NOON,
    nonce="w-9",
)


def issued() -> dict[str, Any]:
    return wipe_order(GIVEN, key=keys.PLATFORM, kid=keys.PLATFORM_KID)


def read(order: dict[str, Any], device: str = keys.DEVICE_ID, at: datetime = keys.NOON) -> Any:
    return read_wipe(order, KEY_SET, device, at)


def test_an_order_is_read_as_it_was_given() -> None:
    assert read(issued()) == GIVEN
    assert read(made.wipe_order()).form is WipeForm.LOST


def test_another_tablet_does_not_obey() -> None:
    with pytest.raises(NotThisTablet):
        read(issued(), "d-0002")


def test_a_receipt_wipes_nothing() -> None:
    with pytest.raises(NotThisTablet):
        read(made.receipt())


@pytest.mark.parametrize(
    "change", [{"form": "lost"}, {"device_id": "d-0002"}, {"reason": ""}, {"nonce": "w-10"}]
)
def test_a_changed_order_does_not_hold(change: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        read({**issued(), **change}, str(change.get("device_id", keys.DEVICE_ID)))


@pytest.mark.parametrize(
    ("key", "kid", "error"),
    [
        (keys.DEVICE, keys.PLATFORM_KID, BadSignature),
        (keys.DEVICE, "d-key", UnknownKey),
        (keys.WANG, keys.WANG_KID, UnknownKey),
    ],
)
def test_nobody_but_the_platform_orders(key: Any, kid: str, error: type[DomainError]) -> None:
    with pytest.raises(error):
        read(wipe_order(GIVEN, key=key, kid=kid))


def test_a_key_that_has_run_out_orders_nothing_whenever_it_claims_to_have_signed() -> None:
    with pytest.raises(KeyNotInForce):
        read(issued(), at=keys.END)


@pytest.mark.parametrize("change", [{"form": "all"}, {"reason": None}, {"issued_at": "soon"}])
def test_a_signed_order_that_cannot_be_read_is_not_obeyed(change: dict[str, Any]) -> None:
    body = {name: value for name, value in issued().items() if name != "sig"}
    with pytest.raises(BadInput):
        read(signed.sign({**body, **change}, keys.PLATFORM, keys.PLATFORM_KID))
