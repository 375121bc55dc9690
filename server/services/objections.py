"""Objections to a result that nobody has decided yet: while one is open, no result is public."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select

from server.models import Ticket, TicketKind, TicketState
from server.work import Work


def is_open() -> ColumnElement[bool]:
    """Those of the tickets that are an objection without an answer."""
    return and_(Ticket.kind == TicketKind.OBJECTION, Ticket.state == TicketState.OPEN)


def open_among(work: Work, visit_ids: Sequence[str]) -> frozenset[str]:
    """Those of these visits with an objection to their result that is open."""
    rows = work.session.scalars(
        select(Ticket.visit_id).where(Ticket.visit_id.in_(visit_ids), is_open())
    )
    return frozenset(visit_id for visit_id in rows if visit_id)
