"""A stored plan as the rules see it, and the JSON of its approval and letters both ways."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Text, bindparam, cast, select

from server.models import Plan as PlanRow
from server.models import PlanStatus, PlanTarget
from server.together import Answers, Query, Together
from server.work import Work
from shared.plans.model import (
    Approver,
    AssistLetter,
    Plan,
    PlanKind,
    SpecialApproval,
    Target,
    Term,
    Trigger,
    VisitType,
)

FILED = (PlanStatus.FILED, PlanStatus.PUBLISHED, PlanStatus.AMENDED, PlanStatus.CLOSED)
"""Filed, whether or not it still goes on."""

TARGETS: Mapping[str, Query] = {
    "targets": select(
        PlanTarget.id,
        PlanTarget.position,
        PlanTarget.uscc,
        PlanTarget.premise_id,
        cast(PlanTarget.officer_ids, Text).label("officer_ids"),
        PlanTarget.assistant_count,
        PlanTarget.window_from,
        PlanTarget.window_to,
        PlanTarget.reason_onsite,
        PlanTarget.source_no,
        PlanTarget.source_on,
        PlanTarget.recheck_of,
        PlanTarget.letter,
    ).where(PlanTarget.plan_id == bindparam("plan_id"))
}
"""Officers come as they are written: the same few pairs are read once, not for every target."""
_TARGETS = Together(TARGETS)


def stored(work: Work, row: PlanRow) -> Plan:
    """A stored plan with all its targets, however many, of which the session keeps none."""
    work.session.flush()
    return of_targets(row, _TARGETS.ask(work.session, {"plan_id": row.id}))


def of_targets(row: PlanRow, found: Answers) -> Plan:
    """The same, of what `TARGETS` finds."""
    ids_in = cache(read_ids)
    rows = sorted(found["targets"], key=lambda each: each.position)
    return _plan(row, tuple(_target(row, each, ids_in(each.officer_ids)) for each in rows))


def read_ids(written: str) -> tuple[str, ...]:
    """A list of ids as its column writes it."""
    return tuple(json.loads(written))


def targets_of(work: Work, plan_id: str) -> list[PlanTarget]:
    """A plan's targets in their order."""
    work.session.flush()
    rows = select(PlanTarget).where(PlanTarget.plan_id == plan_id).order_by(PlanTarget.position)
    return list(work.session.scalars(rows))


def as_plan(row: PlanRow, targets: Iterable[PlanTarget]) -> Plan:
    """A stored plan as the rules see it; a target without a window has the plan's."""
    return _plan(row, tuple(_target(row, each, tuple(each.officer_ids)) for each in targets))


def _plan(row: PlanRow, targets: tuple[Target, ...]) -> Plan:
    return Plan(
        id=row.id,
        agency_id=row.agency_id,
        kind=PlanKind(row.kind),
        trigger=Trigger(row.trigger),
        visit_type=VisitType(row.visit_type),
        year=row.year,
        window_from=row.window_from,
        window_to=row.window_to,
        item_ids=tuple(row.item_ids),
        targets=targets,
        title=row.title,
        reason=row.reason,
        term=Term(row.term),
        annual_plan_id=row.annual_plan_id,
        frequency=row.frequency,
        pool_size=row.pool_size,
        sample_percent=row.sample_percent,
        joint_agency_ids=tuple(row.joint_agency_ids),
        assist_agency_ids=tuple(row.assist_agency_ids),
        licence_basis_id=row.licence_basis_id,
        special=read_special(row.special),
        oral_approver=row.oral_approver,
        oral_on=row.oral_on,
    )


def _target(plan: PlanRow, row: Any, officer_ids: tuple[str, ...]) -> Target:
    """`row` is a target, or as much of one as `TARGETS` reads."""
    return Target(
        id=row.id,
        position=row.position,
        uscc=row.uscc,
        premise_id=row.premise_id,
        officer_ids=officer_ids,
        assistant_count=row.assistant_count,
        window_from=row.window_from or plan.window_from,
        window_to=row.window_to or plan.window_to,
        reason_onsite=row.reason_onsite,
        source_no=row.source_no,
        source_on=row.source_on,
        recheck_of=row.recheck_of,
        letter=read_letter(row.letter),
    )


def read_special(kept: Mapping[str, Any] | None) -> SpecialApproval | None:
    """The approval of a special inspection, as the column keeps it."""
    if kept is None:
        return None
    return SpecialApproval(
        document=kept["document"],
        approver=Approver(kept["approver"]),
        approved_on=date.fromisoformat(kept["approved_on"]),
        until=date.fromisoformat(kept["until"]) if kept.get("until") else None,
        target_limit=kept.get("target_limit"),
        deployed_by=kept.get("deployed_by") or "",
    )


def kept_special(special: SpecialApproval | None) -> dict[str, Any] | None:
    """The same as the column keeps it."""
    if special is None:
        return None
    return {
        "document": special.document,
        "approver": str(special.approver),
        "approved_on": special.approved_on.isoformat(),
        "until": special.until.isoformat() if special.until else None,
        "target_limit": special.target_limit,
        "deployed_by": special.deployed_by,
    }


def read_letter(kept: Mapping[str, Any] | None) -> AssistLetter | None:
    """A letter of assistance, as the column keeps it."""
    if kept is None:
        return None
    return AssistLetter(
        no=kept["no"],
        host_agency_id=kept["host_agency_id"],
        issued_on=date.fromisoformat(kept["issued_on"]),
    )


def kept_letter(letter: AssistLetter | None) -> dict[str, Any] | None:
    """The same as the column keeps it."""
    if letter is None:
        return None
    return {
        "no": letter.no,
        "host_agency_id": letter.host_agency_id,
        "issued_on": letter.issued_on.isoformat(),
    }
