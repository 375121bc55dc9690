"""What anybody may know without asking for it: published items, and results of drawn inspections.

A drawn (双随机) inspection's result is public when its enterprise had its time to object and no
objection is open (R61: well before the 20 working days are over). Its conclusion is told, never a
problem. Of any other inspection nothing is. Plans: `views_published`; draws: `views_draws`.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select, tuple_

from server.models import (
    Agency,
    AgencyStatus,
    Document,
    Enterprise,
    InspectionItem,
    ItemPublication,
    LegalBasis,
    Notice,
    Ticket,
)
from server.services import listing, objections
from server.services.listing import AT_ONCE, Page
from server.work import Work
from shared.localtime import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An item of an agency's published list in force; `bases` as 《title》article."""

    id: str
    agency: str
    code: str
    name: str
    list_version: str
    published_from: date
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenResult:
    """How a drawn inspection ended. `id` is the document's, which its number verifies."""

    id: str
    agency: str
    enterprise: str
    uscc: str
    inspected_on: str
    conclusion: str
    number: str
    published_on: date


def items(work: Work, before: str = "") -> Page[OpenItem]:
    """Items on a published list today, by their ids."""
    today = local_day(work.now)
    query = (
        select(InspectionItem, ItemPublication, Agency.name)
        .join(ItemPublication, ItemPublication.item_id == InspectionItem.id)
        .join(Agency, Agency.id == InspectionItem.agency_id)
        .where(
            ItemPublication.published_from <= today,
            or_(ItemPublication.published_to.is_(None), ItemPublication.published_to >= today),
            Agency.status == AgencyStatus.CONFIRMED,
            InspectionItem.id > before,
        )
        .order_by(InspectionItem.id, ItemPublication.published_from)
        .limit(AT_ONCE + 1)
    )
    rows = work.session.execute(query).all()
    wanted = {id_ for item, _, _ in rows for id_ in item.basis_ids}
    named = {
        row.id: f"《{row.title}》{row.article}"
        for row in work.session.scalars(select(LegalBasis).where(LegalBasis.id.in_(wanted)))
    }
    shown = tuple(
        OpenItem(
            id=item.id,
            agency=agency,
            code=item.code,
            name=item.name,
            list_version=listed.list_version,
            published_from=listed.published_from,
            bases=tuple(named[id_] for id_ in item.basis_ids if id_ in named),
        )
        for item, listed, agency in rows[:AT_ONCE]
    )
    return Page(lines=shown, next_before=listing.begins_with(shown, len(rows)))


def results(work: Work, before: str = "") -> Page[OpenResult]:
    """Results that are public today, the newest published first; `before` is a document's id."""
    today = local_day(work.now)
    objected = exists().where(Ticket.visit_id == Notice.visit_id, objections.is_open())
    query = (
        select(Notice, Document, Agency.name, Enterprise.name)
        .join(Document, Document.id == Notice.document_id)
        .join(Agency, Agency.id == Notice.agency_id)
        .join(Enterprise, Enterprise.uscc == Notice.uscc)
        .where(
            Notice.publish_on <= today,
            Notice.superseded_at.is_(None),
            or_(Notice.sent_at.is_not(None), Notice.receipted_at.is_not(None)),
            ~objected,
        )
        .order_by(Notice.publish_on.desc(), Notice.document_id.desc())
        .limit(AT_ONCE + 1)
    )
    last = work.session.scalar(select(Notice).where(Notice.document_id == before))
    if last is not None and last.publish_on is not None:
        query = query.where(
            tuple_(Notice.publish_on, Notice.document_id) < tuple_(last.publish_on, before)
        )
    rows = work.session.execute(query).all()
    shown = tuple(
        OpenResult(
            id=document.id,
            agency=agency,
            enterprise=enterprise,
            uscc=notice.uscc,
            inspected_on=str(document.content["inspected_on"])[:10],
            conclusion=str(document.content["conclusion_text"]),
            number=document.number or "",
            published_on=notice.publish_on or today,
        )
        for notice, document, agency, enterprise in rows[:AT_ONCE]
    )
    return Page(lines=shown, next_before=listing.begins_with(shown, len(rows)))
