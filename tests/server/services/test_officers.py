from datetime import date

import pytest
from sqlalchemy import select, text

from server.models import AuditEntry, Officer, OfficerKind, Revocation, SyncObject
from server.principal import SYSTEM
from server.services import contacts, officers
from server.services.contacts import ContactDraft
from server.services.officers import AlreadyRegistered, CertificateDraft, OfficerDraft
from server.work import Parts, Work, open_work
from shared.errors import BadInput, NotFound, OutOfOrder
from shared.roles import Role
from tests.server.factories import County, principal

ID_NUMBER = "370102199001011239"
PHONE = "13812345678"
CARD = CertificateDraft(
    number="15010000001", unit="大队", valid_from=date(2026, 1, 1), valid_to=date(2030, 1, 1)
)


@pytest.fixture
def admin(county: County):
    return principal(county.admin, Role.AGENCY_ADMIN, agency=county.agency)


def register(work: Work, kind: OfficerKind = OfficerKind.OFFICER):
    return officers.register(
        work, name="王五", kind=kind, unit="大队", id_number=ID_NUMBER, phone=PHONE
    )


def test_an_officer_and_the_certificate_reach_the_tablets(parts: Parts, admin) -> None:
    with open_work(parts, admin) as work:
        officer = register(work)
        officers.certify(work, officer.id, CARD)
    with open_work(parts, admin) as work:
        sent = work.session.get_one(SyncObject, ("officer", officer.id)).data
    assert sent["certificate_no"] == CARD.number
    assert sent["revoked_at"] is None


def test_a_revoked_certificate_is_told_at_once(parts: Parts, admin) -> None:
    with open_work(parts, admin) as work:
        officer = register(work)
        row = officers.certify(work, officer.id, CARD)
        officers.revoke_certificate(work, row.id, "调离")
        officers.revoke_certificate(work, row.id, "又一次")
    with open_work(parts, admin) as work:
        sent = work.session.get_one(SyncObject, ("officer", officer.id)).data
        (revocation,) = work.session.scalars(select(Revocation)).all()
    assert sent["revoked_at"] == "2026-07-01T01:00:00Z"
    assert (revocation.of, revocation.ref, revocation.reason) == (
        "certificate",
        CARD.number,
        "调离",
    )


def test_one_person_is_registered_once_though_the_number_is_sealed(parts: Parts, admin) -> None:
    with open_work(parts, admin) as work:
        register(work)
        with pytest.raises(AlreadyRegistered):
            register(work)


def test_an_assistant_has_no_certificate(parts: Parts, admin) -> None:
    with open_work(parts, admin) as work:
        assistant = register(work, OfficerKind.ASSISTANT)
        with pytest.raises(BadInput):
            officers.certify(work, assistant.id, CARD)


def test_a_foreign_officer_does_not_exist(parts: Parts, admin, county: County) -> None:
    with open_work(parts, admin) as work, pytest.raises(NotFound):
        officers.certify(work, county.other_officer, CARD)


def test_no_personal_number_is_in_the_database_in_clear(
    parts: Parts, admin, county: County
) -> None:
    canaries = (ID_NUMBER, PHONE, "canary@example.com")
    with open_work(parts, admin) as work:
        officer = register(work)
        officers.certify(work, officer.id, CARD)
        draft = ContactDraft(name="李四", phone=PHONE, email=canaries[2])
        contact = contacts.add(work, county.usccs[0], draft)
        contacts.confirm(work, contact.id, "送达地址确认书")
    with open_work(parts, admin) as work:
        assert contacts.phone(work, contacts.confirmed(work, county.usccs[0])[0]) == PHONE
        work.session.execute(text("SELECT 1"))
    parts.engine.dispose()
    folder = parts.settings.data_dir
    for file in (file for file in folder.rglob("*") if file.is_file()):
        kept = file.read_bytes()
        for canary in canaries:
            assert canary.encode() not in kept, (file, canary)


def test_an_unconfirmed_or_removed_contact_is_not_written_to(
    parts: Parts, admin, county: County
) -> None:
    with open_work(parts, admin) as work:
        first, second = (
            contacts.add(work, county.usccs[0], ContactDraft(name=name, phone=PHONE))
            for name in ("甲", "乙")
        )
        contacts.confirm(work, second.id, "现场")
        assert [row.name for row in contacts.confirmed(work, county.usccs[0])] == ["乙"]
        contacts.remove(work, second.id)
        assert contacts.confirmed(work, county.usccs[0]) == []
        assert first.confirmed_at is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 61),
        ("phone", "not a number"),
        ("phone", "1" * 60),
        ("email", "a@b\nBcc: c@d"),
        ("email", "nobody"),
        ("email", "x" * 250 + "@y.example"),
        ("capacity", "x" * 61),
        ("language", "fr"),
    ],
)
def test_a_contact_that_cannot_be_written_to_is_refused(
    parts: Parts, county: County, field: str, value: str
) -> None:
    good = {"name": "李四", "phone": PHONE, "email": "shop@example.test"}
    with open_work(parts, SYSTEM) as work, pytest.raises(BadInput) as refused:
        contacts.add(work, county.usccs[0], ContactDraft(**{**good, field: value}))
    assert list(refused.value.errors) == [f"/{field}"]


def test_what_is_known_of_a_person_is_put_right_and_back(parts: Parts, admin) -> None:
    right = {"name": "王建军", "kind": OfficerKind.OFFICER, "unit": "二大队"}
    with open_work(parts, admin) as work:
        officer = register(work)
        was = OfficerDraft(name=officer.name, kind=officer.kind, unit=officer.unit)
        officers.certify(work, officer.id, CARD)
    phone = officer.phone_index
    with open_work(parts, admin) as work:
        draft = OfficerDraft(**right, region="370104", phone="13900000001")
        officers.put_right(work, officer.id, draft, "登记错了")
    with open_work(parts, admin) as work:
        row = work.session.get_one(Officer, officer.id)
        assert (row.name, row.unit, row.region) == ("王建军", "二大队", "370104")
        assert row.phone_index != phone
        sent = work.session.get_one(SyncObject, ("officer", officer.id)).data
        assert sent["name"] == "王建军", "tablets hear of it"
        wanted = select(AuditEntry).where(AuditEntry.action == "officer.corrected")
        facts = work.session.scalars(wanted).one().facts
        assert facts["was"][0] == was.name
        assert "13900000001" not in str(facts)
    with open_work(parts, admin) as work:
        assert officers.put_right(work, officer.id, was, "改回来").name == was.name
    assistant = OfficerDraft(**{**right, "kind": OfficerKind.ASSISTANT})
    for draft, why in (
        (assistant, OutOfOrder),
        (OfficerDraft(**{**right, "name": ""}), BadInput),
        (OfficerDraft(**right, region="37"), BadInput),
    ):
        with open_work(parts, admin) as work, pytest.raises(why):
            officers.put_right(work, officer.id, draft, "?")
    stranger = principal("other", Role.AGENCY_ADMIN, agency="another")
    with open_work(parts, stranger) as work, pytest.raises(NotFound):
        officers.put_right(work, officer.id, was, "?")


def test_what_was_typed_wrong_of_a_certificate_is_corrected_and_kept_in_the_log(
    parts: Parts, admin
) -> None:
    with open_work(parts, admin) as work:
        officer = register(work)
        row = officers.certify(work, officer.id, CARD)
    right = {"unit": "大队", "valid_from": CARD.valid_from, "valid_to": date(2031, 1, 1)}
    with open_work(parts, admin) as work:
        officers.correct_certificate(work, row.id, **right, reason="日期填错")
    with open_work(parts, admin) as work:
        assert (
            work.session.get_one(SyncObject, ("officer", officer.id)).data["valid_to"]
            == "2031-01-01"
        )
        wanted = select(AuditEntry).where(AuditEntry.action == "certificate.corrected")
        assert work.session.scalars(wanted).one().facts["was"][2] == "2030-01-01"
        with pytest.raises(BadInput):
            officers.correct_certificate(
                work, row.id, **{**right, "valid_to": date(2025, 1, 1)}, reason="?"
            )
        officers.revoke_certificate(work, row.id, "调离")
        with pytest.raises(OutOfOrder):
            officers.correct_certificate(work, row.id, **right, reason="日期填错")
