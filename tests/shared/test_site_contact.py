"""What counts as a contact, and that only the platform reads it."""

import pytest

from shared import crypto, site_contact
from shared.errors import BadInput, SealBroken
from shared.site_contact import ContactKey, Reach

SEED, CHANCE = b"s" * 32, bytes(range(44))
KEY = ContactKey(id="f1", public=crypto.sealing_public(SEED))
GIVEN = Reach(phone="13812345678", email="lihua@example.test")


def test_only_its_owner_opens_the_box() -> None:
    box = site_contact.seal(GIVEN, KEY, CHANCE)

    assert site_contact.open_(box, SEED) == GIVEN
    assert "13812345678" not in box
    with pytest.raises(SealBroken):
        site_contact.open_(box, b"t" * 32)


def test_a_box_with_something_else_is_no_contact() -> None:
    box = crypto.seal_to(KEY.public, b'{"phone":7}', CHANCE[:32], CHANCE[32:])
    with pytest.raises(BadInput):
        site_contact.open_(box, SEED)


@pytest.mark.parametrize(
    ("reach", "shown"),
    [
        (GIVEN, "138****5678, l***@example.test"),
        (Reach(phone="13812345678"), "138****5678"),
        (Reach(email="lihua@example.test"), "l***@example.test"),
    ],
)
def test_what_is_shown_is_masked(reach: Reach, shown: str) -> None:
    assert reach.masked == shown


@pytest.mark.parametrize(
    "settings", [{}, {"contact_key": "x"}, {"contact_key": {"id": "f1"}}, {"contact_key": [1]}]
)
def test_a_platform_without_a_key_takes_none(settings: dict[str, object]) -> None:
    assert site_contact.key_of(settings) is None


def test_the_key_of_the_settings_is_the_one_to_seal_to() -> None:
    said = {"contact_key": {"id": KEY.id, "public": KEY.public, "more": 1}}
    assert site_contact.key_of(said) == KEY
