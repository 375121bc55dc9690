"""行政检查审批表 (D1; R24): for each task, what was approved, by whom and how.

Made in the transaction that files the plan, or in which the head approves an emergency afterwards,
of rows that cannot change any more. It is an inner document: an enterprise must not learn from it
of a visit that is still to come.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from server.documents.kinds import DocumentKind
from server.documents.sheet import Party
from server.models import (
    Agency,
    Approval,
    Decision,
    Document,
    Officer,
    Person,
    Plan,
    PlanFinding,
    PlanVersion,
    Task,
    Visit,
)
from server.services import approval_contents, documents
from server.services.approval_contents import Content
from server.services.scoping import one
from server.work import Work
from shared.content.hashing import content_hash
from shared.localtime import local_minute

VERSION = 1
AT_ONCE = 500


def make(work: Work, agency: Agency, plan: Plan, tasks: Sequence[Task]) -> None:
    """Make and number the form of every task; each is drawn when somebody first wants it."""
    work.session.flush()
    shared = _of_plan(work, agency, plan)
    said = _findings(work, plan)
    documents.make_all(
        work,
        agency,
        [
            _draft(task, {**shared, **own})
            for some in _in_parts(tasks)
            for task, own in approval_contents.of_tasks(work, some, said)
        ],
    )


def make_afterwards(work: Work, agency: Agency, task: Task, approval: Approval) -> None:
    """Make and number the form of an emergency that the head has just approved."""
    work.session.flush()
    shared = {
        "v": VERSION,
        "content": str(DocumentKind.APPROVAL),
        "provisional_no": "",
        "agency": approval_contents.of_agency(agency),
        "plan": {"no": "", "version": 0, "title": "", "reason": "", "filed_at": ""},
        "items": approval_contents.of_items(work, task.item_ids),
        "joint": [],  # several agencies go together only by plan, as does who assists them
        "assisting": [],
        "submitted": _on_site(work, task),
        "approval": approval_contents.of_approval(approval),
    }
    documents.make_all(
        work,
        agency,
        [_draft(one_, shared | own) for one_, own in approval_contents.of_tasks(work, [task], {})],
    )


def of_task(work: Work, task_id: str) -> Document:
    """The form that counts for a task in reach; `NotFound`."""
    return documents.get(
        work,
        one(
            work.session.scalar(
                select(Document.id).where(
                    Document.subject_id == task_id,
                    *documents.in_force(DocumentKind.APPROVAL),
                )
            )
        ),
    )


def _draft(task: Task, content: Content) -> documents.Draft:
    return documents.Draft(
        kind=DocumentKind.APPROVAL,
        subject_id=task.id,
        visit_id=None,
        uscc=None,  # so that no enterprise finds it among its documents
        content=content,
        content_hash=content_hash(content),
        party=Party(),
        officers=(),
    )


def _of_plan(work: Work, agency: Agency, plan: Plan) -> Content:
    return {
        "v": VERSION,
        "content": str(DocumentKind.APPROVAL),
        "provisional_no": "",
        "agency": approval_contents.of_agency(agency),
        "plan": {
            "no": plan.no or "",
            "version": plan.version,
            "title": plan.title,
            "reason": plan.reason,
            "filed_at": local_minute(plan.filed_at) if plan.filed_at else "",
        },
        "items": approval_contents.of_items(work, plan.item_ids),
        "joint": _names(work, plan.joint_agency_ids),
        "assisting": _names(work, plan.assist_agency_ids),
        "submitted": _submitted(work, plan),
        "approval": approval_contents.of_approval(_approval(work, plan)),
    }


def _names(work: Work, agency_ids: Sequence[str]) -> list[str]:
    """Of agencies that a plan names, in its order."""
    if not agency_ids:
        return []
    rows = select(Agency.id, Agency.name).where(Agency.id.in_(agency_ids))
    named = {row.id: row.name for row in work.session.execute(rows)}
    return [named[id_] for id_ in agency_ids]


def _submitted(work: Work, plan: Plan) -> dict[str, str]:
    version = work.session.get(PlanVersion, (plan.id, plan.version))
    person = work.session.get(Person, version.submitted_by if version else plan.planner_id)
    at = version.submitted_at if version else plan.submitted_at
    return {"name": person.name if person else "", "at": local_minute(at) if at else ""}


def _on_site(work: Work, task: Task) -> dict[str, str]:
    """Who asks for the approval of an emergency: the officer who opened the visit, and when."""
    officer = work.session.get(Officer, task.officer_ids[0])
    visit = work.session.get(Visit, task.visit_id) if task.visit_id else None
    at = visit.opened_at if visit else None
    return {"name": officer.name if officer else "", "at": local_minute(at) if at else ""}


def _approval(work: Work, plan: Plan) -> Approval | None:
    return work.session.scalars(
        select(Approval)
        .where(
            Approval.plan_id == plan.id,
            Approval.plan_version == plan.version,
            Approval.decision == Decision.APPROVED,
        )
        .order_by(Approval.at.desc())
        .limit(1)
    ).one_or_none()


def _findings(work: Work, plan: Plan) -> Mapping[str | None, list[dict[str, str]]]:
    """What the rules said and how it was explained, by target; under None what is of the plan."""
    by_target: dict[str | None, list[dict[str, str]]] = {}
    rows = work.session.scalars(
        select(PlanFinding)
        .where(PlanFinding.plan_id == plan.id, PlanFinding.plan_version == plan.version)
        .order_by(PlanFinding.rule)
    )
    for row in rows:
        said = {
            "rule": row.rule,
            "effect": row.effect,
            "text": row.text_zh,
            "explanation": row.explanation,
        }
        by_target.setdefault(row.target_id, []).append(said)
    return by_target


def _in_parts(tasks: Sequence[Task]) -> Iterator[Sequence[Task]]:
    """A query names only so many things at once."""
    return iter([tasks[n : n + AT_ONCE] for n in range(0, len(tasks), AT_ONCE)])
