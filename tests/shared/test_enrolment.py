"""The one-time code that lets a tablet in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import base64url, enrolment
from shared.canonical import canonical
from shared.errors import BadInput

PRINT = "ab" * 32
TEXT = enrolment.encode("https://mingcha.example", "e-1", "secret-code", PRINT)


def test_what_was_shown_is_what_is_scanned() -> None:
    found = enrolment.decode(TEXT)

    assert TEXT.startswith("MCE1.")
    assert (found.server, found.enrolment_id) == ("https://mingcha.example", "e-1")
    assert (found.code, found.key_set_fingerprint) == ("secret-code", PRINT)


def test_the_secret_does_not_show_itself() -> None:
    assert "secret-code" not in repr(enrolment.decode(TEXT))


def test_the_proof_is_the_three_texts_with_nothing_between() -> None:
    assert enrolment.proof_bytes("e-1", "码", "key") == "e-1码key".encode()


@pytest.mark.parametrize("member", ["server", "enrolment_id", "code", "key_set_fingerprint"])
@pytest.mark.parametrize("value", ["", 1, None])
def test_a_part_that_does_not_fit_makes_the_code_unreadable(member: str, value: object) -> None:
    body = {"server": "https://x", "enrolment_id": "e", "code": "c", "key_set_fingerprint": PRINT}
    text = "MCE1." + base64url.encode(canonical({**body, member: value}))

    with pytest.raises(BadInput):
        enrolment.decode(text)


@pytest.mark.parametrize(
    "server", ["javascript:alert(1)", "ftp://x", "mingcha.example", "https://"]
)
def test_only_a_web_address_is_a_server(server: str) -> None:
    with pytest.raises(BadInput):
        enrolment.encode(server, "e", "c", PRINT)


@pytest.mark.parametrize(
    "text", ["", "MCE1.", "MCE2." + TEXT[5:], TEXT[5:], TEXT + "=", "MCE1.W10"]
)
def test_another_text_is_no_enrolment(text: str) -> None:
    with pytest.raises(BadInput):
        enrolment.decode(text)


@given(st.text(max_size=100))
def test_any_text_is_an_enrolment_or_bad_input(text: str) -> None:
    for each in (text, "MCE1." + text):
        with pytest.raises(BadInput):
            enrolment.decode(each)
