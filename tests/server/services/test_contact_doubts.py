"""What speaks against a contact is noted when it is given, or when an officer is registered."""

import pytest

from server.clock import SetClock
from server.models import Contact, Enterprise, Officer
from server.principal import SYSTEM
from server.services import contact_doubts, contacts, field_encryption
from server.services.contact_doubts import Doubt
from server.services.contacts import ContactDraft
from server.services.field_encryption import Field
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.counting import counted
from tests.server.factories import LONG_AGO, add, principal
from tests.server.telling import AGENCY, scene
from tests.world import NOON, USCC

FIRMS = [USCC, *(f"91370100MA37XJ38{n}{n}" for n in range(4))]
PHONE, MAIL = "13912345678", "agent@example.test"


@pytest.fixture
def parts_with_firms(parts: Parts, clock: SetClock) -> Parts:
    clock.moment = NOON
    scene(parts)
    add(parts, [Enterprise(uscc=c, name=c, region="370102", as_of=LONG_AGO) for c in FIRMS[1:]])
    return parts


def give(parts: Parts, uscc: str, phone: str = PHONE, email: str = "") -> str:
    with open_work(parts, SYSTEM) as work:
        return contacts.add(work, uscc, ContactDraft(name="某甲", phone=phone, email=email)).id


def doubts(parts: Parts) -> dict[str, str]:
    with open_work(parts, SYSTEM) as work:
        return {row.uscc: row.doubt for row in work.session.query(Contact)}


def head(region: str = "370102") -> object:
    return principal("head", Role.HEAD, agency=AGENCY, region=region)


@pytest.mark.parametrize(("phone", "email"), [(PHONE, ""), ("", MAIL)])
def test_a_number_of_three_enterprises_is_theirs_and_of_four_is_looked_into(
    parts_with_firms: Parts, phone: str, email: str
) -> None:
    for uscc in FIRMS[:3]:
        give(parts_with_firms, uscc, phone, email)
    give(parts_with_firms, FIRMS[0], phone, email)  # once more for the same is no other enterprise
    assert set(doubts(parts_with_firms).values()) == {""}
    give(parts_with_firms, FIRMS[3], phone, email)
    assert set(doubts(parts_with_firms).values()) == {Doubt.SHARED}


def test_a_contact_that_was_removed_no_longer_counts(parts_with_firms: Parts) -> None:
    first, *_ = [give(parts_with_firms, uscc) for uscc in FIRMS[:3]]
    with open_work(parts_with_firms, SYSTEM) as work:
        contacts.remove(work, first)
    give(parts_with_firms, FIRMS[3])
    assert set(doubts(parts_with_firms).values()) == {""}


def test_an_officers_number_is_noted_whichever_came_first(parts_with_firms: Parts) -> None:
    give(parts_with_firms, FIRMS[0])
    assert doubts(parts_with_firms) == {FIRMS[0]: ""}
    with open_work(parts_with_firms, SYSTEM) as work:
        index = field_encryption.blind_index(work, PHONE, Field.OFFICER_PHONE)
        work.session.add(Officer(id="o", agency_id=AGENCY, name="王", unit="队", phone_index=index))
        contact_doubts.officer_registered(work, PHONE)
    give(parts_with_firms, FIRMS[1])
    assert set(doubts(parts_with_firms).values()) == {Doubt.OFFICER}


def test_the_list_is_of_ones_own_region_and_says_how_many_others(parts_with_firms: Parts) -> None:
    for uscc in FIRMS[:4]:
        give(parts_with_firms, uscc)
    with open_work(parts_with_firms, head()) as work:  # type: ignore[arg-type]
        with counted(parts_with_firms.engine) as statements:
            found = contact_doubts.listed(work)
        assert len(statements) <= 4
    assert {(one.doubt, one.others) for one in found} == {(Doubt.SHARED, 3)}
    assert len(found) == 4
    with open_work(parts_with_firms, head("370202")) as work:  # type: ignore[arg-type]
        assert contact_doubts.listed(work) == ()


def test_numbers_are_compared_blind(parts_with_firms: Parts) -> None:
    give(parts_with_firms, USCC)
    with open_work(parts_with_firms, SYSTEM) as work:
        row = work.session.query(Contact).one()
        index = field_encryption.blind_index(work, PHONE, Field.CONTACT_PHONE)
        assert row.phone_index == index
        assert PHONE not in f"{row.phone_sealed}{row.phone_index}"
        assert work.session.query(Officer).filter_by(phone_index=index).count() == 0
