"""Legal bases: the articles that items and points of checklists rest on (R14).

They are everybody's: any agency's administrator adds one, only the platform's ends one, since that
suspends items of every agency.
"""

from datetime import date, timedelta

from sqlalchemy import select

from server.models import LegalBasis
from server.services import audit, typed_words
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import BadInput, Conflict, OutOfOrder
from shared.localtime import local_day
from shared.roles import Role

LONGEST_TITLE, LONGEST_ARTICLE, LONGEST_TEXT = 200, 60, 5000
ONE_DAY = timedelta(days=1)


class BasisKnown(Conflict):
    """This article of this law, from this day, is there already."""

    code = "basis_known"


def add(work: Work, *, title: str, article: str, text: str, valid_from: date) -> LegalBasis:
    """A new article; `BasisKnown` for one that is there from the same day."""
    require_role(work.who, Role.AGENCY_ADMIN, Role.PLATFORM_ADMIN)
    typed_words.require(
        title=(title, LONGEST_TITLE), article=(article, LONGEST_ARTICLE), text=(text, LONGEST_TEXT)
    )
    same = select(LegalBasis.id).where(
        LegalBasis.title == title,
        LegalBasis.article == article,
        LegalBasis.valid_from == valid_from,
    )
    if work.session.scalar(same) is not None:
        raise BasisKnown("That article is there.")
    row = LegalBasis(id=work.ids(), title=title, article=article, text=text, valid_from=valid_from)
    work.session.add(row)
    audit.write(work, "basis.added", "legal_basis", row.id, document=f"{title}{article}")
    return row


def end(work: Work, basis_id: str, last_day: date) -> LegalBasis:
    """Let an article be in force no longer than a day, which is not gone by."""
    require_role(work.who, Role.PLATFORM_ADMIN)
    row = one(work.session.get(LegalBasis, basis_id, with_for_update=True))
    if last_day < max(row.valid_from, local_day(work.now) - ONE_DAY):
        raise BadInput("The law was what it was.", errors={"/last_day": "past"})
    row.valid_to = last_day
    audit.write(work, "basis.ended", "legal_basis", row.id, until=str(last_day))
    return row


def resume(work: Work, basis_id: str) -> LegalBasis:
    """Undo an end that has not come yet, or came yesterday: later, the law was what it was."""
    require_role(work.who, Role.PLATFORM_ADMIN)
    row = one(work.session.get(LegalBasis, basis_id, with_for_update=True))
    if row.valid_to is None or row.valid_to < local_day(work.now) - ONE_DAY:
        raise OutOfOrder("Nothing of it can be undone.", until=row.valid_to)
    was, row.valid_to = row.valid_to, None
    audit.write(work, "basis.resumed", "legal_basis", row.id, was=str(was))
    return row
