"""The county's enterprises: each with a premise, a confirmed contact and a code for its door."""

from server.models import Contact, Enterprise, Premise
from server.seed import county
from server.seed.county import EnterpriseSeed
from server.services import enterprise_codes, field_encryption
from server.services.field_encryption import Field
from server.work import Work

SOURCE = "演示数据"
RADIUS_M = 300


def add(work: Work) -> int:
    """Add them all; returns how many."""
    seeds = county.enterprises()
    premises = [_enterprise(work, seed) for seed in seeds]
    work.session.flush()
    for premise in premises:
        enterprise_codes.issue(work, premise.id)
    return len(seeds)


def _enterprise(work: Work, seed: EnterpriseSeed) -> Premise:
    premise = Premise(
        id=work.ids(),
        uscc=seed.uscc,
        name="经营场所",
        address=seed.address,
        region=county.REGION,
        lat=seed.lat,
        lon=seed.lon,
        radius_m=RADIUS_M,
    )
    work.session.add_all(
        [
            Enterprise(
                uscc=seed.uscc,
                name=seed.name,
                address=seed.address,
                region=county.REGION,
                legal_rep=seed.legal_rep,
                industry=seed.industry,
                grade=seed.grade,
                source=SOURCE,
                as_of=work.now,
            ),
            premise,
            _contact(work, seed),
        ]
    )
    return premise


def _contact(work: Work, seed: EnterpriseSeed) -> Contact:
    id_ = work.ids()
    return Contact(
        id=id_,
        uscc=seed.uscc,
        name=seed.contact,
        capacity="负责人",
        role="enterprise_owner",
        phone_sealed=field_encryption.seal(work, seed.phone, Field.CONTACT_PHONE, owner=id_),
        phone_index=field_encryption.blind_index(work, seed.phone, Field.CONTACT_PHONE),
        email_sealed=field_encryption.seal(work, seed.email, Field.CONTACT_EMAIL, owner=id_),
        email_index=field_encryption.blind_index(work, seed.email, Field.CONTACT_EMAIL),
        confirmed_at=work.now,
        confirmed_how=SOURCE,
    )
