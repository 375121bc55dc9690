"""What an agency sees of its ratings: closed quarters, as they were worked out when they closed.

It reads no rating, no link and no entry: only what was let out (`shared/ratings.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.models import RatingQuarter
from server.services.scoping import require_role
from server.work import Work
from shared.localtime import local_day
from shared.ratings import quarter_of
from shared.roles import Role

READERS = (Role.HEAD, Role.PLANNER, Role.AGENCY_ADMIN)
MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """`shown` is None, or has None in it, where too few enterprises would be told apart."""

    quarter: str
    shown: Mapping[str, Any]


def of_agency(work: Work) -> tuple[Quarter, ...]:
    """The last quarters of the agency that asks, the newest first; one without ratings is left out.

    Asked again of what has been closed: a quarter that is not over is nobody's.
    """
    require_role(work.who, *READERS)
    rows = work.session.scalars(
        select(RatingQuarter)
        .where(
            RatingQuarter.agency_id == work.who.agency_id,
            RatingQuarter.closed.is_(True),
            RatingQuarter.quarter < quarter_of(local_day(work.now)),
        )
        .order_by(RatingQuarter.quarter.desc())
        .limit(MOST)
    )
    return tuple(
        Quarter(quarter=row.quarter, shown=row.shown)
        for row in rows
        if row.shown is not None and row.shown["count"] is not None
    )
