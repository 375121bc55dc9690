"""The county's enterprises: each with a premise, a confirmed contact and a code for its door."""

from datetime import timedelta
from typing import Any

from server.models import Enterprise, Premise
from server.seed import county
from server.seed.county import EnterpriseSeed, FactSeed
from server.services import contacts, enterprise_codes
from server.services.contacts import ContactDraft
from server.work import Work
from shared.localtime import local_day

SOURCE = "演示数据"
REGISTERED = timedelta(days=45)
"""So long ago the registers were asked."""
RADIUS_M = 300


def add(work: Work) -> int:
    """Add them all; returns how many."""
    seeds = county.enterprises()
    premises = [_enterprise(work, seed) for seed in seeds]
    work.session.flush()
    for seed, premise in zip(seeds, premises, strict=True):
        enterprise_codes.issue(work, premise.id)
        draft = ContactDraft(
            name=seed.contact, capacity="负责人", phone=seed.phone, email=seed.email
        )
        contacts.confirm(work, contacts.add(work, seed.uscc, draft).id, SOURCE)
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
    firm = Enterprise(
        uscc=seed.uscc,
        name=seed.name,
        address=seed.address,
        region=county.REGION,
        legal_rep=seed.legal_rep,
        industry=seed.industry,
        grade=seed.grade,
        source=SOURCE,
        as_of=work.now,
        facts=[_known(work, fact) for fact in seed.facts],
    )
    work.session.add_all([firm, premise])
    return premise


def _known(work: Work, fact: FactSeed) -> dict[str, Any]:
    day = local_day(work.now - REGISTERED)
    said = {"key": fact.key, "name": fact.name, "value": fact.value, "source": fact.source}
    return {**said, "as_of": day.isoformat(), "answer": ""}
