"""Carrying out what was decided about a push: events kept, held or set apart, visits projected.

Each event's answer is written to the ledger in the same transaction as its effect.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from server.asking_ahead import Question
from server.models import EventStatus
from server.services import (
    complaint_news,
    contacts,
    counters,
    ledger,
    projection,
    publishing,
    reference_snapshot,
    telling,
    visit_facts,
    visit_material,
    visited_tasks,
    webhooks,
)
from server.services.arrivals import Arrival, Fault
from server.services.ledger import ChainKey
from server.services.met_before import Met
from server.services.projection import Tell
from server.services.push_chains import Placed, Taken
from server.services.push_sorting import ID_CONFLICT, Answer, Sorted, Status
from server.services.reference_snapshot import Named, Subject
from server.services.tablets import Tablet
from server.services.visit_facts import FactKind, Facts
from server.services.visit_fold import Folded
from server.services.visit_material import Stored
from server.work import Work
from shared.events.envelope import Event
from shared.events.kinds import EventKind
from shared.localtime import local_day
from shared.reference import ReferenceObject

TAINTING = frozenset({"chain_fork", "prev_mismatch", "device_seq_backwards", ID_CONFLICT})
"""Faults that throw doubt on a visit itself: its own tablet signed two stories."""

MOVING = frozenset({*reference_snapshot.NAMING, EventKind.SEALED})
"""Kinds with which a visit's tasks usually move on."""

Outcome = tuple[EventStatus, dict[str, Any]]
"""What the ledger says of an event from now on."""


def carry_out(
    work: Work,
    tablet: Tablet,
    found: Sorted,
    placed: Placed,
    stored: Mapping[str, Sequence[Stored]],
    chains: Collection[ChainKey],
    met: Met,
    tell: Tell,
) -> None:
    """Store everything that follows, and answer for every fresh event.

    `chains` are those there are in its visits, with the ones that begin now; `tell` is called for
    each visit whose result goes out.
    """
    outcomes: dict[str, Outcome] = {}
    for arrival, event, fault, hold in placed.apart:
        if hold is None:
            found.set_apart(found.positions[event.id], arrival, fault)
        else:
            hold.released_at = work.now
            found.apart.append((arrival, fault))
            outcomes[event.id] = EventStatus.QUARANTINED, {"code": fault.code}
    ledger.set_apart(work, tablet.id, found.apart)
    ledger.hold(work, ((arrival, event) for arrival, event, _ in placed.waiting))
    outcomes |= {e.id: (EventStatus.HELD, {"code": code}) for _, e, code in placed.waiting}
    tainted = _tainted(found.apart, tablet, chains)
    visit_ids = {*tainted, *(one.event.visit_id for one in placed.taken)}
    facts = visit_facts.of_visits(work, visit_ids) if met.visits else {v: [] for v in visit_ids}
    _taint(work, tainted, facts)
    missing = [visit_id for visit_id in facts if visit_id not in stored] if met.visits else []
    there = {**stored, **visit_material.stored(work, missing)}
    folded = take_in(work, tablet, placed.taken, there, facts, tell)
    outcomes |= outcomes_of(placed.taken, folded)
    for one in placed.taken:
        if one.hold is not None:
            one.hold.released_at = work.now
    _enter(work, found, placed, outcomes)


def take_in(
    work: Work,
    tablet: Tablet,
    taken: Sequence[Taken],
    stored: Mapping[str, Sequence[Stored]],
    facts: Facts,
    tell: Tell = telling.tell,
) -> dict[str, Folded]:
    """Keep events, take down what is known of what they speak of, and project their visits.

    `facts` are the visits to project with all their facts so far; the tablet's lock and the
    visits' are held.
    """
    new: dict[str, list[Taken]] = {visit_id: [] for visit_id in facts}
    for one in taken:
        if one.hold is None or not one.is_kept:
            new[one.event.visit_id].append(one)
    events = {
        visit_id: [*[s.event for s in stored.get(visit_id, ())], *[o.event for o in new[visit_id]]]
        for visit_id in facts
    }
    objects = visit_material.objects_of(work, [e for each in events.values() for e in each])
    tablet_facts = tablet.facts()
    subjects = [
        Subject(
            visit_id=visit_id,
            events=visit_material.ordered(events[visit_id]),
            tablet_id=tablet.id,
            tablet_facts=tablet_facts,
        )
        for visit_id in facts
        if new[visit_id]
    ]
    ahead = [*_of_telling(tablet, subjects, objects)]
    if len(subjects) == len(facts) and not _are_written_down(facts):
        coming = {one.event.kind for each in new.values() for one in each}
        ahead += _of_tasks(tablet, subjects, objects, coming)
    reference_snapshot.take(work, subjects, facts, objects, *ahead)
    materials = []
    for visit_id, known in facts.items():
        seq = known[-1].seq if known else 0
        kept = [
            Stored(event=one.event, received_at=one.received_at, judged_by=seq)
            for one in new[visit_id]
        ]
        ledger.keep(work, [(o.event, o.canonical, o.received_at, seq) for o in new[visit_id]])
        if EventKind.SEALED not in {event.kind for event in events[visit_id]}:  # more will come
            for one in new[visit_id]:
                visit_material.remember(one.event, one.canonical)
        materials.append(
            visit_material.put_together(
                visit_id, [*stored.get(visit_id, ()), *kept], known, objects
            )
        )
    met = [visit_id for visit_id in facts if stored.get(visit_id)]
    came = {visit_id: [one.event for one in each] for visit_id, each in new.items()}
    return projection.project(work, materials, facts, met, tell, came)


def _of_tasks(
    tablet: Tablet,
    subjects: Sequence[Subject],
    objects: Mapping[Named, ReferenceObject],
    coming: Collection[EventKind],
) -> list[Question]:
    """The tasks that these visits may have, and what is published of them where they will move.

    Asking locks them, so they are asked for only where these are all that will be: who locks some
    now and more later may wait for one who does it the other way round. And only those that the
    tablet was sent: nobody locks a foreign agency's.
    """
    own = {
        one.id
        for one in objects.values()
        if one.kind == "task" and one.data["agency_id"] == tablet.agency.id
    }
    tasks = {id_ for each in subjects for id_ in each.spoken.tasks}
    if not tasks or not tasks <= own:
        return []
    found = [visited_tasks.question(tasks)]
    if not MOVING.isdisjoint(coming):
        found.append(publishing.question([("task", id_) for id_ in tasks]))
    return found


def _are_written_down(facts: Facts) -> bool:
    """Whether any of the visits has a task that no event names."""
    kinds = {fact.kind for each in facts.values() for fact in each}
    return FactKind.TASK_WRITTEN_DOWN in kinds


def _of_telling(
    tablet: Tablet, subjects: Sequence[Subject], objects: Mapping[Named, ReferenceObject]
) -> list[Question]:
    """What will be wanted to know where a visit is at its end."""
    if EventKind.SEALED not in {e.kind for each in subjects for e in each.events}:
        return []
    spoken = [each.spoken for each in subjects]
    items = reference_snapshot.items_of(spoken, objects.values())
    to = {one.data["uscc"] for one in objects.values() if one.kind == "task"}
    to |= {
        event.payload["uscc"]
        for each in subjects
        for event in each.events
        if event.kind is EventKind.SCANNED_IN
    }
    return [
        (counters.UNUSED, {"items": items, "used_on": local_day(subjects[0].opened_at)}),
        (webhooks.ANY_OF_AN_AGENCY, {"agency": tablet.agency.id}),
        (complaint_news.OF_TASKS, {"tasks": {id_ for one in spoken for id_ in one.tasks}}),
        (contacts.ANY_OF_ENTERPRISES, {"to_write_to": to}),
    ]


def _tainted(
    apart: Iterable[tuple[Arrival, Fault]],
    tablet: Tablet,
    chains: Collection[ChainKey],
) -> dict[str, list[dict[str, str | None]]]:
    """What is to be noted of visits the tablet really is at: nobody taints another's visit."""
    found: dict[str, list[dict[str, str | None]]] = {}
    for arrival, fault in apart:
        visit_id = arrival.visit_id
        if fault.code in TAINTING and visit_id is not None and (visit_id, tablet.id) in chains:
            found.setdefault(visit_id, []).append(
                {"event_id": arrival.id, "hash": arrival.hash, "code": fault.code}
            )
    return found


def _taint(
    work: Work, tainted: Mapping[str, Sequence[Mapping[str, str | None]]], facts: Facts
) -> None:
    for visit_id, notes in tainted.items():
        for note in notes:
            visit_facts.append(work, facts[visit_id], visit_id, FactKind.EVENT_QUARANTINED, note)


def outcomes_of(taken: Sequence[Taken], folded: Mapping[str, Folded]) -> dict[str, Outcome]:
    said = {
        judgement.event.id: [one.as_json() for one in judgement.irregularities]
        for each in folded.values()
        for judgement in each.judgements
    }
    return {
        one.event.id: (
            EventStatus.APPLIED,
            {"irregularities": said[one.event.id]} if said[one.event.id] else {},
        )
        for one in taken
    }


def _enter(work: Work, found: Sorted, placed: Placed, outcomes: Mapping[str, Outcome]) -> None:
    """Write new entries, settle those of events that waited, and answer for the fresh ones."""
    waited = [e.id for e in _events_that_waited(placed) if e.id in outcomes]
    for entry in ledger.known(work, waited).values():
        ledger.settle(work, entry, *outcomes[entry.event_id])
    entries = []
    for event_id, arrival in found.fresh.items():
        if event_id not in outcomes or arrival.event is None:
            continue
        status, outcome = outcomes[event_id]
        entries.append(
            {
                "event_id": event_id,
                "hash": arrival.event.hash,
                "device_id": arrival.event.device_id,
                "visit_id": arrival.event.visit_id,
                "status": str(status),
                "outcome": outcome,
            }
        )
        found.answers[found.positions[event_id]] = Answer(
            id=event_id, status=Status(status), **outcome
        )
    ledger.enter(work, entries)


def _events_that_waited(placed: Placed) -> Iterable[Event]:
    yield from (one.event for one in placed.taken if one.hold is not None)
    yield from (event for _, event, _, hold in placed.apart if hold is not None)
