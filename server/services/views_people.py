"""People who sign in and officers with their certificates, as the console shows them. Reads only.

Nothing sealed is opened here: no ID number, no phone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, select, true

from server.models import Agency, Certificate, Officer, Person
from server.services import finding, listing, origins, scoping, views_queue
from server.services.listing import AT_ONCE, Filter, Page
from server.services.origins import Origin
from server.services.people import WITHIN_AGENCY
from server.work import Work
from shared.localtime import local_day
from shared.roles import Role
from shared.search.initials import initials


class Standing(StrEnum):
    """How a certificate stands today."""

    IN_FORCE = "in_force"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_YET = "not_yet"
    NONE = "none"


LET_GO = "let_go"
"""The status of a filter: people who sign in no more; any other is those who do."""


class Show(StrEnum):
    ALL = "all"
    EXPIRING = "expiring"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    person: Person
    agency: str
    has_totp: bool
    locked: bool
    is_managed: bool
    """Whether who asks looks after this account; an agency's administrator not after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerView:
    """An officer with every certificate, the newest first."""

    officer: Officer
    certificates: tuple[tuple[Certificate, "Standing"], ...]
    origin: Origin | None
    """Who told of them, if they were imported."""
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerLine:
    officer: Officer
    certificate: Certificate | None
    standing: Standing
    days_left: int | None


def people(work: Work, wanted: Filter) -> Page[PersonLine]:
    """People of this administrator's agency by name; for the platform's, those of all agencies.

    `text` is part of a name, its pinyin's initials, or the beginning of a user name.
    """
    query = select(Person).where(_manages(work))
    if wanted.text:
        username = finding.begins(Person.username, wanted.text)
        query = query.where(finding.fits(work, wanted.text, Person.name, Person.initials, username))
    if wanted.status:
        is_let_go = Person.disabled_at.is_not(None)
        query = query.where(is_let_go if wanted.status == LET_GO else ~is_let_go)
    last = work.session.get(Person, wanted.before) if wanted.before else None
    rows, further = listing.page(work, query, (Person.name, Person.id), last)
    of = select(Agency.id, Agency.name).where(Agency.id.in_({row.agency_id for row in rows}))
    names = dict(work.session.execute(of).all())
    shown = tuple(_line(work, row, names.get(row.agency_id or "")) for row in rows)
    return Page(lines=shown, next_before=further)


def person(work: Work, person_id: str) -> PersonLine:
    """One of them; `NotFound` otherwise."""
    row = work.session.execute(
        select(Person, Agency.name)
        .outerjoin(Agency, Agency.id == Person.agency_id)
        .where(Person.id == person_id, _manages(work))
    ).one_or_none()
    found, agency = scoping.one(row)
    return _line(work, found, agency)


def agencies(work: Work) -> tuple[tuple[str, str], ...]:
    """Every agency as (id, name): for the platform's administrators alone."""
    rows = work.session.execute(select(Agency.id, Agency.name).order_by(Agency.name))
    return tuple(rows.all())


def officers(work: Work, show: Show = Show.ALL, text: str = "") -> tuple[OfficerLine, ...]:
    """Officers of this agency, each with the certificate that ends last; soonest to end first.

    `text` is a part of a name, of its pinyin's initials, or of any certificate number of theirs.
    An agency's officers are few and do not grow with what happens: they are looked through here.
    """
    rows = work.session.execute(
        select(Officer, Certificate)
        .outerjoin(Certificate, Certificate.officer_id == Officer.id)
        .where(scoping.in_reach(work.who, Officer.agency_id))
        .order_by(Certificate.valid_to, Officer.name)
    )
    newest: dict[str, OfficerLine] = {}
    numbers: dict[str, list[str]] = {}
    for officer, certificate in rows:
        numbers.setdefault(officer.id, []).append(certificate.number if certificate else "")
        newest[officer.id] = _officer(officer, certificate, local_day(work.now))
    fitting = (line for id_, line in newest.items() if _fits(line.officer, numbers[id_], text))
    found = sorted(fitting, key=lambda line: (line.days_left is None, line.days_left or 0))
    if show is Show.EXPIRING:
        return tuple(line for line in found if line.standing is Standing.EXPIRING)
    return tuple(found)


def officers_page(
    work: Work, show: Show, text: str, before: str
) -> tuple[tuple[OfficerLine, ...], str | None]:
    """Some of them, from the one after the id `before`; and where the next ones begin."""
    every = officers(work, show, text)
    begins = next((n for n, each in enumerate(every, 1) if each.officer.id == before), 0)
    shown = every[begins : begins + AT_ONCE]
    return shown, shown[-1].officer.id if len(every) > begins + AT_ONCE else None


def _fits(row: Officer, numbers: Iterable[str], text: str) -> bool:
    wanted = text.strip().lower()
    if wanted in row.name.lower() or any(wanted in number.lower() for number in numbers):
        return True
    return wanted.isascii() and wanted in initials(row.name).lower()


def officer(work: Work, officer_id: str) -> OfficerView:
    """One officer in reach; `NotFound` otherwise."""
    row = scoping.one(work.session.get(Officer, officer_id))
    scoping.require_agency(work, row.agency_id)
    certificates = work.session.scalars(
        select(Certificate)
        .where(Certificate.officer_id == row.id)
        .order_by(Certificate.valid_to.desc())
    )
    today = local_day(work.now)
    return OfficerView(
        officer=row,
        certificates=tuple((each, _standing(each, today)) for each in certificates),
        origin=origins.of(work, "officer", {row.id}).get(row.id),
        may_change=Role.AGENCY_ADMIN in work.who.roles and row.agency_id == work.who.agency_id,
    )


def _manages(work: Work) -> ColumnElement[bool]:
    if Role.PLATFORM_ADMIN in work.who.roles:
        return true()
    return Person.agency_id == work.who.agency_id


def _line(work: Work, person: Person, agency: str | None) -> PersonLine:
    return PersonLine(
        person=person,
        agency=agency or "",
        has_totp=person.totp_sealed is not None,
        locked=person.locked_until is not None and person.locked_until > work.now,
        is_managed=Role.PLATFORM_ADMIN in work.who.roles or WITHIN_AGENCY.issuperset(person.roles),
    )


def _officer(officer: Officer, certificate: Certificate | None, today: date) -> OfficerLine:
    return OfficerLine(
        officer=officer,
        certificate=certificate,
        standing=_standing(certificate, today),
        days_left=(certificate.valid_to - today).days if certificate else None,
    )


def _standing(certificate: Certificate | None, today: date) -> Standing:
    if certificate is None:
        return Standing.NONE
    if certificate.revoked_at is not None:
        return Standing.REVOKED
    if certificate.valid_to < today:
        return Standing.EXPIRED
    if certificate.valid_from > today:
        return Standing.NOT_YET
    return (
        Standing.EXPIRING if certificate.valid_to <= today + views_queue.SOON else Standing.IN_FORCE
    )
