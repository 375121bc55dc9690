"""Signing in with a credit code and a number: nobody learns whose number it is."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.clock import SetClock
from server.jobs import sweeping
from server.models import Contact, Officer, OfficerKind, OutboxMessage, PortalSession, PortalSignIn
from server.principal import SYSTEM, Principal, PrincipalKind
from server.refusals import CodeExpired, OfficersNumber, WrongCode
from server.services import (
    field_encryption,
    notice_links,
    notices,
    outbox,
    portal_people,
    portal_sign_in,
    principals,
    receipts_of_notices,
    retention,
)
from server.services.bearer import Bearer
from server.services.field_encryption import Field
from server.services.verification_codes import LIFE, TRIES
from server.work import open_work
from shared.errors import BadInput, Conflict, NotFound, TooMany
from shared.roles import Role
from tests.server.counting import counted
from tests.server.factories import add
from tests.server.telling import AGENCY, EMAIL, PHONE, Scene, scene
from tests.world import NOON, OTHER_USCC, USCC

STRANGERS = "13900000000"


@pytest.fixture
def town(parts: object, clock: SetClock) -> Scene:
    clock.moment = NOON
    made = scene(parts)  # type: ignore[arg-type]
    made.contact()
    return made


def ask(town: Scene, uscc: str = USCC, address: str = PHONE) -> str:
    """Ask and let the job look; returns the ticket."""
    with open_work(town.parts, SYSTEM) as work:
        ticket = portal_sign_in.ask(work, uscc, address)
    with open_work(town.parts, SYSTEM) as work:
        for id_ in portal_sign_in.unhandled(work, work.now, 99):
            portal_sign_in.send(work, id_)
    return ticket.secret


def codes(town: Scene) -> list[str]:
    with open_work(town.parts, SYSTEM) as work:
        rows = work.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.purpose == "sign_in_code")
            .order_by(OutboxMessage.id)
        )
        return [outbox.body_of(work, row).code for row in rows]


def enter(town: Scene, ticket: str, code: str) -> str:
    with open_work(town.parts, SYSTEM) as work:
        entry = portal_sign_in.enter(work, ticket, code)
    return entry.accepted()


def who(town: Scene, secret: str) -> Principal:
    with open_work(town.parts, SYSTEM) as work:
        return principals.recognise(work.session, secret, work.now, taken=(Bearer.PORTAL,))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.parametrize(
    "address", [PHONE, "+86 138-0013-8000", EMAIL, EMAIL.upper(), f"  {PHONE} "]
)
def test_the_enterprises_own_number_gets_in(town: Scene, address: str) -> None:
    ticket = ask(town, address=address)
    found = who(town, enter(town, ticket, codes(town)[0]))
    assert (found.kind, found.uscc) == (PrincipalKind.ENTERPRISE, USCC)
    assert found.roles == {Role.ENTERPRISE_OWNER}


@pytest.mark.parametrize(
    ("uscc", "address"), [(USCC, STRANGERS), (OTHER_USCC, PHONE), (USCC, "no@body.test")]
)
def test_what_does_not_belong_together_is_answered_in_the_same_way(
    town: Scene, uscc: str, address: str
) -> None:
    """The same statements, the same row, the same refusals; only that no code is ever right."""
    with counted(town.parts.engine) as of_ours, open_work(town.parts, SYSTEM) as work:
        ours = portal_sign_in.ask(work, USCC, PHONE)
    with counted(town.parts.engine) as of_others, open_work(town.parts, SYSTEM) as work:
        others = portal_sign_in.ask(work, uscc, address)
    assert list(of_ours) == list(of_others)
    assert len(ours.secret) == len(others.secret) >= 22  # 128 bits and more
    sweeping.drain(town.parts)
    assert len(codes(town)) == 1
    code = codes(town)[0]
    told = []
    for ticket in (ours.secret, others.secret):
        for _ in range(TRIES + 1):
            with pytest.raises((WrongCode, CodeExpired)) as refused:
                enter(town, ticket, wrong(code))
            told.append((refused.type, refused.value.facts))
    assert told[: TRIES + 1] == told[TRIES + 1 :]
    for ticket in (ours.secret, others.secret):
        with pytest.raises(CodeExpired):
            enter(town, ticket, code)  # too late for both
    assert town.count(PortalSession) == 0


def test_a_code_opens_once_and_only_with_the_ticket_it_was_asked_with(
    town: Scene, clock: SetClock
) -> None:
    first = ask(town)
    clock.move(timedelta(seconds=1))
    second = ask(town)
    of_first, of_second = codes(town)
    with pytest.raises(WrongCode):
        enter(town, first, of_second)
    enter(town, first, of_first)
    with pytest.raises(CodeExpired):
        enter(town, first, of_first)
    with pytest.raises(CodeExpired):
        enter(town, "A" * 24, of_second)
    clock.move(LIFE)
    with pytest.raises(CodeExpired):
        enter(town, second, of_second)


@pytest.mark.parametrize("address", [PHONE, STRANGERS])
def test_no_number_is_written_to_without_end(town: Scene, clock: SetClock, address: str) -> None:
    for _ in range(3):
        ask(town, address=address)
    with pytest.raises(TooMany) as refused:
        ask(town, address=address)
    assert refused.value.facts["retry_after"] == 3600
    for _ in range(5):
        clock.move(timedelta(hours=1))
        ask(town, address=address)
    clock.move(timedelta(hours=1))
    with pytest.raises(TooMany):
        ask(town, address=address)  # eight a day


@pytest.mark.parametrize(("uscc", "address"), [("1234", PHONE), (USCC, "x"), (USCC, "")])
def test_what_is_no_code_or_no_address_is_said(town: Scene, uscc: str, address: str) -> None:
    with pytest.raises(BadInput):
        ask(town, uscc, address)


def test_a_job_that_comes_twice_or_late_sends_no_second_code(town: Scene, clock: SetClock) -> None:
    ask(town)
    with open_work(town.parts, SYSTEM) as work:
        (id_,) = work.session.scalars(select(PortalSignIn.id))
        portal_sign_in.send(work, id_)
    assert len(codes(town)) == 1
    with open_work(town.parts, SYSTEM) as work:
        portal_sign_in.ask(work, USCC, PHONE)
    clock.move(LIFE)
    sweeping.drain(town.parts)
    assert len(codes(town)) == 1
    clock.move(timedelta(days=3))
    with open_work(town.parts, SYSTEM) as work:
        assert retention.forget_expired(work)["codes to sign in"] == 2


def owner(town: Scene) -> Principal:
    return Principal(
        kind=PrincipalKind.ENTERPRISE,
        id=town.contacts[0],
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=USCC,
    )


def invited(town: Scene, address: str = STRANGERS) -> str:
    with open_work(town.parts, owner(town)) as work:
        return portal_people.invite(work, name="小吴", capacity="会计", address=address).id


def test_the_owner_names_a_user_who_confirms_by_signing_in(town: Scene, clock: SetClock) -> None:
    contact_id = invited(town)
    with open_work(town.parts, SYSTEM) as work:
        assert work.session.get_one(Contact, contact_id).confirmed_at is None
    secret = enter(town, ask(town, address=STRANGERS), codes(town)[0])
    found = who(town, secret)
    assert (found.id, found.roles) == (contact_id, {Role.ENTERPRISE_USER})
    with open_work(town.parts, owner(town)) as work:
        assert [one.is_owner for one in portal_people.listed(work)] == [True, False]
        portal_people.remove(work, contact_id)
    with pytest.raises(Exception, match="does not hold"):
        who(town, secret)
    clock.move(timedelta(hours=2))
    ask(town, address=STRANGERS)
    assert len(codes(town)) == 1


def test_an_invitation_ends_after_a_week(town: Scene, clock: SetClock) -> None:
    invited(town)
    clock.move(portal_people.INVITED_FOR)
    ask(town, address=STRANGERS)
    assert codes(town) == []


def test_the_last_owner_stays_and_others_people_are_out_of_reach(town: Scene) -> None:
    with open_work(town.parts, owner(town)) as work, pytest.raises(Conflict):
        portal_people.remove(work, town.contacts[0])
    other = Principal(
        kind=PrincipalKind.ENTERPRISE,
        id="x",
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=OTHER_USCC,
    )
    with open_work(town.parts, other) as work, pytest.raises(NotFound):
        portal_people.remove(work, town.contacts[0])


def test_a_number_is_named_once_and_only_so_many_a_day(town: Scene) -> None:
    invited(town)
    for address in (STRANGERS, PHONE, EMAIL):
        with pytest.raises(BadInput):
            invited(town, address)
    for n in range(9):
        invited(town, f"1370000000{n}")
    with pytest.raises(TooMany):
        invited(town, "13700000010")


def an_officer_has(town: Scene, phone: str) -> None:
    with open_work(town.parts, SYSTEM) as work:
        index = field_encryption.blind_index(work, phone, Field.OFFICER_PHONE)
    add(
        town.parts,
        [
            Officer(
                id="officer-own",
                agency_id=AGENCY,
                kind=OfficerKind.OFFICER,
                name="某执法人员",
                unit="大队",
                phone_index=index,
            )
        ],
    )


def test_an_officer_gets_no_code_and_signs_for_no_notice(town: Scene) -> None:
    """He may have written his own number into the enterprise's contacts: it opens nothing."""
    document = town.told()
    with open_work(town.parts, town.reader()) as work:
        notices.open_(work, document.id)
    an_officer_has(town, PHONE)
    ask(town)
    assert codes(town) == []
    with open_work(town.parts, SYSTEM) as work:
        _, secret = notice_links.issue(work, document.id, town.contacts[0])
        work.session.flush()
        assert notice_links.find(work, secret).ways == ()
        with pytest.raises(NotFound):
            notice_links.send_code(work, secret)
    with open_work(town.parts, town.reader()) as work, pytest.raises(OfficersNumber):
        receipts_of_notices.sign(
            work, document.id, name="王", capacity="店长", strokes=[[[0, 0, 0], [9, 9, 9]]]
        )
    an_officers_number = "13911112222"
    with open_work(town.parts, SYSTEM) as work:
        row = work.session.get_one(Officer, "officer-own")
        row.phone_index = field_encryption.blind_index(
            work, an_officers_number, Field.OFFICER_PHONE
        )
    with pytest.raises(OfficersNumber):
        invited(town, an_officers_number)
