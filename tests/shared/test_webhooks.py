"""The signature of a call, by the example of the scheme's own documentation."""

import pytest

from shared import webhooks
from shared.errors import BadInput

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'


def test_the_example_of_the_scheme_comes_out() -> None:
    told = webhooks.headers(SECRET, ID, AT, BODY)

    assert told["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert webhooks.is_signed(SECRET, told, BODY, now=AT + webhooks.TOLERANCE_S)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_another"},
        {"webhook-timestamp": str(AT + 1)},
        {"webhook-timestamp": "soon"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,\udcff"},
    ],
)
def test_whatever_is_changed_is_found(change: dict[str, str]) -> None:
    told = {**webhooks.headers(SECRET, ID, AT, BODY), **change}

    assert not webhooks.is_signed(SECRET, told, BODY, now=AT)


def test_another_body_another_secret_and_an_old_call_are_found() -> None:
    told = webhooks.headers(SECRET, ID, AT, BODY)

    assert not webhooks.is_signed(SECRET, told, BODY + b" ", now=AT)
    assert not webhooks.is_signed(webhooks.secret_of(bytes(32)), told, BODY, now=AT)
    assert not webhooks.is_signed(SECRET, told, BODY, now=AT + webhooks.TOLERANCE_S + 1)


def test_one_of_two_signatures_is_enough_while_a_secret_is_changed() -> None:
    told = webhooks.headers(SECRET, ID, AT, BODY)
    told["webhook-signature"] = f"v1,bm90aGluZw== {told['webhook-signature']}"

    assert webhooks.is_signed(SECRET, told, BODY, now=AT)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%"])
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(BadInput):
        webhooks.signature(secret, ID, AT, BODY)
