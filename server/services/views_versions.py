"""What a version of a plan changes in the one before, in words a head can read. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from server.models import (
    Approval,
    Decision,
    Person,
    Plan,
    PlanVersion,
)
from server.services import amendment_checks, naming
from server.work import Work
from shared.plans.amending import as_object

NAMED = (
    naming.OFFICERS,
    naming.ITEMS,
    naming.AGENCIES,
    naming.PREMISES,
    naming.ENTERPRISES,
    naming.BASES,
    naming.PLANS,
)
DAYS = frozenset(
    {"window_from", "window_to", "source_on", "oral_on", "approved_on", "until", "issued_on"}
)
Value = str | int | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """A field by name, with the values before and after: none, one, or several."""

    name: str
    before: tuple[Value, ...]
    after: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """An enterprise that is added, removed or changed."""

    uscc: str
    name: str
    premise: str
    officers: tuple[str, ...]
    window: tuple[date, date] | None
    fields: tuple[FieldLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    fields: tuple[FieldLine, ...]
    added: tuple[TargetLine, ...]
    removed: tuple[TargetLine, ...]
    changed: tuple[TargetLine, ...]
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version that was submitted; `filed_at` is empty for one that was returned or given up."""

    version: int
    submitted_by: str
    submitted_at: datetime
    approved_by: str
    filed_at: datetime | None
    reason: str
    content_hash: str
    diff: Diff | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentView:
    """An amendment on its way: what it amends, why, what it changes, and what it may not."""

    base: Plan
    reason: str
    diff: Diff
    amended_away: tuple[str, ...]
    """Numbers of tasks whose visit has begun and that it would take back."""


def amendment(work: Work, plan: Plan) -> AmendmentView | None:
    """What an amendment changes as things are now; None for any other plan."""
    if plan.amends_id is None:
        return None
    standing = amendment_checks.look(work, plan)
    (diff,) = _diffs(work, [as_object(standing.amendment)])
    return AmendmentView(
        base=standing.base,
        reason=plan.amend_reason,
        diff=diff,
        amended_away=tuple(task.no for task in standing.amended_away),
    )


def versions(work: Work, plan: Plan) -> tuple[VersionLine, ...]:
    """Every version of a plan that was submitted, the newest first."""
    rows = work.session.execute(
        select(
            PlanVersion.version,
            PlanVersion.submitted_at,
            PlanVersion.filed_at,
            PlanVersion.amend_reason,
            PlanVersion.content_hash,
            PlanVersion.changes,
            Person.name,
        )
        .outerjoin(Person, Person.id == PlanVersion.submitted_by)
        .where(PlanVersion.plan_id == plan.id)
        .order_by(PlanVersion.version.desc())
    ).all()
    approvers = dict(
        work.session.execute(
            select(Approval.plan_version, Approval.by_name).where(
                Approval.plan_id == plan.id, Approval.decision == Decision.APPROVED
            )
        ).all()
    )
    diffs = iter(_diffs(work, [row.changes for row in rows if row.changes]))
    return tuple(
        VersionLine(
            version=row.version,
            submitted_by=row.name or "",
            submitted_at=row.submitted_at,
            approved_by=approvers.get(row.version, ""),
            filed_at=row.filed_at,
            reason=row.amend_reason,
            content_hash=row.content_hash,
            diff=next(diffs) if row.changes else None,
        )
        for row in rows
    )


def _diffs(work: Work, kept: Sequence[Mapping[str, Any]]) -> list[Diff]:
    """Several at once, for their names are looked up together."""
    texts = {text for each in kept for text in _texts(each)}
    names = naming.names(work, texts, *NAMED)
    return [_diff(each, names) for each in kept]


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _diff(kept: Mapping[str, Any], names: Mapping[str, str]) -> Diff:
    def lines(part: str) -> tuple[TargetLine, ...]:
        return tuple(_target(each, names) for each in kept[part])

    return Diff(
        fields=tuple(_field(each, names) for each in kept["fields"]),
        added=lines("added"),
        removed=lines("removed"),
        changed=lines("changed"),
        kept=kept["kept"],
    )


def _target(kept: Mapping[str, Any], names: Mapping[str, str]) -> TargetLine:
    since, until = kept.get("window_from"), kept.get("window_to")
    return TargetLine(
        uscc=kept["uscc"],
        name=names.get(kept["uscc"], kept["uscc"]),
        premise=names.get(kept["premise_id"], ""),
        officers=tuple(names.get(id_, id_) for id_ in kept.get("officer_ids", ())),
        window=(date.fromisoformat(since), date.fromisoformat(until)) if since and until else None,
        fields=tuple(_field(each, names) for each in kept.get("fields", ())),
    )


def _field(kept: Mapping[str, Any], names: Mapping[str, str]) -> FieldLine:
    name = kept["name"]
    return FieldLine(
        name=name,
        before=tuple(_values(name, kept["before"], names)),
        after=tuple(_values(name, kept["after"], names)),
    )


def _values(name: str, value: Any, names: Mapping[str, str]) -> Iterable[Value]:
    if isinstance(value, Mapping):
        for part, each in value.items():
            yield from _values(part, each, names)
    elif isinstance(value, list):
        for each in value:
            yield from _values(name, each, names)
    elif name in DAYS and value:
        yield date.fromisoformat(value)
    elif value not in (None, ""):
        yield names.get(value, value) if isinstance(value, str) else value
