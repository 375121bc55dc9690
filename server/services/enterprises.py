"""Enterprises and their premises, as a registry tells them: noted with where from and as of when.

An older telling never replaces a newer one. Tablets that hold an enterprise hear of its change.
"""

from dataclasses import dataclass
from datetime import datetime

from server.models import Contact, Enterprise, Premise
from server.services import audit, contacts, publishing, reference_objects, typed_words
from server.services.publishing import Publication
from server.services.scoping import one, require_role
from server.work import Work
from shared import uscc as uscc_codes
from shared.errors import Conflict, OutOfOrder
from shared.regions import significant
from shared.roles import Role

LONGEST_REASON = 200  # as the column
WORDS = ("region", "industry", "grade", "status")
"""What the audit log keeps as it was before a change, so that it can be corrected back; of a name
or an address, which may be a person's, only that it changed."""


class EnterpriseKnown(Conflict):
    """An enterprise of this code is registered already."""

    code = "enterprise_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseDraft:
    uscc: str
    name: str
    address: str
    region: str
    legal_rep: str = ""
    industry: str = ""
    grade: str = ""
    status: str = "operating"
    source: str = ""
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiseDraft:
    """A place; `crs` says in which system its point was measured (shared/geo.py)."""

    name: str
    address: str
    region: str
    lat: float | None = None
    lon: float | None = None
    crs: str = "WGS84"
    radius_m: int = 300


def note(work: Work, draft: EnterpriseDraft) -> Enterprise:
    """Add an enterprise, or take over what is newer; `BadInput` for a code that cannot be."""
    require_role(work.who, Role.PLATFORM_ADMIN, Role.SYSTEM)
    code = uscc_codes.require(draft.uscc)
    significant(draft.region)
    row = work.session.get(Enterprise, code, with_for_update=True)
    if row is not None and draft.as_of < row.as_of:
        return row
    is_new = row is None
    if row is None:
        row = Enterprise(uscc=code)
        work.session.add(row)
    before = {field: getattr(row, field) for field in ("name", "address", "legal_rep", *WORDS)}
    row.name, row.address, row.region = draft.name, draft.address, draft.region
    row.legal_rep, row.industry, row.grade = draft.legal_rep, draft.industry, draft.grade
    row.status, row.source, row.as_of = draft.status, draft.source, draft.as_of
    changed = [field for field, was in before.items() if not is_new and was != getattr(row, field)]
    was = [f"{field} {before[field]}" for field in changed if field in WORDS and before[field]]
    audit.write(
        work,
        "enterprise.noted",
        "enterprise",
        code,
        source=draft.source,
        changed=[str(field) for field in changed],
        was=was,
    )
    tell(work, row)
    return row


def register(work: Work, draft: EnterpriseDraft, place: PremiseDraft) -> Enterprise:
    """A new enterprise with its first place; `Conflict` for a code that is registered."""
    if work.session.get(Enterprise, uscc_codes.require(draft.uscc)) is not None:
        raise EnterpriseKnown("That code is registered.")
    row = note(work, draft)
    add_premise(work, row.uscc, place)
    return row


def add_premise(work: Work, uscc: str, draft: PremiseDraft) -> Premise:
    """A new place of an enterprise."""
    require_role(work.who, Role.PLATFORM_ADMIN, Role.SYSTEM)
    firm = one(work.session.get(Enterprise, uscc))
    row = Premise(id=work.ids(), uscc=firm.uscc)
    _write(row, draft)
    work.session.add(row)
    audit.write(work, "premise.added", "premise", row.id, uscc=firm.uscc)
    return row


def change_premise(work: Work, premise_id: str, draft: PremiseDraft) -> Premise:
    """Put right where a place is or what it is called; tablets that hold it hear of it."""
    require_role(work.who, Role.PLATFORM_ADMIN, Role.SYSTEM)
    return put_right(work, one(work.session.get(Premise, premise_id, with_for_update=True)), draft)


def close_premise(work: Work, premise_id: str, reason: str) -> Premise:
    """Have nobody plan a visit there any more; what was visited and what is planned stays."""
    row = _place(work, premise_id)
    typed_words.require(reason=(reason, LONGEST_REASON))
    if row.closed_at is not None:
        raise OutOfOrder("It is closed.", closed_at=row.closed_at)
    row.closed_at, row.closed_why = work.now, reason.strip()
    audit.write(work, "premise.closed", "premise", row.id, uscc=row.uscc, reason=row.closed_why)
    return row


def reopen_premise(work: Work, premise_id: str) -> Premise:
    """Undo that: the place is in use again, or was closed by mistake."""
    row = _place(work, premise_id)
    if row.closed_at is None:
        raise OutOfOrder("It is not closed.")
    audit.write(work, "premise.reopened", "premise", row.id, uscc=row.uscc, was=row.closed_why)
    row.closed_at, row.closed_why = None, ""
    return row


def _place(work: Work, premise_id: str) -> Premise:
    require_role(work.who, Role.PLATFORM_ADMIN)
    return one(work.session.get(Premise, premise_id, with_for_update=True))


def put_right(work: Work, row: Premise, draft: PremiseDraft) -> Premise:
    """The same for a row at hand, for whoever may do it to many."""
    _write(row, draft)
    audit.write(work, "premise.changed", "premise", row.id)
    _republish(work, "premise", row.id, reference_objects.premise(row))
    return row


def tell(work: Work, row: Enterprise) -> None:
    """Send an enterprise as it is now, with its newest confirmed contact, to who holds it."""
    work.session.flush()
    known: list[Contact] = contacts.confirmed(work, row.uscc)
    contact = known[0] if known else None
    _republish(work, "enterprise", row.uscc, reference_objects.enterprise(work, row, contact))


def _republish(work: Work, kind: str, object_id: str, data: dict[str, object]) -> None:
    if publishing.is_known(work, kind, object_id):
        publishing.publish_all(
            work, [Publication(kind=kind, id=object_id, data=data, scopes=frozenset())]
        )


def _write(row: Premise, draft: PremiseDraft) -> None:
    significant(draft.region)
    row.name, row.address, row.region = draft.name, draft.address, draft.region
    row.lat, row.lon, row.crs, row.radius_m = draft.lat, draft.lon, draft.crs, draft.radius_m
