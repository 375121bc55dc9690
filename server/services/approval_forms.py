"""行政检查审批表 (D1; R24): for each task of a filed plan, what was approved, by whom and how.

Made in the transaction that files the plan, of rows that cannot change any more. It is an inner
document: an enterprise must not learn from it of a visit that is still to come.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from server.documents.kinds import DocumentKind
from server.documents.sheet import Party
from server.models import (
    Agency,
    Approval,
    Decision,
    Document,
    Enterprise,
    InspectionItem,
    LegalBasis,
    Person,
    Plan,
    PlanFinding,
    PlanVersion,
    Premise,
    Task,
)
from server.services import documents, views_plan
from server.services.scoping import one
from server.services.views_plan import OfficerLine
from server.work import Work
from shared.content import words
from shared.content.hashing import content_hash
from shared.localtime import local_minute

VERSION = 1
AT_ONCE = 500
Content = dict[str, Any]


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
            for task, own in _of_tasks(work, some, said)
        ],
    )


def of_task(work: Work, task_id: str) -> Document:
    """The form that counts for a task in reach; `NotFound`."""
    return documents.get(
        work,
        one(
            work.session.scalar(
                select(Document.id).where(
                    Document.subject_id == task_id,
                    Document.kind == DocumentKind.APPROVAL,
                    Document.superseded_by.is_(None),
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
    approval = _approval(work, plan)
    return {
        "v": VERSION,
        "content": str(DocumentKind.APPROVAL),
        "provisional_no": "",
        "agency": {
            "id": agency.id,
            "name": agency.name,
            "phone": agency.phone,
            "supervision_phone": agency.supervision_phone,
        },
        "plan": {
            "no": plan.no or "",
            "version": plan.version,
            "title": plan.title,
            "reason": plan.reason,
            "filed_at": local_minute(plan.filed_at) if plan.filed_at else "",
        },
        "items": _items(work, plan.item_ids),
        "joint": [],  # a plan has one agency
        "submitted": _submitted(work, plan),
        "approval": {
            "name": approval.by_name if approval else "",
            "reason": approval.reason if approval else "",
            "at": local_minute(approval.at) if approval else "",
            "second_factor_at": local_minute(approval.second_factor_at)
            if approval and approval.second_factor_at
            else "",
        },
    }


def _submitted(work: Work, plan: Plan) -> dict[str, str]:
    version = work.session.get(PlanVersion, (plan.id, plan.version))
    person = work.session.get(Person, version.submitted_by if version else plan.planner_id)
    at = version.submitted_at if version else plan.submitted_at
    return {"name": person.name if person else "", "at": local_minute(at) if at else ""}


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


def _items(work: Work, item_ids: Sequence[str]) -> list[dict[str, Any]]:
    items = {
        item.id: item
        for item in work.session.scalars(
            select(InspectionItem).where(InspectionItem.id.in_(item_ids))
        )
    }
    bases = {
        basis.id: {"title": basis.title, "article": basis.article}
        for basis in work.session.scalars(
            select(LegalBasis).where(
                LegalBasis.id.in_({id_ for item in items.values() for id_ in item.basis_ids})
            )
        )
    }
    return [
        {
            "code": items[id_].code,
            "name": items[id_].name,
            "bases": [bases[basis] for basis in items[id_].basis_ids if basis in bases],
        }
        for id_ in item_ids
        if id_ in items
    ]


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


def _of_tasks(
    work: Work, tasks: Sequence[Task], said: Mapping[str | None, list[dict[str, str]]]
) -> Iterator[tuple[Task, Content]]:
    firms = {
        row.uscc: row
        for row in work.session.scalars(
            select(Enterprise).where(Enterprise.uscc.in_({task.uscc for task in tasks}))
        )
    }
    places = {
        row.id: row.address
        for row in work.session.scalars(
            select(Premise).where(Premise.id.in_({task.premise_id for task in tasks}))
        )
    }
    people = views_plan.officer_lines(work, {id_ for task in tasks for id_ in task.officer_ids})
    for task in tasks:
        yield (
            task,
            {
                "task": _task(task),
                "enterprise": _enterprise(firms.get(task.uscc), task.uscc),
                "place": places.get(task.premise_id, ""),
                "officers": _officers(people[id_] for id_ in task.officer_ids if id_ in people),
                "findings": [*said.get(None, ()), *said.get(task.target_id, ())],
            },
        )


def _task(task: Task) -> Content:
    return {
        "id": task.id,
        "no": task.no,
        "kind": words.KINDS.get(task.kind, task.kind),
        "source": words.TRIGGERS.get(task.trigger, task.trigger),
        "method": words.METHODS.get(task.visit_type, task.visit_type),
        "window": {"from": task.window_from.isoformat(), "to": task.window_to.isoformat()},
        "assistants": task.assistant_count,
        "reason_onsite": task.reason_onsite,
        "frequency": {
            "year": task.frequency.get("year"),
            "agency_count": task.frequency.get("agency_count"),
            "cap": task.frequency.get("cap"),
            "enterprise_count": task.frequency.get("enterprise_count"),
            "counts": task.counts,
        },
        "urgent": {
            "oral_approver": task.oral_approver or "",
            "oral_at": local_minute(task.oral_at) if task.oral_at else "",
            "due": local_minute(task.post_approval_due) if task.post_approval_due else "",
        },
    }


def _enterprise(firm: Enterprise | None, uscc: str) -> dict[str, str]:
    return {
        "uscc": uscc,
        "name": firm.name if firm else "",
        "legal_rep": firm.legal_rep if firm else "",
        "address": firm.address if firm else "",
        "industry": firm.industry if firm else "",
        "grade": firm.grade if firm else "",
    }


def _officers(lines: Iterable[OfficerLine]) -> list[dict[str, str]]:
    return [
        {"name": line.name, "unit": line.unit, "certificate_no": line.certificate_no}
        for line in lines
    ]
