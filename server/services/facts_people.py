"""What the plan rules look at of officers: certificates, bookings, recusals."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, or_, select

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
from server.work import Work
from shared.localtime import local_day
from shared.plans.facts import CertificateFacts, OfficerFacts
from shared.plans.model import Plan

GIVEN_UP = (TaskStatus.CANCELLED, TaskStatus.UNABLE)


def officers(work: Work, plan: Plan) -> dict[str, OfficerFacts]:
    """The officers of a plan, with certificates that were not revoked."""
    ids = _named(plan)
    people: dict[str, Any] = {}
    held: dict[str, list[CertificateFacts]] = {}
    for row in work.session.execute(_PEOPLE, {"ids": ids}):
        people[row.id] = row
        if row.number is not None and row.revoked_at is None:
            held.setdefault(row.id, []).append(_certificate(row))
    booked = _booked(work, plan, ids)
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


def recusals(work: Work, plan: Plan) -> dict[tuple[str, str], str]:
    """By (officer, USCC): why one of the plan's officers may not go to one of its enterprises."""
    told = {"ids": _named(plan), "plan_id": plan.id}
    rows = work.session.execute(_RECUSED, told).all()
    first: dict[str, date] = {}  # when the plan first goes to those with a recusal
    concerned = {uscc for _, uscc, _, _ in rows}
    for target in plan.targets if concerned else ():
        if target.uscc in concerned:
            first[target.uscc] = min(target.window_from, first.get(target.uscc, date.max))
    return {
        (officer, uscc): ground
        for officer, uscc, ground, until in rows
        if until is None or until >= first.get(uscc, date.min)
    }


_PEOPLE = (
    select(
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
    .where(Officer.id.in_(bindparam("ids", expanding=True)))
)

_RECUSED = select(Recusal.officer_id, Recusal.uscc, Recusal.ground, Recusal.until).where(
    Recusal.officer_id.in_(bindparam("ids", expanding=True)),
    Recusal.uscc.in_(select(PlanTarget.uscc).where(PlanTarget.plan_id == bindparam("plan_id"))),
    Recusal.ended_at.is_(None),
)
_BOOKED = (
    select(TaskOfficer.officer_id, func.count())
    .join(Task, Task.id == TaskOfficer.task_id)
    .where(
        Task.agency_id == bindparam("agency_id"),
        Task.window_to >= bindparam("since"),
        Task.window_from <= bindparam("until"),
        Task.status.notin_(GIVEN_UP),
        or_(Task.plan_id.is_(None), Task.plan_id != bindparam("plan_id")),
        TaskOfficer.officer_id.in_(bindparam("ids", expanding=True)),
    )
    .group_by(TaskOfficer.officer_id)
)


def _named(plan: Plan) -> list[str]:
    return sorted({id_ for team in plan.teams for id_ in team.officer_ids})


def _certificate(row: Any) -> CertificateFacts:
    return CertificateFacts(
        since=row.valid_from,
        until=row.valid_to,
        number=row.number,
        unit=row.certified_unit,
        checked_on=local_day(row.checked_at),
    )


def _booked(work: Work, plan: Plan, ids: Collection[str]) -> dict[str, int]:
    """Other tasks of this agency in the plan's window, by officer."""
    told = {
        "agency_id": plan.agency_id,
        "plan_id": plan.id,
        "since": plan.since,
        "until": plan.until,
        "ids": ids,
    }
    rows = work.session.execute(_BOOKED, told)
    return dict(rows.all())
