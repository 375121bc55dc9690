"""What must hold after every run, counted from the databases of both sides.

Each check yields sentences about what is wrong. They look at rows and signatures, never at what
the simulator did: only `Pad.sealed` (what was on the tablets' disks) and `World.excused` (what
went with a lost tablet) come from there.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from fieldapp.store.outbox import OutboxState as Sent
from server.documents.kinds import DocumentKind
from server.models import (
    ChainHead,
    Device,
    DeviceOfficer,
    DeviceStatus,
    Document,
    EvidenceFile,
    EvidenceState,
    Hold,
    Notice,
    NoticeState,
    OutboxMessage,
    OutboxState,
    Quarantine,
    SyncObject,
    SyncScope,
    Task,
    TraceEvent,
    Visit,
)
from server.principal import SYSTEM
from server.services import audit, projection, rebuild
from server.services.publishing import EVERYBODY, agency_scope, device_scope, officer_scope
from server.services.visit_facts import FactKind
from server.services.visit_fold import Folded
from server.storage.objects import object_store
from server.work import Work, open_work
from shared import chain
from shared.canonical import parse_object
from tests.system.simulation.office import DAMAGED

if TYPE_CHECKING:
    from tests.system.simulation.pad import Pad
    from tests.system.simulation.world import World

Check = Callable[["World", Work], Iterator[str]]
EXPECTED = frozenset({"device_retired", "device_lost", *DAMAGED})
"""Why something may lie in the quarantine here: anything else means that somebody was wronged."""
INSTRUCTIONS = ("key_set", "resend")
ALL = 10_000


def of(world: "World") -> list[str]:
    """Everything that does not hold."""
    with open_work(world.office.parts, SYSTEM) as work:
        found = [f"{check.__name__}: {said}" for check in CHECKS for said in check(world, work)]
    world.office.note_numbers()
    return found


def came_to_rest(world: "World", work: Work) -> Iterator[str]:
    """With good weather everything ends; what goes on for ever is stuck."""
    if world.trace[-1] == "rest: never":
        yield f"not after {world.trace[-2]}"


def no_sealed_event_is_lost(world: "World", work: Work) -> Iterator[str]:
    """Each is at the server byte for byte, taken in or set apart, or is named among the lost."""
    taken = {
        id_: bytes(raw)
        for id_, raw in work.session.execute(select(TraceEvent.id, TraceEvent.canonical))
    }
    apart = {bytes(raw) for raw in work.session.scalars(select(Quarantine.raw))}
    held = {bytes(raw) for raw in work.session.scalars(select(Hold.raw))}
    for pad in world.pads:
        in_use = _standing(work, pad) == DeviceStatus.ACTIVE and not pad.wiped
        for event in pad.sealed.values():
            here = taken.get(event.id)
            if here is not None:
                world.excused.pop(event.id, None)
                if here != event.raw:
                    yield f"{pad.name} {event.id} is another at the server"
            elif pad.lost:
                world.excused.setdefault(event.id, "on a lost tablet")
            elif event.id in world.excused:
                continue
            elif in_use or (event.raw not in apart and event.raw not in held):
                yield f"{pad.name} {event.kind} {event.device_seq} ({event.id})"


def the_tablet_keeps_it_long_enough(world: "World", work: Work) -> Iterator[str]:
    """Whatever the server said, for thirty days: it may be restored."""
    now = world.office.now()
    for pad in (pad for pad in world.pads if not pad.wiped):
        rows = pad.session.desk.held.store.rows("SELECT id, raw FROM event")
        there = {id_: bytes(raw) for id_, raw in rows}
        for event in pad.sealed.values():
            if event.id in there and there[event.id] != event.raw:
                yield f"{pad.name} {event.id} was changed"
            if event.id not in there and now - event.at < timedelta(days=29):
                yield f"{pad.name} {event.kind} {event.device_seq} went after {now - event.at}"


def nothing_is_taken_in_twice(world: "World", work: Work) -> Iterator[str]:
    places = Counter(
        (visit, device, seq)
        for visit, device, seq in work.session.execute(
            select(TraceEvent.visit_id, TraceEvent.device_id, TraceEvent.seq)
        )
    )
    yield from (f"{place} is there {n} times" for place, n in places.items() if n > 1)
    count = rebuild.unledgered(work)
    if count:
        yield f"{count} events the ledger does not know"
    claimed = Counter(
        task
        for task, visit in work.session.execute(select(Task.id, Task.visit_id))
        if visit is not None and work.session.get(Visit, visit) is None
    )
    yield from (f"{task} is of a visit that is not there" for task in claimed)


def chains_are_whole(world: "World", work: Work) -> Iterator[str]:
    """From the first event to the head, without a gap where the tablet is in use."""
    keys = {device.id: device.public_key for device in work.session.scalars(select(Device))}
    rows = work.session.execute(
        select(TraceEvent.visit_id, TraceEvent.device_id, TraceEvent.canonical).order_by(
            TraceEvent.visit_id, TraceEvent.device_id, TraceEvent.seq
        )
    )
    chains: dict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
    for visit, device, raw in rows:
        chains[visit, device].append(parse_object(raw))
    heads = {(h.visit_id, h.device_id): h for h in work.session.scalars(select(ChainHead))}
    by_device = {pad.device_id: pad for pad in world.pads}
    for (visit, device), events in chains.items():
        pad = by_device[device]
        if pad.wiped or _standing(work, pad) != DeviceStatus.ACTIVE:
            continue
        for fault in chain.verify_chain(events, keys[device]):
            yield f"{visit} of {pad.name}: {fault}"
        head = heads.get((visit, device))
        if head is None or (head.seq, head.hash) != (events[-1]["seq"], events[-1]["hash"]):
            yield f"{visit} of {pad.name}: the head is another"


def only_what_deserves_it_is_set_apart(world: "World", work: Work) -> Iterator[str]:
    """Of a tablet in use: what one out of use sent is let in by people, in any order they like."""
    in_use = select(Quarantine).join(Device, Device.id == Quarantine.device_id)
    for row in work.session.scalars(in_use.where(Device.status == DeviceStatus.ACTIVE)):
        if row.code not in EXPECTED:
            yield f"{row.event_id}: {row.code} {row.detail}"


def nothing_waits_for_ever(world: "World", work: Work) -> Iterator[str]:
    open_ = select(Hold).where(Hold.released_at.is_(None), Hold.expired_at.is_(None))
    for hold in work.session.scalars(open_):
        if hold.until <= world.office.now():
            yield f"{hold.event_id} since {hold.received_at}"


def read_models_equal_a_rebuild(world: "World", work: Work) -> Iterator[str]:
    for found in rebuild.differences(work, rebuild.visit_ids(work, limit=ALL)):
        yield f"{found.visit_id} {found.where}: {found.stored!r} != {found.folded!r}"


def every_tablet_has_its_scope(world: "World", work: Work) -> Iterator[str]:
    for pad in (pad for pad in world.pads if not pad.wiped):
        wanted = scope_of(work, pad.device_id)
        there = {
            (each.kind, each.id): (each.version, each.data)
            for each in pad.session.desk.held.reference.objects()
        }
        for key in sorted({*wanted, *there}):
            if wanted.get(key) != there.get(key):
                a, b = wanted.get(key), there.get(key)
                how = "not there" if b is None else "still there" if a is None else "another"
                yield f"{pad.name} {key} is {how} ({b and b[0]}, not {a and a[0]})"


def no_pull_left_anything_out(world: "World", _work: Work) -> Iterator[str]:
    """The daily digest is a net below the pulls: nobody may fall into it."""
    yield from (f"{pad.name} had to mend what a pull left out" for pad in world.pads if pad.mended)


def scope_of(work: Work, device_id: str) -> dict[tuple[str, str], tuple[int, object]]:
    """What a tablet should hold by what the server knows, with versions and data."""
    device = work.session.get_one(Device, device_id)
    officers = work.session.scalars(
        select(DeviceOfficer.officer_id).where(
            DeviceOfficer.device_id == device.id, DeviceOfficer.revoked_at.is_(None)
        )
    )
    scopes = {
        EVERYBODY,
        agency_scope(device.agency_id),
        device_scope(device.id),
        *(officer_scope(officer) for officer in officers),
    }
    rows = work.session.execute(
        select(SyncObject.kind, SyncObject.id, SyncObject.version, SyncObject.data)
        .join(
            SyncScope, (SyncScope.kind == SyncObject.kind) & (SyncScope.object_id == SyncObject.id)
        )
        .where(
            SyncScope.scope_key.in_(scopes),
            SyncObject.deleted.is_(False),
            SyncObject.kind.not_in(INSTRUCTIONS),
        )
    )
    return {(kind, id_): (version, data) for kind, id_, version, data in rows}


def every_tablet_knows_what_became_of_it(world: "World", work: Work) -> Iterator[str]:
    """Of a tablet in use everything is applied in the end, and it knows."""
    for pad in (pad for pad in world.pads if not pad.wiped):
        device = work.session.get_one(Device, pad.device_id)
        if device.status != DeviceStatus.ACTIVE:
            continue
        counts = pad.session.desk.held.outbox.counts()
        other = {str(state): n for state, n in counts.items() if n and state is not Sent.APPLIED}
        if other:
            yield f"{pad.name} holds {other}"
        if (device.last_device_seq, device.missing_seqs) != (pad.last_seq, []):
            yield (
                f"{pad.name} made {pad.last_seq}, the server counts {device.last_device_seq}"
                f" without {device.missing_seqs}"
            )


def every_file_has_arrived(world: "World", work: Work) -> Iterator[str]:
    store = object_store(world.office.parts.settings)
    rows = {row.id: row for row in work.session.scalars(select(EvidenceFile))}
    for pad in (pad for pad in world.pads if not pad.wiped):
        if _standing(work, pad) != DeviceStatus.ACTIVE:
            continue
        for id_, sha256 in pad.files.items():
            row = rows.get(id_)
            if row is None or row.state != EvidenceState.BYTES_COMPLETE or row.sha256 != sha256:
                yield f"{pad.name} {id_} is {row.state if row else 'not there'}"
            else:
                store.get(row.storage_key or "")


def every_result_is_told_once(world: "World", work: Work) -> Iterator[str]:
    """One current result and one message that was sent for each visit that may be told."""
    results: dict[str, list[Document]] = defaultdict(list)
    wanted = Document.kind == DocumentKind.RESULT
    for document in work.session.scalars(select(Document).where(wanted)):
        results[document.visit_id or ""].append(document)
    for visit_id in rebuild.visit_ids(work, limit=ALL):
        made = results.pop(visit_id, [])
        folded = projection.folded(work, visit_id)
        current = [document for document in made if document.superseded_by is None]
        if folded.goes_out and len(current) != 1 and not _cannot_be_drawn(world, work, visit_id):
            yield f"{visit_id} has {len(current)} results"
        if made and not folded.complete and not _was_whole_then(folded, made):
            yield f"{visit_id} was told and is not whole"
        twice = Counter(document.content_hash for document in made)
        yield from (f"{visit_id} was told {n} times" for n in twice.values() if n > 1)
        for document in current:
            yield from _messages(world, work, document)
    yield from (f"{visit_id} was told and is not there" for visit_id in results)


def _was_whole_then(folded: Folded, made: Sequence[Document]) -> bool:
    """What it lacks is of a tablet left open, whose rest was waited for in vain since: it is ruled.

    Of a retired tablet supervision may let in one event and not the next. The clock of a run moves
    in steps: what is told and what is given up may have the same moment.
    """
    told = min(document.made_at for document in made)
    expired = [f.at for f in folded.material.facts if f.kind is FactKind.HOLD_EXPIRED]
    return bool(folded.irregularities) and any(at >= told for at in expired)


def _cannot_be_drawn(world: "World", work: Work, visit_id: str) -> bool:
    """It was made on versions that a restore took from the server: a person tells its result."""
    visit = work.session.get_one(Visit, visit_id)
    codes = {said["code"] for said in visit.irregularities}
    return world.office.restores > 0 and {"reference_unknown", "content_differs"} <= codes


def _messages(world: "World", work: Work, document: Document) -> Iterator[str]:
    notice = work.session.scalars(
        select(Notice).where(Notice.document_id == document.id)
    ).one_or_none()
    if notice is None or notice.state in (NoticeState.QUEUED, NoticeState.UNDELIVERED):
        yield f"{document.visit_id}: the notice is {notice.state if notice else 'not there'}"
    messages = work.session.scalars(
        select(OutboxMessage).where(OutboxMessage.document_id == document.id)
    ).all()
    sent = [row for row in messages if row.state == OutboxState.SENT]
    if len(messages) != 1 or len(sent) != 1:
        yield f"{document.visit_id}: {len(messages)} messages, {len(sent)} sent"
    numbers = Counter(world.office.gateway.taken.values())
    if numbers[document.number or ""] != 1:
        yield f"{document.visit_id}: {numbers[document.number or '']} letters"


def the_audit_is_whole(world: "World", work: Work) -> Iterator[str]:
    yield from (f"entry {seq}" for seq in audit.verify(work.session))


def _standing(work: Work, pad: "Pad") -> str:
    return work.session.get_one(Device, pad.device_id).status


CHECKS: tuple[Check, ...] = (
    came_to_rest,
    no_sealed_event_is_lost,
    the_tablet_keeps_it_long_enough,
    nothing_is_taken_in_twice,
    chains_are_whole,
    only_what_deserves_it_is_set_apart,
    nothing_waits_for_ever,
    read_models_equal_a_rebuild,
    every_tablet_has_its_scope,
    no_pull_left_anything_out,
    every_tablet_knows_what_became_of_it,
    every_file_has_arrived,
    every_result_is_told_once,
    the_audit_is_whole,
)
