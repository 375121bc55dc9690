"""整改报告 (first half of D10): made when the enterprise has told of every problem of its order.

Told anew of one of them, a new version takes its place. It has the agency's number, for the agency
took it in, and the enterprise's words.
"""

from collections.abc import Sequence
from datetime import date

from server.documents.kinds import DocumentKind
from server.documents.sheet import Party
from server.models import Agency, Contact, Document
from server.services import documents
from server.services.documents import Draft
from server.work import Work
from shared.content import report
from shared.content.hashing import content_hash
from shared.content.report import PutRight, Source


def make(work: Work, result: Document, items: Sequence[PutRight], due_on: date | None) -> Document:
    """The report of the enterprise that asks, on all that `result` leaves to be put right."""
    visit_id = result.visit_id or ""
    current = documents.current(work, visit_id)
    order = current.get((DocumentKind.ORDER, visit_id))
    contact = work.session.get_one(Contact, work.who.id)
    content = report.build(
        result.content,
        Source(number=order.number or "", content_hash=order.content_hash, due=due_on)
        if order is not None
        else Source(due=due_on),
        items,
        name=contact.name,
        capacity=contact.capacity,
        at=work.now,
    )
    return documents.make(
        work,
        work.session.get_one(Agency, result.agency_id),
        Draft(
            kind=DocumentKind.REPORT,
            subject_id=visit_id,
            visit_id=visit_id,
            uscc=result.uscc,
            content=content,
            content_hash=content_hash(content),
            party=Party(),
            officers=(),
        ),
        before=current.get((DocumentKind.REPORT, visit_id)),
    )
