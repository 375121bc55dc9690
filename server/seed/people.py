"""The county's officers with their certificates, and the accounts to try it out with."""

from collections.abc import Mapping
from datetime import date, timedelta

from server.models import Agency, Certificate, Officer, OfficerKind
from server.seed import county
from server.seed.accounts import Account
from server.seed.county import OfficerSeed, PersonSeed
from server.seed.faces import face
from server.services import field_encryption, people, portraits
from server.services.field_encryption import Field
from server.work import Work
from shared import base64url
from shared.localtime import local_day
from shared.roles import Role

PASSWORD_BYTES = 12
CERTIFIED_FOR = timedelta(days=3 * 365)
# One certificate runs out soon, as one always does; its officer is not of the demo's agency.
ENDS_SOON = timedelta(days=20)
ENDING = 12


def add_officers(work: Work, agencies: Mapping[str, Agency]) -> int:
    """Add officers and assistants; returns how many have a certificate."""
    certified = 0
    for number, seed in enumerate(county.officers(), start=1):
        row = _officer(work, seed, agencies[seed.agency].id)
        work.session.add(row)
        if seed.certificate is not None:
            certified += 1
            life = ENDS_SOON if number == ENDING else CERTIFIED_FOR
            until = local_day(work.now) + life
            work.session.add(_certificate(work, row, seed.certificate, until))
    return certified


def add_accounts(work: Work, agencies: Mapping[str, Agency]) -> tuple[Account, ...]:
    """Add everybody who signs in, with a random password and, where needed, a time-code secret."""
    return tuple(
        _account(work, seed, agencies[seed.agency] if seed.agency else None)
        for seed in county.persons()
    )


def _officer(work: Work, seed: OfficerSeed, agency_id: str) -> Officer:
    id_ = work.ids()
    return Officer(
        id=id_,
        agency_id=agency_id,
        name=seed.name,
        kind=OfficerKind.OFFICER if seed.certificate else OfficerKind.ASSISTANT,
        unit=seed.unit,
        photo_sha256=portraits.store(work, face(seed.name)),
        id_number_sealed=field_encryption.seal(
            work, seed.id_number, Field.OFFICER_ID_NUMBER, owner=id_
        ),
        id_number_index=field_encryption.blind_index(work, seed.id_number, Field.OFFICER_ID_NUMBER),
        phone_sealed=field_encryption.seal(work, seed.phone, Field.OFFICER_PHONE, owner=id_),
        phone_index=field_encryption.blind_index(work, seed.phone, Field.OFFICER_PHONE),
    )


def _certificate(work: Work, officer: Officer, number: str, until: date) -> Certificate:
    return Certificate(
        id=work.ids(),
        officer_id=officer.id,
        number=number,
        unit=officer.unit,
        valid_from=local_day(work.now).replace(month=1, day=1),
        valid_to=until,
        checked_at=work.now,
    )


def _account(work: Work, seed: PersonSeed, agency: Agency | None) -> Account:
    password = base64url.encode(work.chance(PASSWORD_BYTES))
    added = people.add(
        work,
        agency_id=agency.id if agency else None,
        username=seed.username,
        name=seed.name,
        roles=[Role(word) for word in seed.roles],
        password=password,
    )
    return Account(
        username=seed.username,
        name=seed.name,
        agency=agency.name if agency else "平台",
        roles=seed.roles,
        password=password,
        otpauth=added.otpauth,
    )
