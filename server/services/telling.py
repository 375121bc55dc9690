"""Handing over a visit whose result may go out, so that a fault in telling it stops nothing.

What stands in the way of a notice (a row of the catalogue that is missing, a number that cannot be
given) must not keep a tablet's evidence from being taken in. The visit is marked, the sweeper finds
it, and it is told as soon as it can be.
"""

import logging

from sqlalchemy import select

from server.models import Visit
from server.services import results, visit_facts, visit_fold, visit_material
from server.services.visit_fold import Folded
from server.work import Work
from shared.errors import DomainError

log = logging.getLogger(__name__)


def tell(work: Work, folded: Folded) -> None:
    """Tell the result, or note on the visit's row that it is still to be told."""
    visit = work.session.get_one(Visit, folded.visit_id)
    try:
        with work.session.begin_nested():
            results.tell(work, folded)
    except DomainError as refusal:
        log.error("visit %s cannot be told yet: %s", folded.visit_id, refusal.code)  # noqa: TRY400
        visit.untold = True
    else:
        visit.untold = False


def untold(work: Work, limit: int) -> list[str]:
    """Visits that could not be told when they should have been."""
    rows = select(Visit.id).where(Visit.untold).order_by(Visit.id).limit(limit)
    return list(work.session.scalars(rows))


def tell_again(work: Work, visit_id: str) -> None:
    """Try once more; does nothing for a visit that has been told meanwhile."""
    visit_facts.lock(work, [visit_id])
    visit = work.session.get(Visit, visit_id, populate_existing=True)
    if visit is not None and visit.untold:
        tell(work, visit_fold.fold(visit_material.load(work, [visit_id])[visit_id]))
