"""Handing over a visit whose result may go out, so that a fault in telling it stops nothing.

What stands in the way of a notice (a row of the catalogue that is missing, a number that cannot be
given, a mistake of ours in making a paper) must not keep a tablet's evidence from being taken in.
The visit is marked with what it was, which stands on the desk of deliveries; the sweeper finds it,
and it is told as soon as it can be. Only what the database itself refuses ends the transaction. A
fault is rare: a push is first tried without being prepared for one, and taken in anew if one comes.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from server.models import Agency, Enterprise, Visit
from server.services import results, visit_facts, visit_fold, visit_material
from server.services.notices import READERS
from server.services.scoping import in_reach, require_role
from server.services.visit_fold import Folded
from server.work import Work
from shared.errors import DomainError

log = logging.getLogger(__name__)
LONGEST_WHY = 60


ToTell = Sequence[tuple[Folded, Visit]]
"""Visits whose results may go out, each with its row."""


class InTheWay(Exception):
    """A result cannot be told, and what was begun of the telling is to be undone."""


def at_once(work: Work, those: ToTell) -> None:
    """Tell all results, with nothing to go back to if one cannot be: `InTheWay` then."""
    try:
        results.tell_all(work, [folded for folded, _ in those])
    except SQLAlchemyError:
        raise
    except Exception as fault:
        raise InTheWay from fault
    for _, visit in those:
        visit.untold, visit.untold_why = False, ""


def one_by_one(work: Work, those: ToTell) -> None:
    """Tell each result that can be told, when everything else is written."""
    work.session.flush()
    for folded, visit in those:
        tell(work, folded, visit)


def tell(work: Work, folded: Folded, visit: Visit) -> None:
    """Tell the result, or note on the visit's row that it is still to be told."""
    try:
        with work.session.begin_nested():
            results.tell(work, folded)
    except SQLAlchemyError:
        raise
    except DomainError as refusal:
        log.error("visit %s cannot be told yet: %s", folded.visit_id, refusal.code)  # noqa: TRY400
        visit.untold, visit.untold_why = True, refusal.code
    except Exception as mistake:
        log.exception("visit %s cannot be told: a mistake of ours", folded.visit_id)
        visit.untold, visit.untold_why = True, type(mistake).__name__[:LONGEST_WHY]
    else:
        visit.untold, visit.untold_why = False, ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A visit whose result should have been told. `why` is a code, or the name of a fault."""

    visit_id: str
    enterprise: str
    agency: str
    received_at: datetime
    why: str


def listed(work: Work, *, limit: int = 100) -> tuple[Untold, ...]:
    """Visits within reach whose result cannot be told, the longest waiting first."""
    require_role(work.who, *READERS)
    rows = work.session.execute(
        select(Visit, Enterprise.name, Agency.name)
        .outerjoin(Enterprise, Enterprise.uscc == Visit.uscc)
        .outerjoin(Agency, Agency.id == Visit.agency_id)
        .where(Visit.untold, in_reach(work.who, Visit.agency_id))
        .order_by(Visit.received_at, Visit.id)
        .limit(limit)
    )
    return tuple(
        Untold(
            visit_id=visit.id,
            enterprise=enterprise or "",
            agency=agency or "",
            received_at=visit.received_at,
            why=visit.untold_why,
        )
        for visit, enterprise, agency in rows
    )


def untold(work: Work, limit: int) -> list[str]:
    """Visits that could not be told when they should have been."""
    rows = select(Visit.id).where(Visit.untold).order_by(Visit.id).limit(limit)
    return list(work.session.scalars(rows))


def tell_again(work: Work, visit_id: str) -> None:
    """Try once more; does nothing for a visit that has been told meanwhile."""
    visit_facts.lock(work, [visit_id])
    visit = work.session.get(Visit, visit_id, populate_existing=True)
    if visit is not None and visit.untold:
        tell(work, visit_fold.fold(visit_material.load(work, [visit_id])[visit_id]), visit)
