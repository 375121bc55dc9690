"""Which order a visit looks at again (R63): from its task's target back to the task rechecked."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from server.documents.kinds import DocumentKind
from server.models import Document, PlanTarget, Task
from server.services import documents
from server.services.visit_fold import Folded
from server.work import Work
from shared.content.recheck import Ordered

RECHECK = "rectification"
"""The trigger of a task that looks at what was ordered."""


def order_of(work: Work, folded: Folded) -> Ordered | None:
    """The newest order that counts of the tasks this visit rechecks; None for any other visit."""
    order = _order(work, folded)
    if order is None:
        return None
    due = order.particulars["rectify_by"]
    report = _reported(work, order, folded)
    return Ordered(
        number=order.number or "",
        content_hash=order.content_hash,
        content=order.content,
        due=date.fromisoformat(due) if due else None,
        report_no=(report.number or "") if report else "",
        report=report.content if report else None,
    )


def visit_of_order(work: Work, folded: Folded) -> str | None:
    """The visit whose order this one looks at again; None for any other visit."""
    order = _order(work, folded)
    return order.subject_id if order is not None else None


def _order(work: Work, folded: Folded) -> Document | None:
    tasks = folded.material.named(folded.lead).tasks
    known = [id_ for id_ in folded.state.task_ids if id_ in tasks and tasks[id_].trigger == RECHECK]
    if not known:
        return None
    before = aliased(Task)
    return work.session.scalars(
        select(Document)
        .join(before, before.visit_id == Document.subject_id)
        .join(PlanTarget, PlanTarget.recheck_of == before.id)
        .join(Task, Task.target_id == PlanTarget.id)
        .where(
            Task.id.in_(known),
            Task.uscc == Document.uscc,
            *documents.in_force(DocumentKind.ORDER),
        )
        .order_by(Document.made_at.desc(), Document.id.desc())
        .limit(1)
    ).first()


def _reported(work: Work, order: Document, folded: Folded) -> Document | None:
    """What the enterprise had reported by the end of this visit; told again, it is the same."""
    ended = folded.state.left_at or folded.state.last_at
    return work.session.scalars(
        select(Document)
        .where(
            Document.kind == DocumentKind.REPORT,
            Document.subject_id == order.subject_id,
            Document.made_at <= ended,
        )
        .order_by(Document.made_at.desc(), Document.id.desc())
        .limit(1)
    ).first()
