"""What the plan rules look at of officers: certificates, bookings, recusals."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, literal, or_, select

from server.database import any_of
from server.models import (
    Certificate,
    Officer,
    OfficerKind,
    PlanTarget,
    Recusal,
    Task,
    TaskOfficer,
    TaskStatus,
)
from server.together import Answers, Query
from shared.localtime import local_day
from shared.plans.facts import CertificateFacts, OfficerFacts
from shared.plans.model import Plan

NOT_GIVEN_UP = Task.status.notin_(
    [literal(str(each)) for each in (TaskStatus.CANCELLED, TaskStatus.UNABLE)]
)

PEOPLE: Mapping[str, Query] = {
    "officers": select(
        Officer.id,
        Officer.name,
        Officer.agency_id,
        Officer.kind,
        Officer.unit,
        Certificate.number,
        Certificate.unit.label("certified_unit"),
        Certificate.valid_from,
        Certificate.valid_to,
        Certificate.revoked_at,
        Certificate.checked_at,
    )
    .outerjoin(Certificate, Certificate.officer_id == Officer.id)
    .where(any_of(Officer.id, "officers")),
    "booked": select(TaskOfficer.officer_id, func.count().label("tasks"))
    .join(Task, Task.id == TaskOfficer.task_id)
    .where(
        Task.agency_id == bindparam("agency_id"),
        Task.window_to >= bindparam("first_day"),
        Task.window_from <= bindparam("last_day"),
        NOT_GIVEN_UP,
        or_(Task.plan_id.is_(None), Task.plan_id != bindparam("plan_id")),
        any_of(TaskOfficer.officer_id, "officers"),
    )
    .group_by(TaskOfficer.officer_id)
    .subquery(),
    "recusals": select(Recusal.officer_id, Recusal.uscc, Recusal.ground, Recusal.until).where(
        any_of(Recusal.officer_id, "officers"),
        Recusal.uscc.in_(select(PlanTarget.uscc).where(PlanTarget.plan_id == bindparam("plan_id"))),
        Recusal.ended_at.is_(None),
    ),
}
"""What concerns the officers of a plan: themselves, other tasks of its days, recusals."""


def asked(plan: Plan) -> dict[str, Any]:
    """What `PEOPLE` is asked with."""
    return {
        "plan_id": plan.id,
        "agency_id": plan.agency_id,
        "first_day": plan.since,
        "last_day": plan.until,
        "officers": sorted({id_ for team in plan.teams for id_ in team.officer_ids}),
    }


def officers(found: Answers) -> dict[str, OfficerFacts]:
    """The officers of a plan, with certificates that were not revoked."""
    people: dict[str, Any] = {}
    held: dict[str, list[CertificateFacts]] = {}
    for row in found["officers"]:
        people[row.id] = row
        if row.number is not None and row.revoked_at is None:
            held.setdefault(row.id, []).append(_certificate(row))
    booked = {row.officer_id: row.tasks for row in found["booked"]}
    return {
        id_: OfficerFacts(
            name=person.name,
            agency_id=person.agency_id,
            is_assistant=person.kind == OfficerKind.ASSISTANT,
            certificates=tuple(held.get(id_, ())),
            unit=person.unit,
            booked=booked.get(id_, 0),
        )
        for id_, person in people.items()
    }


def recusals(plan: Plan, found: Answers) -> dict[tuple[str, str], str]:
    """By (officer, USCC): why one of the plan's officers may not go to one of its enterprises."""
    rows = found["recusals"]
    first: dict[str, date] = {}  # when the plan first goes to those with a recusal
    concerned = {row.uscc for row in rows}
    for target in plan.targets if concerned else ():
        if target.uscc in concerned:
            first[target.uscc] = min(target.window_from, first.get(target.uscc, date.max))
    return {
        (row.officer_id, row.uscc): row.ground
        for row in rows
        if row.until is None or row.until >= first.get(row.uscc, date.min)
    }


def _certificate(row: Any) -> CertificateFacts:
    return CertificateFacts(
        since=row.valid_from,
        until=row.valid_to,
        number=row.number,
        unit=row.certified_unit,
        checked_on=local_day(row.checked_at),
    )
