from dataclasses import replace

import pytest

from server.principal import SYSTEM
from server.services import field_encryption
from server.services.field_encryption import Field
from server.work import Parts, open_work
from shared.errors import SealBroken

PHONE = "13900001111"


def test_a_sealed_field_opens_for_its_row_alone(parts: Parts) -> None:
    with open_work(parts, SYSTEM) as work:
        sealed = field_encryption.seal(work, PHONE, Field.CONTACT_PHONE, owner="c1")
        assert PHONE not in sealed
        assert field_encryption.open_(work, sealed, Field.CONTACT_PHONE, owner="c1") == PHONE
        with pytest.raises(SealBroken):
            field_encryption.open_(work, sealed, Field.CONTACT_PHONE, owner="c2")
        with pytest.raises(SealBroken):
            field_encryption.open_(work, sealed, Field.OFFICER_PHONE, owner="c1")


def test_what_an_old_key_sealed_still_opens(parts: Parts) -> None:
    with open_work(parts, SYSTEM) as work:
        sealed = field_encryption.seal(work, PHONE, Field.CONTACT_PHONE, owner="c1")
        newer = {**work.secrets.field_keys, "f99999999": bytes(32)}
        work.secrets = replace(work.secrets, field_keys=newer)
        again = field_encryption.seal(work, PHONE, Field.CONTACT_PHONE, owner="c1")
        assert again.startswith("f99999999.")
        assert field_encryption.open_(work, sealed, Field.CONTACT_PHONE, owner="c1") == PHONE


@pytest.mark.parametrize("written", ["139 0000 1111", "+86 139-0000-1111", " 13900001111 "])
def test_one_number_has_one_index_however_it_is_written(parts: Parts, written: str) -> None:
    with open_work(parts, SYSTEM) as work:
        index = field_encryption.blind_index(work, PHONE, Field.CONTACT_PHONE)
        assert field_encryption.blind_index(work, written, Field.CONTACT_PHONE) == index
        assert field_encryption.blind_index(work, PHONE, Field.OFFICER_PHONE) != index
