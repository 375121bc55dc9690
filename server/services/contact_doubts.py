"""What speaks against a contact: the number of an officer, or one that too many enterprises gave.

Noted when a contact is given and when an officer is registered, by blind index alone; nothing is
refused for it. Who may sign with such a number is for `contact_checks`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, false, func, select, text, update

from server.models import Contact, Enterprise, Officer
from server.models.enterprise import DOUBTED
from server.services import field_encryption, parameters
from server.services.field_encryption import Field
from server.services.scoping import require_role
from server.work import Work
from shared.localtime import local_day
from shared.regions import significant
from shared.roles import Role

READERS = (Role.PLANNER, Role.HEAD, Role.AGENCY_ADMIN, Role.SUPERVISION)
MOST_LISTED = 100


class Doubt(StrEnum):
    OFFICER = "officer"
    SHARED = "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A contact to look into; `others` are further enterprises that gave the same number."""

    uscc: str
    enterprise: str
    name: str
    doubt: Doubt
    others: int
    given_at: datetime | None
    on_site: bool
    """Whether an officer took it down at a visit; who may look at that visit is told which."""
    visit_id: str | None


def judge(work: Work, row: Contact, phone: str) -> None:
    """Note what is doubtful of a contact just given, and of all that have the same number."""
    work.session.flush()
    if phone:
        of_officer = field_encryption.blind_index(work, phone, Field.OFFICER_PHONE)
        if work.session.scalar(select(exists().where(Officer.phone_index == of_officer))):
            row.doubt = Doubt.OFFICER
            work.session.flush()
    most = None
    for column, index in (
        (Contact.phone_index, row.phone_index),
        (Contact.email_index, row.email_index),
    ):
        if index is None:
            continue
        same = (column == index, Contact.removed_at.is_(None))
        firms = work.session.scalar(select(func.count(Contact.uscc.distinct())).where(*same)) or 0
        if firms > 1 and most is None:
            region = work.session.get_one(Enterprise, row.uscc).region
            known = parameters.of_region(work, region, local_day(work.now))
            most = int(known["contact_enterprises"])
        if most is not None and firms > most:
            work.session.execute(
                update(Contact).where(*same, Contact.doubt == "").values(doubt=Doubt.SHARED)
            )
    work.session.refresh(row, ["doubt"])


def officer_registered(work: Work, phone: str) -> None:
    """Note it of every contact that has the number of an officer just registered."""
    index = field_encryption.blind_index(work, phone, Field.CONTACT_PHONE)
    work.session.execute(
        update(Contact).where(Contact.phone_index == index).values(doubt=Doubt.OFFICER)
    )


def listed(work: Work) -> tuple[Doubtful, ...]:
    """Doubtful contacts of enterprises of one's region, the newest first."""
    require_role(work.who, *READERS)
    region = work.who.region
    rows = work.session.execute(
        select(Contact, Enterprise.name)
        .join(Enterprise, Enterprise.uscc == Contact.uscc)
        .where(
            text(DOUBTED),
            Contact.removed_at.is_(None),
            Enterprise.region.startswith(significant(region)) if region else false(),
        )
        .order_by(Contact.id.desc())
        .limit(MOST_LISTED)
    ).all()
    shared = _firms(work, [row for row, _ in rows])
    return tuple(
        Doubtful(
            uscc=row.uscc,
            enterprise=firm,
            name=row.name,
            doubt=Doubt(row.doubt),
            others=max(shared.get(row.phone_index or "", 1), shared.get(row.email_index or "", 1))
            - 1,
            given_at=row.confirmed_at,
            on_site=row.visit_id is not None,
            visit_id=row.visit_id if work.who.is_any((Role.SUPERVISION,)) else None,
        )
        for row, firm in rows
    )


def _firms(work: Work, rows: list[Contact]) -> dict[str, int]:
    """How many enterprises gave each number or address."""
    found: dict[str, int] = {}
    for column, wanted in (
        (Contact.phone_index, {row.phone_index for row in rows if row.phone_index}),
        (Contact.email_index, {row.email_index for row in rows if row.email_index}),
    ):
        counted = work.session.execute(
            select(column, func.count(Contact.uscc.distinct()))
            .where(column.in_(wanted), Contact.removed_at.is_(None))
            .group_by(column)
        )
        found |= {index or "": count for index, count in counted}
    return found
