"""Proposed joint visits as the console shows them. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select

from server.models import (
    Agency,
    Enterprise,
    Form,
    MergePart,
    MergeProposal,
    MergeSearch,
    MergeStatus,
    Officer,
    Premise,
    Task,
)
from server.services import merges, reference_objects
from server.services.listing import AT_ONCE, Filter, Page, begins_with
from server.services.merges import Totals
from server.services.tasks import NOT_BEGUN, OVER_BEFORE
from server.work import Work
from shared import reference
from shared.merging.points import Composite, composite
from shared.roles import Role

Row = TypeVar("Row", Task, Officer)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    id: str
    enterprise: str
    agencies: tuple[str, ...]
    status: str
    window_from: date
    window_to: date
    tasks: int
    points_merged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """What an agency brings; `is_known` when who asks may open the task."""

    task: Task
    agency: str
    is_lead: bool
    is_known: bool
    is_accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeView:
    proposal: MergeProposal
    line: MergeLine
    premise: Premise | None
    parts: tuple[PartLine, ...]
    officers: tuple[str, ...]
    form: Composite
    waits_for_me: bool
    may_dissolve: bool
    """Accepted, of the head's own agency too, and nobody has gone yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """The newest search, and what came of it so far."""

    search: MergeSearch
    totals: Totals
    year: int
    of_year: Totals
    """What was merged of this and every other search of its year."""

    @property
    def merged_percent(self) -> int:
        """How many of its tasks share a visit by now."""
        return round(100 * self.totals.tasks / self.search.tasks) if self.search.tasks else 0


def lines(work: Work, wanted: Filter) -> Page[MergeLine]:
    """Proposals in reach, the newest first."""
    found = merges.page(
        work,
        status=wanted.status or None,
        after=wanted.before or None,
        limit=AT_ONCE + 1,
        text=wanted.text,
    )
    shown = _lines(work, found[:AT_ONCE])
    return Page(lines=shown, next_before=begins_with(shown, len(found)))


def one(work: Work, proposal_id: str) -> MergeView:
    """One proposal; `NotFound` out of reach."""
    row = merges.get(work, proposal_id)
    every = merges.parts(work, [row.id])
    tasks = _by_id(work, Task, [part.task_id for part in every])
    names = _agencies(work, every)
    own = [part for part in every if part.agency_id == work.who.agency_id]
    officers = _by_id(work, Officer, row.officer_ids)
    return MergeView(
        proposal=row,
        line=_lines(work, [row])[0],
        premise=work.session.get(Premise, row.premise_id),
        parts=tuple(
            PartLine(
                task=tasks[part.task_id],
                agency=names[part.agency_id],
                is_lead=part.agency_id == row.lead_agency_id,
                is_known=part in own,
                is_accepted=part.accepted_at is not None,
            )
            for part in every
        ),
        officers=tuple(officers[id_].name for id_ in row.officer_ids if id_ in officers),
        form=_form(work, [tasks[part.task_id] for part in every]),
        waits_for_me=row.status == MergeStatus.PROPOSED
        and work.who.is_any((Role.HEAD,))
        and any(part.accepted_at is None for part in own),
        may_dissolve=row.status == MergeStatus.ACCEPTED
        and work.who.is_any((Role.HEAD,))
        and bool(own)
        and all(task.status in NOT_BEGUN | OVER_BEFORE for task in tasks.values()),
    )


def search(work: Work) -> SearchView | None:
    """The newest search of the region, if there was one."""
    found = merges.last_search(work)
    if found is None:
        return None
    return SearchView(
        search=found,
        totals=merges.totals(work, found),
        year=found.since.year,
        of_year=merges.totals_of_year(work, found.since.year),
    )


def _lines(work: Work, found: Sequence[MergeProposal]) -> tuple[MergeLine, ...]:
    every = merges.parts(work, [row.id for row in found])
    names = _agencies(work, every)
    firms = dict(
        work.session.execute(
            select(Enterprise.uscc, Enterprise.name).where(
                Enterprise.uscc.in_({row.uscc for row in found})
            )
        ).all()
    )
    return tuple(
        MergeLine(
            id=row.id,
            enterprise=firms.get(row.uscc, row.uscc),
            agencies=_in_order(row, every, names),
            status=row.status,
            window_from=row.window_from,
            window_to=row.window_to,
            tasks=sum(part.proposal_id == row.id for part in every),
            points_merged=row.points_merged,
        )
        for row in found
    )


def _in_order(
    row: MergeProposal, every: Sequence[MergePart], names: dict[str, str]
) -> tuple[str, ...]:
    """The agencies' names, the lead first."""
    ids = {part.agency_id for part in every if part.proposal_id == row.id}
    return tuple(
        names[id_] for id_ in sorted(ids, key=lambda id_: (id_ != row.lead_agency_id, id_))
    )


def _agencies(work: Work, every: Sequence[MergePart]) -> dict[str, str]:
    ids = {part.agency_id for part in every}
    return dict(
        work.session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(ids))).all()
    )


def _by_id(work: Work, table: type[Row], ids: Sequence[str]) -> dict[str, Row]:
    return {row.id: row for row in work.session.scalars(select(table).where(table.id.in_(ids)))}


def _form(work: Work, tasks: Sequence[Task]) -> Composite:
    named = {(form["id"], form["version"]): None for task in tasks for form in task.forms}
    rows = {
        (row.id, row.version): row
        for row in work.session.scalars(select(Form).where(Form.id.in_({id_ for id_, _ in named})))
    }
    read = reference.FormSchema()
    return composite(
        [read.load(reference_objects.form(rows[name])) for name in named if name in rows]
    )
