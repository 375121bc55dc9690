"""Officers, assistants and their certificates; each change goes to the agency's tablets at once.

ID number and phone are sealed as they come in and leave only masked.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from server.models import Agency, Certificate, Officer, OfficerKind
from server.services import (
    audit,
    catalogue_publishing,
    contact_doubts,
    field_encryption,
    revocations,
    typed_words,
)
from server.services.field_encryption import Field
from server.services.revocations import Revoked
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import BadInput, Conflict, NotFound, OutOfOrder
from shared.regions import significant
from shared.roles import Role

LONGEST_NAME, LONGEST_UNIT, LONGEST_NUMBER, LONGEST_CERTIFICATE = 60, 120, 40, 20
LONGEST_REASON = 200


class AlreadyRegistered(Conflict):
    """This ID number or certificate number belongs to an officer already."""

    code = "already_registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDraft:
    """A certificate as it is read from the card; days are inclusive."""

    number: str
    unit: str
    valid_from: date
    valid_to: date


def register(
    work: Work, *, name: str, kind: OfficerKind, unit: str, id_number: str, phone: str
) -> Officer:
    """Add a person of the administrator's own agency who goes on inspections."""
    require_role(work.who, Role.AGENCY_ADMIN)
    typed_words.require(
        name=(name, LONGEST_NAME),
        unit=(unit, LONGEST_UNIT),
        id_number=(id_number, LONGEST_NUMBER),
        phone=(phone, LONGEST_NUMBER),
    )
    index = field_encryption.blind_index(work, id_number, Field.OFFICER_ID_NUMBER)
    if work.session.scalar(select(Officer.id).where(Officer.id_number_index == index)) is not None:
        raise AlreadyRegistered("That person is registered.")
    id_ = work.ids()
    row = Officer(
        id=id_,
        agency_id=_agency(work).id,
        name=name,
        kind=kind,
        unit=unit,
        id_number_sealed=field_encryption.seal(work, id_number, Field.OFFICER_ID_NUMBER, owner=id_),
        id_number_index=index,
        phone_sealed=field_encryption.seal(work, phone, Field.OFFICER_PHONE, owner=id_),
        phone_index=field_encryption.blind_index(work, phone, Field.OFFICER_PHONE),
    )
    work.session.add(row)
    contact_doubts.officer_registered(work, phone)
    audit.write(work, "officer.registered", "officer", row.id, kind=str(kind))
    catalogue_publishing.publish_catalogue(work, _agency(work))
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerDraft:
    """What is known of a person.

    Without `region` they go where the agency does; without `phone` the number on file stays.
    """

    name: str
    kind: OfficerKind
    unit: str
    region: str | None = None
    phone: str = ""


def put_right(work: Work, officer_id: str, draft: OfficerDraft, reason: str) -> Officer:
    """Write what is known of a person anew; the audit log keeps what it was, so it can be undone.

    Who holds a certificate that is not revoked is no assistant: `OutOfOrder`.
    """
    own(work, officer_id)
    row = work.session.get_one(Officer, officer_id, with_for_update=True)
    typed_words.require(
        name=(draft.name, LONGEST_NAME),
        unit=(draft.unit, LONGEST_UNIT),
        reason=(reason, LONGEST_REASON),
    )
    if draft.region is not None:
        significant(draft.region)
    if draft.kind not in (row.kind, OfficerKind.OFFICER) and _certified(work, row.id):
        raise OutOfOrder("They hold a certificate; revoke it first.")
    was = [row.name, row.kind, row.unit, row.region or ""]
    row.name, row.kind = draft.name.strip(), draft.kind
    row.unit, row.region = draft.unit.strip(), draft.region
    if draft.phone:
        typed_words.require(phone=(draft.phone, LONGEST_NUMBER))
        row.phone_sealed = field_encryption.seal(
            work, draft.phone, Field.OFFICER_PHONE, owner=row.id
        )
        row.phone_index = field_encryption.blind_index(work, draft.phone, Field.OFFICER_PHONE)
        contact_doubts.officer_registered(work, draft.phone)
    audit.write(
        work,
        "officer.corrected",
        "officer",
        row.id,
        was=was,
        phone=bool(draft.phone),
        reason=reason.strip(),
    )
    catalogue_publishing.publish_catalogue(work, _agency(work))
    return row


def _certified(work: Work, officer_id: str) -> bool:
    held = select(Certificate.id).where(
        Certificate.officer_id == officer_id, Certificate.revoked_at.is_(None)
    )
    return work.session.scalar(held.limit(1)) is not None


def certify(work: Work, officer_id: str, draft: CertificateDraft) -> Certificate:
    """Add a certificate of an officer; an assistant has none."""
    officer = own(work, officer_id)
    if officer.kind != OfficerKind.OFFICER:
        raise BadInput("An assistant has no certificate.", errors={"/officer_id": "assistant"})
    typed_words.require(number=(draft.number, LONGEST_CERTIFICATE), unit=(draft.unit, LONGEST_UNIT))
    if draft.valid_to < draft.valid_from:
        raise BadInput("It ends before it begins.", errors={"/valid_to": "before valid_from"})
    taken = select(Certificate.id).where(Certificate.number == draft.number)
    if work.session.scalar(taken) is not None:
        raise AlreadyRegistered("That certificate is registered.")
    row = Certificate(
        id=work.ids(),
        officer_id=officer.id,
        number=draft.number,
        unit=draft.unit,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        checked_at=work.now,
    )
    work.session.add(row)
    audit.write(work, "certificate.added", "certificate", row.id, officer=officer.id)
    catalogue_publishing.publish_catalogue(work, _agency(work))
    return row


def correct_certificate(
    work: Work, certificate_id: str, *, unit: str, valid_from: date, valid_to: date, reason: str
) -> Certificate:
    """Put right what was typed wrong of a certificate in force; its number is never another's.

    The audit log keeps what it said before, so that this too can be corrected back.
    """
    row = one(work.session.get(Certificate, certificate_id, with_for_update=True))
    own(work, row.officer_id)
    if row.revoked_at is not None:
        raise OutOfOrder("It is revoked.", revoked_at=row.revoked_at)
    typed_words.require(unit=(unit, LONGEST_UNIT), reason=(reason, LONGEST_REASON))
    if valid_to < valid_from:
        raise BadInput("It ends before it begins.", errors={"/valid_to": "before valid_from"})
    was = [row.unit, row.valid_from.isoformat(), row.valid_to.isoformat()]
    row.unit, row.valid_from, row.valid_to = unit.strip(), valid_from, valid_to
    row.checked_at = work.now
    audit.write(
        work,
        "certificate.corrected",
        "certificate",
        row.id,
        officer=row.officer_id,
        was=was,
        reason=reason.strip(),
    )
    catalogue_publishing.publish_catalogue(work, _agency(work))
    return row


def revoke_certificate(work: Work, certificate_id: str, reason: str) -> Certificate:
    """Revoke a certificate from now on. Safe to repeat: the first moment stands."""
    row = one(work.session.get(Certificate, certificate_id, with_for_update=True))
    own(work, row.officer_id)
    if row.revoked_at is None:
        row.revoked_at = work.now
        revocations.record(work, Revoked.CERTIFICATE, row.number, reason)
        audit.write(work, "certificate.revoked", "certificate", row.id, officer=row.officer_id)
        catalogue_publishing.publish_catalogue(work, _agency(work))
    return row


def own(work: Work, officer_id: str) -> Officer:
    """An officer of the administrator's own agency; `NotFound` for another's."""
    require_role(work.who, Role.AGENCY_ADMIN)
    row = one(work.session.get(Officer, officer_id))
    if row.agency_id != work.who.agency_id:
        raise NotFound("No such officer.")
    return row


def _agency(work: Work) -> Agency:
    return one(work.session.get(Agency, work.who.agency_id or ""))
