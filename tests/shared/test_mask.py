"""What is left of a personal detail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mask import mask_email, mask_enterprise, mask_id, mask_person, mask_phone


@pytest.mark.parametrize(
    ("whole", "left"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "+86*******5678"),
        ("0531-82", "*****82"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_a_phone_number_keeps_its_ends(whole: str, left: str) -> None:
    assert mask_phone(whole) == left


def test_an_identity_number_hides_birth_and_order() -> None:
    assert mask_id("370102199001011234") == "370102***********4"
    assert mask_id("12345") == "*****"


def test_names_keep_their_beginning() -> None:
    assert mask_person("张三丰") == "张**"
    assert mask_person("李") == "*"
    assert mask_enterprise("济南明德食品有限公司") == "济南******公司"
    assert mask_enterprise("老王饭店") == "****"


def test_an_address_for_mail_keeps_its_host() -> None:
    assert mask_email("lihua@example.cn") == "l***@example.cn"
    assert mask_email("nothing") == "***"


@given(st.text(st.characters(categories=["N", "L"]), min_size=3, max_size=30))
def test_nothing_is_ever_shown_whole(text: str) -> None:
    for mask in (mask_phone, mask_id, mask_person, mask_enterprise, mask_email):
        assert mask(text) != text
