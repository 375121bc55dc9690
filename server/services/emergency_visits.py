"""An emergency visit without a task: the server writes one down as soon as it knows whom it was at.

The task is noted as a fact of the visit, so that a rebuild finds it again and makes no second one.
"""

from sqlalchemy import select

from server.models import Enterprise, Premise
from server.services import emergencies, visit_facts
from server.services.emergencies import Emergency
from server.services.visit_facts import Fact, FactKind
from server.services.visit_fold import Folded
from server.work import Work


def write_down(work: Work, folded: Folded, facts: list[Fact]) -> None:
    """Make the task of an emergency visit that was scanned in and has none; once."""
    noted = any(fact.kind is FactKind.TASK_WRITTEN_DOWN for fact in facts)
    if folded.state.emergency is None or folded.state.task_ids or noted:
        return
    emergency = _emergency(work, folded)
    if emergency is not None:
        task = emergencies.write_down(work, emergency)
        visit_facts.append(
            work,
            facts,
            folded.visit_id,
            FactKind.TASK_WRITTEN_DOWN,
            {"task_id": task.id, "agency_id": task.agency_id},
        )


def _emergency(work: Work, folded: Folded) -> Emergency | None:
    state, told = folded.state, folded.state.emergency
    if state.scan is None or told is None or state.opened_at is None:
        return None
    premise_id = _premise(work, state.scan.uscc, state.scan.premise_id)
    if premise_id is None:
        return None
    first = folded.material.ordered[0]
    return Emergency(
        visit_id=folded.visit_id,
        agency_id=folded.material.known()[f"tablet:{folded.lead}"]["agency_id"],
        uscc=state.scan.uscc,
        premise_id=premise_id,
        officer_ids=list(dict.fromkeys((first.officer_id, *(s.officer_id for s in state.shown)))),
        item_ids=told["item_ids"],
        forms=told["forms"],
        opened_at=state.opened_at,
        explanation=told["explanation"],
        oral_approver=told["oral_approver"],
        oral_at=told["oral_approved_at"],
    )


def _premise(work: Work, uscc: str, premise_id: str | None) -> str | None:
    """The scanned premise if it is this enterprise's, else its first; None for a strange one."""
    if work.session.get(Enterprise, uscc) is None:
        return None
    known = list(
        work.session.scalars(
            select(Premise.id)
            .where(Premise.uscc == uscc)
            .order_by(Premise.closed_at.is_not(None), Premise.id)
        )
    )
    return premise_id if premise_id in known else next(iter(known), None)
