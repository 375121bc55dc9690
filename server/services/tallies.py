"""Warnings that are counted by region and year before they fire (W-FREQ60). One row each."""

from sqlalchemy import ColumnElement, ScalarSelect, select, update

from server.database import insert_if_absent
from server.models import Retention, WarningTally
from server.work import Work

FREQUENT = "W-FREQ60"


def count(region: ColumnElement[str], year: ColumnElement[int]) -> ScalarSelect[int]:
    """How often W-FREQ60 came up in a region this year: part of a query, null for never."""
    return (
        select(WarningTally.count)
        .where(
            WarningTally.region == region,
            WarningTally.year == year,
            WarningTally.code == FREQUENT,
        )
        .scalar_subquery()
    )


def add(work: Work, region: str, year: int, more: int, code: str = FREQUENT) -> None:
    """Count `more` of them; the row is made if it is missing."""
    if not more:
        return
    nothing = {
        "region": region,
        "year": year,
        "code": code,
        "count": 0,
        "retention_class": str(Retention.PLAN),
        "legal_hold": False,
    }
    insert_if_absent(work.session, WarningTally, [nothing])
    work.session.execute(
        update(WarningTally)
        .where(WarningTally.region == region, WarningTally.year == year, WarningTally.code == code)
        .values(count=WarningTally.count + more)
        .execution_options(synchronize_session=False)
    )
