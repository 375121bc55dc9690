"""Folding every visit again from the ledger and comparing it with what people read.

They must be equal, always: the read models hold nothing of their own. Nothing is changed here.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select

from server.models import (
    EvidenceFile,
    LedgerEntry,
    TraceEvent,
    Visit,
    VisitAnswer,
    VisitFinding,
    VisitTask,
)
from server.services import reference_snapshot, visit_fold, visit_material, visit_rows
from server.services.reference_snapshot import Subject
from server.services.state_json import as_json
from server.services.visit_fold import Material
from server.services.visit_rows import Row
from server.work import Work
from shared.chain import event_hash

AT_ONCE = 100
Table = type[VisitTask] | type[VisitAnswer] | type[VisitFinding]
CHILDREN: Mapping[str, tuple[Table, str]] = {
    "tasks": (VisitTask, "task_id"),
    "answers": (VisitAnswer, "event_id"),
    "findings": (VisitFinding, "event_id"),
}
OF_EVENTS = ("visit_id", "device_id", "event_id", "sha256", "size")
"""What an evidence row must say as its event does; how far the file has come is not of the fold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A place where stored and folded do not agree."""

    visit_id: str
    where: str
    stored: Any
    folded: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A visit that would be judged otherwise by what is known today: codes then and now."""

    visit_id: str
    then: Sequence[str]
    now: Sequence[str]


def visit_ids(work: Work, *, after: str = "", limit: int = AT_ONCE) -> list[str]:
    """The next visits there are events or rows of, in the order of their ids."""
    traced = select(TraceEvent.visit_id.label("id")).where(TraceEvent.visit_id > after)
    shown = select(Visit.id.label("id")).where(Visit.id > after)
    both = traced.union(shown).subquery()
    return list(work.session.scalars(select(both.c.id).order_by(both.c.id).limit(limit)))


def differences(work: Work, ids: Sequence[str]) -> Iterator[Difference]:
    """Every difference of these visits."""
    materials = visit_material.load(work, ids)
    stored = {row.id: row for row in work.session.scalars(select(Visit).where(Visit.id.in_(ids)))}
    for visit_id in ids:
        material, row = materials.get(visit_id), stored.get(visit_id)
        if material is None or row is None:
            yield Difference(
                visit_id=visit_id,
                where="visit",
                stored=row is not None,
                folded=material is not None,
            )
        else:
            yield from _of_hashes(material)
            yield from _of_visit(work, material, row)


def is_invented(difference: Difference) -> bool:
    """Whether it is a row of a visit that no event speaks of, which nothing can be made from."""
    return difference.where == "visit" and difference.folded is False


def unledgered(work: Work) -> int:
    """How many stored events the ledger does not know by the same hash: none, ever."""
    known = exists().where(
        LedgerEntry.event_id == TraceEvent.id, LedgerEntry.hash == TraceEvent.hash
    )
    return work.session.scalar(select(func.count()).select_from(TraceEvent).where(~known)) or 0


def judged_otherwise(work: Work, ids: Sequence[str]) -> Iterator[Judged]:
    """Visits whose irregularities would differ with today's reference data."""
    for visit_id, material in visit_material.load(work, ids).items():
        subject = Subject(
            visit_id=visit_id,
            events=material.ordered,
            tablet_id="",
            tablet_facts=_first_tablet(material),
        )
        known = reference_snapshot.present(work, subject, material.objects)
        del known[f"tablet:{subject.tablet_id}"]
        then = _codes(material)
        now = _codes(material.judged_instead_by(known))
        if then != now:
            yield Judged(visit_id=visit_id, then=then, now=now)


def _first_tablet(material: Material) -> Mapping[str, object]:
    known = material.known()
    facts: Mapping[str, object] = known[f"tablet:{material.ordered[0].device_id}"]
    return facts


def _codes(material: Material) -> list[str]:
    return sorted({said.code for said in visit_fold.fold(material).irregularities})


def _of_hashes(material: Material) -> Iterator[Difference]:
    for event in material.ordered:
        found = event_hash(event.raw)
        if found != event.hash:
            yield Difference(
                visit_id=material.visit_id,
                where=f"event {event.id} hash",
                stored=event.hash,
                folded=found,
            )


def _of_visit(work: Work, material: Material, row: Visit) -> Iterator[Difference]:
    rows = visit_rows.rows(visit_fold.fold(material))
    yield from _compare(row.id, "visit", _columns(row, rows.visit), rows.visit)
    for name, (table, key) in CHILDREN.items():
        there = {
            getattr(child, key): child
            for child in work.session.scalars(select(table).where(table.visit_id == row.id))
        }
        wanted = {child[key]: child for child in getattr(rows, name)}
        yield from _compare_rows(row.id, name, there, wanted)
    yield from _of_evidence(work, row.id, rows.evidence)


def _of_evidence(work: Work, visit_id: str, rows: Sequence[Row]) -> Iterator[Difference]:
    noted = select(EvidenceFile).where(
        EvidenceFile.visit_id == visit_id, EvidenceFile.event_id.is_not(None)
    )
    there = {file.id: file for file in work.session.scalars(noted)}
    by = {id_: file.event_id for id_, file in there.items()}
    # An id that two events name stays with whichever came first.
    first = visit_rows.first_of_each(sorted(rows, key=lambda r: by.get(r["id"]) != r["event_id"]))
    elsewhere = _of_other_visits(work, visit_id, first.keys() - there.keys())
    wanted = {
        id_: {name: row[name] for name in OF_EVENTS}
        for id_, row in first.items()
        if id_ not in elsewhere
    }
    yield from _compare_rows(visit_id, "evidence", there, wanted)


def _of_other_visits(work: Work, visit_id: str, missing: Collection[str]) -> set[str]:
    """Ids that a file of another visit has already: no file of this one can."""
    if not missing:
        return set()
    query = select(EvidenceFile.id).where(
        EvidenceFile.id.in_(missing), EvidenceFile.visit_id != visit_id
    )
    return set(work.session.scalars(query))


def _compare_rows(
    visit_id: str, table: str, stored: Mapping[str, Any], folded: Mapping[str, Row]
) -> Iterator[Difference]:
    for key in sorted({*stored, *folded}):
        if key not in stored or key not in folded:
            yield Difference(
                visit_id=visit_id,
                where=f"{table} {key}",
                stored=key in stored,
                folded=key in folded,
            )
        else:
            columns = _columns(stored[key], folded[key])
            yield from _compare(visit_id, f"{table} {key}", columns, folded[key])


def _columns(row: Any, names: Row) -> Row:
    return {name: getattr(row, name) for name in names}


def _compare(visit_id: str, where: str, stored: Row, folded: Row) -> Iterator[Difference]:
    for name, value in folded.items():
        if as_json(stored[name]) != as_json(value):
            yield Difference(
                visit_id=visit_id, where=f"{where} {name}", stored=stored[name], folded=value
            )
