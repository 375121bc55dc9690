"""The one writer of what people read of visits: folds the ledger and stores the rows.

It runs in the transaction that brought the events or facts, under the visit's lock. A visit that
is whole and regular is handed to results there and then; an irregular one waits for a ruling.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache

from sqlalchemy import Delete, delete, select
from sqlalchemy.orm.attributes import set_committed_value

from server.database import any_of, insert_all, objects_of, rows_of
from server.models import (
    Base,
    EvidenceFile,
    EvidenceState,
    Visit,
    VisitAnswer,
    VisitFinding,
    VisitTask,
)
from server.services import (
    audit,
    emergency_visits,
    site_contacts,
    stamps,
    telling,
    visit_facts,
    visit_fold,
    visit_material,
    visit_rows,
    visited_tasks,
)
from server.services.fold_memory import OF_THIS_PROCESS
from server.services.scoping import one
from server.services.visit_facts import Fact
from server.services.visit_fold import Folded, Material
from server.services.visit_rows import Row, Rows, Touched
from server.work import Work
from shared.events.envelope import Event

Tell = Callable[[Work, Folded, Visit], None]
_VISITS = select(*[one for one in Visit.__table__.columns if one.key != "state"]).where(
    any_of(Visit.id, "visits")
)
_STATES = select(Visit.id, Visit.state).where(any_of(Visit.id, "visits"))
FILES_THERE = select(EvidenceFile.id).where(any_of(EvidenceFile.id, "files"))
"""Which of some files were heard of before."""
_FILES = select(EvidenceFile).where(any_of(EvidenceFile.id, "files"))


def folded(work: Work, visit_id: str) -> Folded:
    """A visit folded from the ledger as it is now; `NotFound` if nothing of it was taken in."""
    return visit_fold.fold(one(visit_material.load(work, [visit_id]).get(visit_id)))


def project(
    work: Work,
    materials: Sequence[Material],
    facts: Mapping[str, list[Fact]],
    met: Collection[str] | None = None,
    tell: Tell = telling.tell,
    came: Mapping[str, Collection[Event]] | None = None,
) -> dict[str, Folded]:
    """Fold and store visits, whose locks this transaction holds; returns them by id.

    `facts` are the very lists the materials hold: a task that another visit has is noted there.
    `met` are the visits that may have been projected before, if not all. `tell` is called for those
    whose result goes out. `came` are the events since visits were projected last: only what they
    touch is written anew of these; all of a visit of which nothing is said.
    """
    wanted = {each.visit_id: list(visit_rows.agencies_of_tasks(each)) for each in materials}
    tasks = visited_tasks.lock(work, (id_ for ids in wanted.values() for id_ in ids))
    for visit_id, task_ids in wanted.items():
        visited_tasks.claim(work, visit_id, task_ids, tasks, facts[visit_id])
    done = {each.visit_id: OF_THIS_PROCESS.fold(each) for each in materials}
    for visit_id, each in done.items():
        emergency_visits.write_down(work, each, facts[visit_id])
    rows = {visit_id: visit_rows.rows(each) for visit_id, each in done.items()}
    before = _before(work, done if met is None else met)
    to_tell = [id_ for id_ in done if done[id_].goes_out and _is_news(rows[id_], before.get(id_))]
    touched = {
        visit_id: visit_rows.touched(
            rows[visit_id], events, facts_came=_came(work, facts[visit_id])
        )
        for visit_id, events in (came or {}).items()
        if events and _stands(rows[visit_id], before.get(visit_id))
    }
    visits = _store(work, rows, before, touched)
    visited_tasks.move(work, list(done.values()), tasks)
    if not work.session.gathers:
        work.session.flush()
    for visit_id in (id_ for id_ in rows if rows[id_].visit["complete"]):
        stamps.expect(work, visit_id)
    for visit_id, each in done.items():
        site_contacts.note(work, each, rows[visit_id].visit["uscc"])
    for visit_id in to_tell:
        tell(work, done[visit_id], visits[visit_id])
    return done


def store_again(work: Work, visit_id: str) -> None:
    """Write a visit's rows anew from the ledger, as a newer program folds it; tells nobody."""
    visit_facts.lock(work, [visit_id])
    done = folded(work, visit_id)
    rows = {visit_id: visit_rows.rows(done)}
    before = _before(work, rows)
    if not before:  # of what is missing as a whole all else is written anew as well
        before[visit_id] = Visit()
        work.session.add(before[visit_id])
    _store(work, rows, before, {})
    audit.write(work, "visit.stored_again", "visit", visit_id)


def _before(work: Work, visit_ids: Collection[str]) -> dict[str, Visit]:
    """Visits as they stand. The states of those that are whole are read: only they may be news."""
    if not visit_ids:
        return {}
    there = objects_of(work.session, Visit, _VISITS, {"visits": list(visit_ids)})
    found = {row.id: row for row in there}
    whole = [row.id for row in there if row.complete]
    if whole:
        for visit_id, state in rows_of(work.session, _STATES, {"visits": whole}):
            set_committed_value(found[visit_id], "state", state)
    return found


def _is_news(rows: Rows, before: Visit | None) -> bool:
    """Whether the result has not gone out yet, or what it was built from has changed."""
    if before is None or not before.complete:
        return True
    waited = before.irregular and before.ruling != "ratify"
    return waited or before.state != rows.visit["state"]


def _came(work: Work, facts: Sequence[Fact]) -> bool:
    """Whether this transaction noted any of these facts."""
    return any(fact.at == work.now for fact in facts)


def _stands(rows: Rows, before: Visit | None) -> bool:
    """Whether the visit is there already, and what its other rows repeat of it is as it was."""
    return before is not None and all(
        getattr(before, name) == rows.visit[name] for name in visit_rows.REPEATED
    )


def _store(
    work: Work,
    rows: Mapping[str, Rows],
    before: Mapping[str, Visit],
    touched: Mapping[str, Touched],
) -> dict[str, Visit]:
    """Write the rows, of visits in `touched` these alone; returns those of the visits."""
    visits = {}
    for visit_id, each in rows.items():
        visit = visits[visit_id] = before.get(visit_id) or Visit()
        row = {**each.visit, "changed_at": work.now}
        if visit_id in before:
            for name, value in row.items():
                # To compare is cheaper than to note a change, but not to read what was there.
                if name not in visit.__dict__ or getattr(visit, name) != value:
                    setattr(visit, name, value)
        else:
            visit.__dict__.update(row)  # of a new row nothing has to be noted as changed
            work.session.add(visit)
    tasks = {id_: rows[id_].tasks for id_ in rows if id_ not in touched or touched[id_].tasks}
    found = {id_: rows[id_].findings for id_ in rows if id_ not in touched or touched[id_].findings}
    whole = [visit_id for visit_id in before if visit_id not in touched]
    replaced = [event_id for each in touched.values() for event_id in each.replaced]
    _remove(work, VisitTask, "visit_id", [visit_id for visit_id in before if visit_id in tasks])
    _remove(work, VisitFinding, "visit_id", [visit_id for visit_id in before if visit_id in found])
    _remove(work, VisitAnswer, "visit_id", whole)
    _remove(work, VisitAnswer, "event_id", replaced)
    insert_all(work.session, VisitTask, [row for each in tasks.values() for row in each])
    insert_all(work.session, VisitFinding, [row for each in found.values() for row in each])
    written = [touched.get(visit_id, each) for visit_id, each in rows.items()]
    insert_all(work.session, VisitAnswer, [row for each in written for row in each.answers])
    _note_evidence(work, [row for each in written for row in each.evidence])
    return visits


def _remove(work: Work, table: type[Base], of: str, values: Sequence[str]) -> None:
    if values:
        rows_of(work.session, _all_of(table, of), {"values": list(values)})


@cache
def _all_of(table: type[Base], of: str) -> Delete:
    return delete(table).where(any_of(getattr(table, of), "values"))


def _note_evidence(work: Work, rows: Sequence[Row]) -> None:
    """Note the files that events speak of; a file of the same id in another visit is left alone."""
    if not rows:
        return
    wanted = visit_rows.first_of_each(rows)
    there: dict[str, EvidenceFile] = {}
    if not work.session.foresees_nothing(FILES_THERE, {"files": list(wanted)}):
        with work.session.no_autoflush:  # the visit is written once, with what follows
            there = {one.id: one for one in work.session.scalars(_FILES, {"files": list(wanted)})}
    new: list[Row] = []
    for id_, row in wanted.items():
        file = there.get(id_)
        if file is None:
            new.append({**row, "noted_at": work.now})
        elif file.visit_id == row["visit_id"] and file.event_id is None:
            _adopt(file, row)
    insert_all(work.session, EvidenceFile, new)


def _adopt(file: EvidenceFile, row: Row) -> None:
    file.event_id = row["event_id"]
    if file.sha256 != row["sha256"]:  # another file was uploaded under this id: it is not this one
        file.sha256, file.size, file.media_type = row["sha256"], row["size"], row["media_type"]
        file.state, file.storage_key, file.completed_at = EvidenceState.PENDING, None, None
    elif file.state == EvidenceState.QUARANTINED:
        file.state = EvidenceState.BYTES_COMPLETE
