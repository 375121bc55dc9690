"""A new version of a result after an objection was upheld. The old one stays, superseded.

Its content names the objection, the version it came of and the reason, under its own hash. It is
told like any other result, and signed for anew: a receipt is of the version it was signed for.
"""

from typing import Any

from server.documents import particulars
from server.documents.kinds import DocumentKind
from server.documents.sheet import Party
from server.models import Agency, Document
from server.services import deadlines, delivery, documents, notices, rectification_deadlines
from server.services.scoping import one
from server.work import Work
from shared import crypto
from shared.canonical import canonical
from shared.localtime import local_day


def make(work: Work, old: Document, content: dict[str, Any]) -> Document:
    """Issue and tell it. No officer signs it; an order to rectify ends if nothing is left to."""
    agency = work.session.get_one(Agency, old.agency_id)
    visit_id = one(old.visit_id)
    sheet = particulars.sheet_of(old)
    rectifies = content["conclusion"] == "rectify"
    draft = documents.Draft(
        kind=DocumentKind.RESULT,
        subject_id=old.subject_id,
        visit_id=visit_id,
        uscc=old.uscc,
        content=content,
        content_hash=crypto.sha256_hex(canonical(content)),
        party=Party(),
        officers=(),
        evidence=sheet.evidence,
        publicity=sheet.publicity,
        rectify_by=sheet.rectify_by if rectifies else None,
        rectify_provisional=sheet.rectify_provisional if rectifies else False,
    )
    before = documents.current(work, visit_id)
    new = documents.make(work, agency, draft, before=old)
    order = before.get((DocumentKind.ORDER, visit_id))
    if order is not None and not rectifies:
        order.superseded_by = new.id
    drawn = notices.of_document(work, old.id).publish_on is not None
    notices.supersede(work, old.id)
    due_on = deadlines.within(work, agency, "result_due_workdays", since=local_day(work.now))
    publish_on = notices.public_from(work, new) if drawn else None
    notice = notices.make(work, new, due_on=due_on, publish_on=publish_on)
    delivery.announce(work, notice, new, agency)
    rectification_deadlines.follow(work, new)
    return new


def is_of(document: Document, content_hash: str) -> bool:
    """Whether a version came of an objection to the very result with this hash.

    Then telling the signed result again must not bring back what was withdrawn.
    """
    review = document.content.get("review")
    return review is not None and review["of_content_hash"] == content_hash
