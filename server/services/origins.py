"""Where what was imported came from, and as of when: a row's own word, or its file's.

Rows of plans and checklists make one object together, yet each has its own source: a visit is noted
under its plan, a point under its checklist's version. An amendment's visits are its plan's.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server.models import Plan, PlanTarget, RowOrigin
from server.work import Work

TARGET = "plan_target"
POINT = "form_point"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who said so, as of when, and in which row of which import."""

    source: str
    as_of: datetime
    row: int
    run_id: str


def of(work: Work, kind: str, ids: Collection[str]) -> dict[str, Origin]:
    """By id, where these came from; what nobody imported is left out."""
    if not ids:
        return {}
    rows = work.session.execute(
        select(
            RowOrigin.object_id, RowOrigin.source, RowOrigin.as_of, RowOrigin.row, RowOrigin.run_id
        ).where(RowOrigin.kind == kind, RowOrigin.object_id.in_(ids))
    )
    return {
        id_: Origin(source=source, as_of=as_of, row=row, run_id=run_id)
        for id_, source, as_of, row, run_id in rows
    }


def of_targets(work: Work, plan: Plan, shown: Sequence[PlanTarget]) -> Mapping[str, Origin]:
    """By target, of some of a plan's targets; two queries, however many the plan has."""
    if not shown:
        return {}
    rows = work.session.execute(
        select(PlanTarget.id, PlanTarget.uscc)
        .where(
            PlanTarget.plan_id == plan.id, PlanTarget.uscc.in_({target.uscc for target in shown})
        )
        .order_by(PlanTarget.position)
    )
    named: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for id_, uscc in rows:
        seen[uscc] += 1
        named[id_] = target_name(plan, uscc, seen[uscc])
    known = of(work, TARGET, {named[target.id] for target in shown})
    return {target.id: known[named[target.id]] for target in shown if named[target.id] in known}


def target_name(plan: Plan, uscc: str, n: int) -> str:
    """What a plan's n-th visit of an enterprise is noted under, however often it is rewritten."""
    return f"{plan.amends_id or plan.id}/{uscc}/{n}"


def point_name(form_id: str, version: int, point_id: str) -> str:
    """What a point of a checklist's version is noted under."""
    return f"{form_id} {version} {point_id}"
