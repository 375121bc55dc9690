"""Consent to electronic service: recorded, taken back, obeyed by what is sent and printed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.clock import SetClock
from server.documents.kinds import DocumentKind
from server.models import Document, NoticeState, OutboxMessage, OutboxState, ServiceConsent
from server.principal import Principal, PrincipalKind
from server.services import (
    contacts,
    delivery,
    notices,
    paper_service,
    portal_consent,
    receipts_of_notices,
    service_consents,
)
from server.services.contacts import ContactDraft
from server.services.outbox import TryOutcome
from server.work import Parts, open_work
from shared.content.service import Service
from shared.errors import BadInput, Conflict, NotAllowed, NotFound
from shared.roles import Role
from tests.server.factories import principal
from tests.server.telling import AGENCY, Scene, scene
from tests.world import NOON, USCC

STROKES = [[[100, 100, 0], [500, 480, 90]]]


@pytest.fixture
def town(parts: Parts, clock: SetClock) -> Scene:
    clock.moment = NOON
    made = scene(parts)
    made.contact()
    return made


def owner(town: Scene) -> Principal:
    return Principal(
        kind=PrincipalKind.ENTERPRISE,
        id=town.contacts[0],
        roles=frozenset({Role.ENTERPRISE_OWNER}),
        uscc=USCC,
    )


def admin() -> Principal:
    return principal("admin", Role.AGENCY_ADMIN, agency=AGENCY)


def withdraw(town: Scene) -> None:
    with open_work(town.parts, owner(town)) as work:
        portal_consent.withdraw(work)


def give(town: Scene, prefers: str = "") -> None:
    with open_work(town.parts, owner(town)) as work:
        portal_consent.give(work, prefers)


def proof_of(town: Scene) -> Document:
    with open_work(town.parts, admin()) as work:
        return work.session.scalars(
            select(Document).where(Document.kind == DocumentKind.SERVICE)
        ).one()


def waiting(town: Scene) -> list[str]:
    return [row.channel for row in town.messages() if row.state == OutboxState.WAITING]


def test_the_first_confirmed_contact_brings_consent_and_a_second_brings_none(town: Scene) -> None:
    town.contact(phone="13800138001", email="")
    with open_work(town.parts, owner(town)) as work:
        (said,) = portal_consent.read(work).history
    assert (said.how, said.name, said.ended_at) == ("confirmation", "林小满", None)


def test_without_consent_nothing_is_written_and_the_notice_waits_for_paper(town: Scene) -> None:
    withdraw(town)
    notice = town.notice(town.told())
    assert town.messages() == []
    assert (notice.state, notice.why) == (NoticeState.UNDELIVERED, delivery.NO_CONSENT)


def test_a_new_contact_does_not_bring_back_what_was_withdrawn(town: Scene) -> None:
    withdraw(town)
    with open_work(town.parts, owner(town)) as work:
        contacts.remove(work, town.contacts[0])
        work.session.flush()
        row = contacts.add(work, USCC, ContactDraft(name="小周", phone="13800138002"))
        contacts.confirm(work, row.id, "paper")
    town.told()
    assert town.messages() == []


def test_taking_it_back_calls_back_what_waits(town: Scene) -> None:
    document = town.told()
    assert sorted(waiting(town)) == ["email", "sms"]
    withdraw(town)
    assert waiting(town) == []
    assert town.notice(document).why == delivery.NO_CONSENT
    with pytest.raises(Conflict):
        withdraw(town)


def test_the_preferred_channel_goes_first_and_the_other_follows_when_it_fails(town: Scene) -> None:
    give(town, "email")
    town.told()
    (first,) = town.messages()
    assert first.channel == "email"
    with open_work(town.parts, admin()) as work:
        claimed = delivery.begin(work, first.id)
        assert claimed is not None
        delivery.settle(work, claimed, TryOutcome.NEVER_TAKEN)
    assert waiting(town) == ["sms"]


def test_what_was_agreed_before_is_kept_when_it_changes(town: Scene, clock: SetClock) -> None:
    clock.moment = NOON + timedelta(days=1)
    give(town, "sms")
    with open_work(town.parts, owner(town)) as work:
        standing = portal_consent.read(work)
        assert standing.now is not None
        assert [row.ended_why for row in standing.history] == ["", "changed"]
        with pytest.raises(Conflict):
            portal_consent.give(work, "sms")
        with pytest.raises(BadInput):
            portal_consent.give(work, "pigeon")


def test_only_an_owner_agrees_for_the_enterprise(town: Scene) -> None:
    with open_work(town.parts, town.reader()) as work, pytest.raises(NotAllowed):
        portal_consent.give(work, "")


def test_a_proof_of_service_names_the_consent_in_force(town: Scene) -> None:
    document = town.told()
    with open_work(town.parts, town.reader()) as work:
        notices.open_(work, document.id)
        receipts_of_notices.sign(work, document.id, name="林小满", capacity="店长", strokes=STROKES)
    consent = proof_of(town).content["consent"]
    assert consent == "林小满（店长）于2026-11-23 12:00以送达地址确认书同意"


def slip(**changes: object) -> Service:
    given = {
        "method": "direct",
        "outcome": "signed",
        "place": "济南市历下区泉城路1号",
        "sent_at": None,
        "opened_at": None,
        "served_at": NOON,
        "name": "林小满",
        "capacity": "店长",
    }
    return Service(**{**given, **changes})  # type: ignore[arg-type]


def test_a_result_served_on_paper_has_its_proof_and_is_off_the_desk(town: Scene) -> None:
    withdraw(town)
    document = town.told()
    with open_work(town.parts, admin()) as work:
        paper_service.note(work, document.id, slip())
    proof = proof_of(town)
    assert (proof.content["method"], proof.content["recipient"]["name"]) == ("direct", "林小满")
    assert [one["title"] for one in proof.content["documents"]] == [
        "行政检查结果告知书",
        "责令限期改正通知书",
    ]
    assert town.notice(document).state == NoticeState.RECEIPTED
    with open_work(town.parts, admin()) as work, pytest.raises(Conflict):
        paper_service.note(work, document.id, slip())


def test_left_before_a_witness_it_is_served_and_nobody_signed(town: Scene) -> None:
    withdraw(town)
    document = town.told()
    refused = slip(method="leaving", outcome="refused", name="", capacity="", reason="不认可结论")
    with open_work(town.parts, admin()) as work, pytest.raises(BadInput) as wrong:
        paper_service.note(work, document.id, refused)
    assert set(wrong.value.errors) == {"/witness"}
    with open_work(town.parts, admin()) as work:
        paper_service.note(
            work,
            document.id,
            slip(method="leaving", outcome="refused", name="", reason="不认可", witness="刘见证"),
        )
    assert town.notice(document).state == NoticeState.SENT


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "electronic"},
        {"method": "announcement", "outcome": "signed"},
        {"served_at": NOON + timedelta(hours=1)},
        {"served_at": NOON - timedelta(days=1)},
        {"name": ""},
        {"method": "post"},
    ],
)
def test_what_cannot_stand_on_a_slip_is_refused(town: Scene, wrong: dict[str, object]) -> None:
    document = town.told()
    with open_work(town.parts, admin()) as work, pytest.raises(BadInput):
        paper_service.note(work, document.id, slip(**wrong))


def test_another_agency_serves_nothing_of_ours(town: Scene) -> None:
    document = town.told()
    other = principal("other", Role.AGENCY_ADMIN, agency="agency-9")
    with open_work(town.parts, other) as work, pytest.raises(NotFound):
        paper_service.note(work, document.id, slip())


def test_two_consents_never_stand_at_once(town: Scene) -> None:
    with open_work(town.parts, owner(town)) as work:
        rows = work.session.query(ServiceConsent).filter_by(ended_at=None).count()
        assert rows == 1
        assert service_consents.in_force(work, USCC) is not None
        assert work.session.query(OutboxMessage).count() == 0
