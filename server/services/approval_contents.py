"""What an approval form (D1) says of its tasks: enterprise, officers, items, frequency, urgency.

Read from rows that cannot change any more; `approval_forms` makes the documents of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from server.models import (
    Agency,
    Approval,
    Enterprise,
    InspectionItem,
    LegalBasis,
    PlanTarget,
    Premise,
    Task,
)
from server.services import views_plan
from server.services.views_plan import OfficerLine
from server.work import Work
from shared.content import words
from shared.localtime import local_minute

Content = dict[str, Any]


def of_agency(agency: Agency) -> Content:
    return {
        "id": agency.id,
        "name": agency.name,
        "phone": agency.phone,
        "supervision_phone": agency.supervision_phone,
    }


def of_approval(approval: Approval | None) -> Content:
    """Who approved, why, when, and when the second factor was proven; blank while nobody did."""
    if approval is None:
        return {"name": "", "reason": "", "at": "", "second_factor_at": ""}
    proven = approval.second_factor_at
    return {
        "name": approval.by_name,
        "reason": approval.reason,
        "at": local_minute(approval.at),
        "second_factor_at": local_minute(proven) if proven else "",
    }


def of_items(work: Work, item_ids: Sequence[str]) -> list[Content]:
    """The items in this order, each with its legal bases."""
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


def of_tasks(
    work: Work, tasks: Sequence[Task], said: Mapping[str | None, list[dict[str, str]]]
) -> Iterator[tuple[Task, Content]]:
    """Each task with what its form says of it alone. `said` is what the rules found, by target."""
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
    sources = {
        id_: (no, on)
        for id_, no, on in work.session.execute(
            select(PlanTarget.id, PlanTarget.source_no, PlanTarget.source_on).where(
                PlanTarget.id.in_({task.target_id for task in tasks if task.target_id}),
                PlanTarget.source_no != "",
            )
        )
    }
    people = views_plan.officer_lines(work, {id_ for task in tasks for id_ in task.officer_ids})
    for task in tasks:
        yield (
            task,
            {
                "task": _task(task, sources.get(task.target_id or "")),
                "enterprise": _enterprise(firms.get(task.uscc), task.uscc),
                "place": places.get(task.premise_id, ""),
                "officers": _officers(people[id_] for id_ in task.officer_ids if id_ in people),
                "findings": [*said.get(None, ()), *said.get(task.target_id, ())],
            },
        )


def _task(task: Task, source: tuple[str, date | None] | None) -> Content:
    no, on = source or ("", None)
    return {
        "id": task.id,
        "no": task.no,
        "kind": words.KINDS.get(task.kind, task.kind),
        "source": words.TRIGGERS.get(task.trigger, task.trigger),
        "source_no": no,
        "source_on": on.isoformat() if on else "",
        "method": words.METHODS.get(task.visit_type, task.visit_type),
        "window": {"from": task.window_from.isoformat(), "to": task.window_to.isoformat()},
        "assistants": task.assistant_count,
        "reason_onsite": task.reason_onsite,
        "frequency": {
            "year": task.frequency.get("year"),
            "agency_count": task.frequency.get("agency_count"),
            "exempt": task.frequency.get("exempt"),
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
