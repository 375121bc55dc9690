"""A contact given on site becomes one of the enterprise's, once, and opens nothing by itself."""

from datetime import timedelta
from typing import Any

from server.models import Contact, Enterprise, Officer
from server.principal import SYSTEM
from server.services import (
    contact_doubts,
    contacts,
    field_encryption,
    portal_sign_in,
    site_contacts,
)
from server.services.contact_doubts import Doubt
from server.services.contacts import ContactDraft
from server.services.field_encryption import Field
from server.work import Parts, open_work
from shared import site_contact
from shared.events.kinds import EventKind
from shared.roles import Role
from shared.site_contact import Reach
from tests.server.factories import LONG_AGO, add, principal
from tests.server.sync_world import HOME, REGION, Pad, pad, push, statuses
from tests.world import LI, USCC

PHONE = "13912345678"


def given(parts: Parts, phone: str = PHONE, **other: Any) -> dict[str, Any]:
    """As a tablet seals it."""
    with open_work(parts, SYSTEM) as work:
        key = site_contact.key_of({"contact_key": site_contacts.key(work)})
    assert key is not None
    reach = Reach(phone=phone)
    return {
        "name": "小张",
        "capacity": "店长",
        "masked": reach.masked,
        "key_id": key.id,
        "sealed": site_contact.seal(reach, key, bytes(range(44))),
        **other,
    }


def visited(parts: Parts, contact: dict[str, Any], **other: Any) -> Pad:
    """A visit that came to a result with this contact. What else it lacks is not looked at here."""
    tablet = pad(parts, **other)
    tablet.open()
    tablet.scan()
    told = {"conclusion": "no_problem", "content_hash": "0" * 64, "given": "later"}
    tablet.act(EventKind.RESULT_GIVEN, **told, acknowledgement=None, contact=contact)
    assert statuses(push(parts, tablet.events)) == ["applied"] * 3
    return tablet


def held(parts: Parts) -> list[Contact]:
    with open_work(parts, SYSTEM) as work:
        return work.session.query(Contact).filter_by(uscc=USCC).order_by(Contact.id).all()


def test_it_is_an_unconfirmed_contact_and_made_once(planted: Parts) -> None:
    tablet = visited(planted, given(planted))
    given_by = tablet.events[-1]
    tablet.leave()
    push(planted, tablet.events[-1:])  # all of the visit is folded anew
    with open_work(planted, SYSTEM) as work:
        (row,) = work.session.query(Contact).filter_by(uscc=USCC)
        assert (row.id, row.visit_id) == (given_by.id, tablet.visit_id)
        assert (row.name, row.capacity, contacts.phone(work, row)) == ("小张", "店长", PHONE)
        assert contacts.confirmed(work, USCC) == []
        assert row.invited_until == work.now + timedelta(days=7)
    assert PHONE not in str(given_by.raw)


def test_who_has_the_number_confirms_it_by_entering(planted: Parts) -> None:
    visited(planted, given(planted))
    (row,) = held(planted)
    with open_work(planted, SYSTEM) as work:
        assert portal_sign_in.may_enter(work, work.session.get_one(Contact, row.id))
        work.now = work.now + timedelta(days=8)
        assert not portal_sign_in.may_enter(work, work.session.get_one(Contact, row.id))


def test_where_somebody_may_come_in_already_that_one_decides(planted: Parts) -> None:
    with open_work(planted, SYSTEM) as work:
        first = contacts.add(work, USCC, ContactDraft(name="周老板", phone="13700001111"))
        contacts.confirm(work, first.id, "paper")
    visited(planted, given(planted))
    (row,) = [each for each in held(planted) if each.visit_id]
    assert (row.confirmed_at, row.invited_until) == (None, None)


def test_a_number_the_enterprise_gave_before_is_not_noted_twice(planted: Parts) -> None:
    with open_work(planted, SYSTEM) as work:
        contacts.add(work, USCC, ContactDraft(name="周老板", phone=f"+86 {PHONE}"))
    tablet = visited(planted, given(planted))
    (row,) = held(planted)
    assert (row.name, row.visit_id) == ("周老板", tablet.visit_id)
    assert row.invited_until is not None
    with open_work(planted, SYSTEM) as work:
        contacts.remove(work, row.id)
    tablet.leave()
    push(planted, tablet.events[-1:])
    (row,) = held(planted)
    assert row.removed_at is not None, "what was removed does not come back with the next event"


def test_the_number_of_an_officer_is_looked_into_and_opens_nothing(planted: Parts) -> None:
    with open_work(planted, SYSTEM) as work:
        index = field_encryption.blind_index(work, PHONE, Field.OFFICER_PHONE)
        work.session.get_one(Officer, LI).phone_index = index
    tablet = visited(planted, given(planted))
    (row,) = held(planted)
    assert (row.doubt, row.invited_until) == (Doubt.OFFICER, None)
    supervision = principal("s", Role.SUPERVISION, agency=HOME, region=REGION)
    with open_work(planted, supervision) as work:
        (one,) = contact_doubts.listed(work)
        assert (one.uscc, one.doubt, one.visit_id) == (USCC, Doubt.OFFICER, tablet.visit_id)
    with open_work(planted, principal("h", Role.HEAD, agency=HOME, region=REGION)) as work:
        (one,) = contact_doubts.listed(work)
        assert (one.on_site, one.visit_id) == (True, None)


def test_the_number_of_many_enterprises_is_looked_into(planted: Parts) -> None:
    others = [f"91370100MA37XJ38{n}{n}" for n in range(3)]
    add(planted, [Enterprise(uscc=c, name=c, region=REGION, as_of=LONG_AGO) for c in others])
    with open_work(planted, SYSTEM) as work:
        for uscc in others:
            contacts.add(work, uscc, ContactDraft(name="代办", phone=PHONE))
    visited(planted, given(planted))
    (row,) = held(planted)
    assert (row.doubt, row.invited_until) == (Doubt.SHARED, None)


def test_what_cannot_be_read_stands_in_nobodys_way(planted: Parts) -> None:
    unread = (
        given(planted, phone="no number"),
        given(planted, key_id="f0"),
        given(planted, sealed="intl-1.AAAA"),
    )
    for number, contact in enumerate(unread):
        visited(planted, contact, visit=number + 1, counted_before=3 * number)
    assert held(planted) == []
