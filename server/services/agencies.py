"""Inspecting agencies: confirmed and published before they inspect, else revoked (R01)."""

from dataclasses import dataclass
from datetime import date

from server.models import Agency, AgencyStatus, AgencyType
from server.services import audit, catalogue_publishing, typed_words
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import BadInput, OutOfOrder
from shared.regions import significant
from shared.roles import Role

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrustment:
    """A letter of entrustment 委托书; days are inclusive."""

    principal_id: str
    document: str
    published_on: date
    valid_from: date
    valid_to: date
    item_ids: tuple[str, ...]


def add(
    work: Work,
    *,
    name: str,
    abbr: str,
    region: str,
    region_abbr: str,
    kind: AgencyType,
    phone: str,
    supervision_phone: str,
    field: str = "",
) -> Agency:
    """A new agency, which inspects nothing before it is confirmed; `BadInput` for no region."""
    require_role(work.who, Role.PLATFORM_ADMIN)
    significant(region)
    row = Agency(
        id=work.ids(),
        name=name,
        abbr=abbr,
        region=region,
        region_abbr=region_abbr,
        type=kind,
        status=AgencyStatus.DRAFT,
        phone=phone,
        supervision_phone=supervision_phone,
        field=field,
    )
    work.session.add(row)
    audit.write(work, "agency.added", "agency", row.id, kind=str(kind))
    return row


def entrust(work: Work, agency_id: str, letter: Entrustment) -> Agency:
    """Record the letter by which an agency entrusts an organisation (R02); the newest holds."""
    require_role(work.who, Role.PLATFORM_ADMIN)
    row = one(work.session.get(Agency, agency_id, with_for_update=True))
    if row.type != AgencyType.ENTRUSTED:
        raise OutOfOrder("Only an entrusted body has a letter.", type=row.type)
    one(work.session.get(Agency, letter.principal_id))
    if letter.valid_to < letter.valid_from:
        raise BadInput("It ends before it begins.", errors={"/valid_to": "before valid_from"})
    row.principal_id = letter.principal_id
    row.entrustment = {
        "document": letter.document,
        "published_on": letter.published_on.isoformat(),
        "valid_from": letter.valid_from.isoformat(),
        "valid_to": letter.valid_to.isoformat(),
        "item_ids": list(letter.item_ids),
    }
    audit.write(work, "agency.entrusted", "agency", row.id, document=letter.document)
    return row


def confirm(work: Work, agency_id: str, published_on: date) -> Agency:
    """Confirm an agency whose name was made public on a day."""
    require_role(work.who, Role.PLATFORM_ADMIN)
    row = one(work.session.get(Agency, agency_id, with_for_update=True))
    if row.status != AgencyStatus.DRAFT:
        raise OutOfOrder("Only a new agency is confirmed.", status=row.status)
    row.status, row.published_on = AgencyStatus.CONFIRMED, published_on
    audit.write(work, "agency.confirmed", "agency", row.id, published_on=str(published_on))
    catalogue_publishing.publish_catalogue(work, row)
    return row


def revoke(work: Work, agency_id: str, last_day: date, reason: str) -> Agency:
    """Let an agency inspect no more after a day; what it did stays."""
    require_role(work.who, Role.PLATFORM_ADMIN)
    row = one(work.session.get(Agency, agency_id, with_for_update=True))
    if row.status != AgencyStatus.CONFIRMED:
        raise OutOfOrder("Only a confirmed agency is revoked.", status=row.status)
    if row.published_on is not None and last_day < row.published_on:
        raise BadInput("It ends before it began.", errors={"/last_day": "before published_on"})
    row.revoked_on = last_day
    audit.write(work, "agency.revoked", "agency", row.id, reason=reason)
    return row


def reinstate(work: Work, agency_id: str, reason: str) -> Agency:
    """Undo a revocation: it may inspect again, from now on and on the days between."""
    require_role(work.who, Role.PLATFORM_ADMIN)
    typed_words.require(reason=(reason, LONGEST_REASON))
    row = one(work.session.get(Agency, agency_id, with_for_update=True))
    if row.revoked_on is None:
        raise OutOfOrder("It is not revoked.", status=row.status)
    was, row.revoked_on = row.revoked_on, None
    audit.write(work, "agency.reinstated", "agency", row.id, reason=reason.strip(), was=str(was))
    return row


def change(
    work: Work, agency_id: str, *, name: str, phone: str, supervision_phone: str, field: str
) -> Agency:
    """Put right what papers and tablets say of an agency from now on; what is issued stays.

    Not its region nor the words of its document numbers: numbers already stand on papers.
    """
    require_role(work.who, Role.PLATFORM_ADMIN)
    row = one(work.session.get(Agency, agency_id, with_for_update=True))
    was = [row.name, row.phone, row.supervision_phone, row.field]
    row.name, row.phone, row.supervision_phone, row.field = name, phone, supervision_phone, field
    audit.write(work, "agency.changed", "agency", row.id, was=was)
    catalogue_publishing.publish_catalogue(work, row)
    return row
