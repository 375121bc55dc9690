"""Taking down what the server knows of the people, tasks, items and codes a visit speaks of.

It is taken in the transaction that takes the events in, and kept as a server fact, so that a
rebuild years later judges by the same. Only what has changed since the last one is written.
The number of queries does not grow with the visits.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Text, cast, select, tuple_, type_coerce

from server.asking_ahead import Question
from server.database import any_of, rows_of
from server.models import (
    Agency,
    Certificate,
    ItemPublication,
    Officer,
    Revocation,
    SyncObjectVersion,
    Task,
)
from server.services import parameters, visit_facts
from server.services.judging import JUDGED_PARAMETERS, Known, known_at
from server.services.visit_facts import Fact, FactKind
from server.work import Work
from shared import rfc3339
from shared.events.envelope import Event
from shared.events.kinds import EventKind
from shared.localtime import local_day
from shared.reference import ReferenceObject

Named = tuple[str, str, int]
"""(kind, id, version) as `visit_opened.references` says it."""

USED = frozenset(
    {
        "agency",
        "officer",
        "task",
        "enterprise",
        "premise",
        "item",
        "form",
        "legal_basis",
        "rule_parameters",
    }
)
NAMING = frozenset(
    {
        EventKind.VISIT_OPENED,
        EventKind.EMERGENCY_OPENED,
        EventKind.OFFSITE_OPENED,
        EventKind.JOINED,
    }
)
LATEST = 2**62
MOST_KEPT = 1024
"""Objects that a process remembers having read: what all visits name, and the tasks of today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What some events speak of, each name once and in order; `items` are those of emergencies."""

    officers: tuple[str, ...]
    tasks: tuple[str, ...]
    items: frozenset[str]
    codes: tuple[tuple[str, str], ...]
    named: tuple[Named, ...]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A visit a snapshot is wanted for: its events so far, and the tablet that sends now."""

    visit_id: str
    events: Sequence[Event]
    tablet_id: str
    tablet_facts: Mapping[str, object]

    @property
    def opened_at(self) -> datetime:
        return self.events[0].at.corrected

    @cached_property
    def spoken(self) -> Spoken:
        """What its events speak of."""
        return _spoken_of(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """The server's own rows for all subjects at once."""

    officers: Mapping[str, dict[str, Any]]
    tasks: Mapping[str, Any]
    items: Mapping[str, list[list[str | None]]]
    revoked: Mapping[tuple[str, str], str]
    parameters: Mapping[tuple[str, date], dict[str, Any]]


def named_by(events: Iterable[Event]) -> dict[str, list[Named]]:
    """What each tablet's opening or joining event says it used."""
    return {event.device_id: _named_in(event) for event in events if event.kind in NAMING}


def named_in(events: Iterable[Event]) -> set[Named]:
    """What any of the events, of whatever visits, says its tablet used."""
    return {one for event in events if event.kind in NAMING for one in _named_in(event)}


def _named_in(event: Event) -> list[Named]:
    told = event.payload["references"]
    return [(r["kind"], r["id"], r["version"]) for r in told if r["kind"] in USED]


def load(work: Work, wanted: Collection[Named]) -> dict[Named, ReferenceObject]:
    """The versions of `wanted` that were ever sent."""
    if not wanted:
        return {}
    rows = rows_of(work.session, *question(wanted))
    return {(k, i, v): _read(k, i, v, text) for k, i, v, text in rows if (k, i, v) in wanted}


def question(wanted: Collection[Named]) -> Question:
    """What `load` asks of at least one version."""
    kinds, ids, versions = ({str(part) for part in parts} for parts in zip(*wanted, strict=True))
    return _VERSIONS, {"kinds": kinds, "ids": ids, "versions": versions}


_VERSIONS = select(
    SyncObjectVersion.kind,
    SyncObjectVersion.id,
    SyncObjectVersion.version,
    type_coerce(SyncObjectVersion.data, Text),
).where(
    any_of(SyncObjectVersion.kind, "kinds"),
    any_of(SyncObjectVersion.id, "ids"),
    any_of(cast(SyncObjectVersion.version, Text), "versions"),
)


@lru_cache(maxsize=MOST_KEPT)
def _read(kind: str, id_: str, version: int, text: str) -> ReferenceObject:
    """An object from its very text: what many visits name is read once."""
    return ReferenceObject(kind, id_, version, json.loads(text))


def take(
    work: Work,
    subjects: Sequence[Subject],
    facts: Mapping[str, list[Fact]],
    objects: Mapping[Named, ReferenceObject],
    *also: Question,
) -> None:
    """Append a snapshot to each subject's `facts` of what is new or different since its last.

    `also` is asked ahead with what is asked for that.
    """
    if not subjects:
        return
    record = _record(work, subjects, objects, also)
    for subject in subjects:
        before = known_at(facts[subject.visit_id], LATEST)
        now = _known(work, subject, record, objects)
        news = {name: now[name] for name in now if name not in before or before[name] != now[name]}
        if news:
            visit_facts.append(
                work,
                facts[subject.visit_id],
                subject.visit_id,
                FactKind.REFERENCE_SNAPSHOT,
                {"known": news},
            )


def present(work: Work, subject: Subject, objects: Mapping[Named, ReferenceObject]) -> Known:
    """What a snapshot of one visit would say now. Nothing is written."""
    return _known(work, subject, _record(work, [subject], objects), objects)


def _record(
    work: Work,
    subjects: Sequence[Subject],
    objects: Mapping[Named, ReferenceObject],
    also: Sequence[Question] = (),
) -> _Record:
    if not work.session.gathers:  # what is asked of here a push does not change
        work.session.flush()
    spoken = [subject.spoken for subject in subjects]
    officers = {id_ for one in spoken for id_ in one.officers}
    tasks = {id_ for one in spoken for id_ in one.tasks}
    items = items_of(spoken, objects.values())
    days = {(str(one.tablet_facts["agency_id"]), local_day(one.opened_at)) for one in subjects}
    work.session.ask_ahead(
        (_OFFICERS, {"officers": officers}),
        (_TASKS, {"tasks": tasks}),
        (_PUBLICATIONS, {"items": items}),
        *[parameters.question(*day) for day in list(days)[:1]],
        *also,
    )
    return _Record(
        officers=_officers(work, officers),
        tasks=_tasks(work, tasks),
        items=_publications(work, items),
        revoked=_revocations(work, {ref for one in spoken for ref in one.codes}),
        parameters={day: _parameters(work, *day) for day in days},
    )


def _known(
    work: Work, subject: Subject, record: _Record, objects: Mapping[Named, ReferenceObject]
) -> Known:
    spoken = subject.spoken
    mine = [objects[one] for one in spoken.named if one in objects]
    tasks, items = record.tasks, record.items
    return {
        f"tablet:{subject.tablet_id}": dict(subject.tablet_facts),
        **{f"officer:{id_}": record.officers.get(id_) for id_ in spoken.officers},
        **{f"task:{id_}": _task(work, tasks.get(id_), subject, mine) for id_ in spoken.tasks},
        **{f"item:{id_}": items.get(id_, []) for id_ in sorted(items_of([spoken], mine))},
        **{f"revoked:{of}:{ref}": record.revoked.get((of, ref)) for of, ref in spoken.codes},
        **{f"missing:{k}:{i}:{v}": True for k, i, v in spoken.named if (k, i, v) not in objects},
        "parameters": record.parameters[
            str(subject.tablet_facts["agency_id"]), local_day(subject.opened_at)
        ],
    }


def _spoken_of(events: Sequence[Event]) -> Spoken:
    officers, items = {event.officer_id for event in events}, set()
    codes: set[tuple[str, str]] = set()
    for event in events:
        payload = event.payload
        if "officer_id" in payload:
            officers.add(payload["officer_id"])
        if "officer_ids" in payload:
            officers.update(payload["officer_ids"])
        if "item_ids" in payload:
            items.update(payload["item_ids"])
        if event.kind is EventKind.SCANNED_IN:
            pairs = (("key", payload["kid"]), ("code", payload["nonce"]))
            codes.update([(of, ref) for of, ref in pairs if ref])
    return Spoken(
        officers=tuple(sorted(officers)),
        tasks=tuple(sorted({id_ for event in events for id_ in event.task_ids})),
        items=frozenset(items),
        codes=tuple(sorted(codes)),
        named=tuple([one for those in named_by(events).values() for one in those]),
    )


def items_of(spoken: Iterable[Spoken], objects: Iterable[ReferenceObject]) -> set[str]:
    """What is inspected, by the tasks among `objects` and by what emergencies say."""
    urgent = {id_ for one in spoken for id_ in one.items}
    return urgent | {id_ for one in objects if one.kind == "task" for id_ in one.data["item_ids"]}


def _officers(work: Work, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    rows = rows_of(work.session, _OFFICERS, {"officers": ids})
    for id_, agency_id, name, unit, kind, number, valid_from, valid_to, revoked_at in rows:
        facts = found.setdefault(
            id_,
            {"agency_id": agency_id, "name": name, "unit": unit, "kind": kind, "certificates": []},
        )
        if number is not None:
            span = [valid_from.isoformat(), valid_to.isoformat()]
            facts["certificates"].append([number, *span, _moment(revoked_at)])
    return found


_OFFICERS = (
    select(
        Officer.id,
        Officer.agency_id,
        Officer.name,
        Officer.unit,
        Officer.kind,
        Certificate.number,
        Certificate.valid_from,
        Certificate.valid_to,
        Certificate.revoked_at,
    )
    .outerjoin(Certificate, Certificate.officer_id == Officer.id)
    .where(any_of(Officer.id, "officers"))
    .order_by(Officer.id, Certificate.valid_from, Certificate.id)
)


def _tasks(work: Work, ids: Collection[str]) -> dict[str, Any]:
    return {row.id: row for row in rows_of(work.session, _TASKS, {"tasks": ids})}


_TASKS = select(
    Task.id,
    Task.agency_id,
    Task.window_from,
    Task.window_to,
    Task.officer_ids,
    Task.filed_at,
    Task.cancelled_at,
).where(any_of(Task.id, "tasks"))


def _task(
    work: Work, row: Any, subject: Subject, named: Sequence[ReferenceObject]
) -> dict[str, Any] | None:
    if row is None:
        return None
    now = {
        "window_from": row.window_from.isoformat(),
        "window_to": row.window_to.isoformat(),
        "officer_ids": list(row.officer_ids),
    }
    told = next((one.data for one in named if (one.kind, one.id) == ("task", row.id)), None)
    if told is not None and any(told[name] != now[name] for name in now):
        # Amended since, or before the tablet heard of it: what was in force then decides.
        then = _version_at(work, "task", row.id, subject.opened_at) or told
        now = {name: then[name] for name in now}
    return {
        "agency_id": row.agency_id,
        "filed_at": _moment(row.filed_at),
        "withdrawn_at": _moment(row.cancelled_at),
        **now,
    }


def _version_at(work: Work, kind: str, id_: str, at: datetime) -> Mapping[str, Any] | None:
    return work.session.scalar(
        select(SyncObjectVersion.data)
        .where(
            SyncObjectVersion.kind == kind,
            SyncObjectVersion.id == id_,
            SyncObjectVersion.recorded_at <= at,
        )
        .order_by(SyncObjectVersion.version.desc())
        .limit(1)
    )


def _publications(work: Work, ids: Collection[str]) -> dict[str, list[list[str | None]]]:
    found: dict[str, list[list[str | None]]] = {}
    for item_id, begin, end in rows_of(work.session, _PUBLICATIONS, {"items": ids}):
        found.setdefault(item_id, []).append([begin.isoformat(), end.isoformat() if end else None])
    return found


_PUBLICATIONS = (
    select(ItemPublication.item_id, ItemPublication.published_from, ItemPublication.published_to)
    .where(any_of(ItemPublication.item_id, "items"))
    .order_by(ItemPublication.item_id, ItemPublication.published_from, ItemPublication.id)
)


def _revocations(work: Work, refs: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    if not refs:
        return {}
    rows = work.session.execute(
        select(Revocation.of, Revocation.ref, Revocation.since).where(
            tuple_(Revocation.of, Revocation.ref).in_(sorted(refs))
        )
    )
    return {(of, ref): rfc3339.write(since) for of, ref, since in rows}


def _parameters(work: Work, agency_id: str, day: date) -> dict[str, Any]:
    agency = work.session.get(Agency, agency_id)
    if agency is None:
        return {}
    values = parameters.values(work, agency, day)
    return {name: values[name] for name in JUDGED_PARAMETERS}


def _moment(moment: datetime | None) -> str | None:
    return rfc3339.write(moment) if moment else None
